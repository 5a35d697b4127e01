import { and, eq } from 'drizzle-orm';
import { projects } from '#db/schema/projects.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { checkPolicy } from './create-project.ts';
import { getProjectForOrg } from './reads.ts';
import { checkDeadline, leavesCountriesOut, mayEditProject } from './rules.ts';
import { type Project, type ProjectInput, project } from './schemas.ts';

export type UpdateProjectInput = ProjectInput & {
  projectId: string;
  /** `updatedAt` of the version the form was filled from; a save over somebody else's is a conflict. */
  seenUpdatedAt: Date;
};

/**
 * Saves a draft project. Refused with `project_published` once the call is open (bidders rely on it) and with
 * `project_changed` when somebody else saved in between.
 */
export async function updateProject(ctx: OrgContext, input: UpdateProjectInput): Promise<Project> {
  const { projectId, seenUpdatedAt, ...content } = input;
  return transact(ctx, async (tx) => {
    const before = await getProjectForOrg(tx.db, ctx.actor.orgId, projectId);
    if (!mayEditProject(before.status)) {
      throw new AppError({
        kind: 'precondition',
        reason: 'project_published',
        message: 'The call is open, so its terms are fixed. Close the call to change the project.',
      });
    }
    checkDeadline(content.deadline, tx.now);
    checkPolicy(content);
    const [row] = await tx.db
      .update(projects)
      .set({ ...content, updatedAt: tx.now })
      .where(
        and(
          eq(projects.id, projectId),
          eq(projects.orgId, ctx.actor.orgId),
          eq(projects.status, 'draft'),
          eq(projects.updatedAt, seenUpdatedAt),
        ),
      )
      .returning();
    if (!row) {
      throw new AppError({
        kind: 'conflict',
        reason: 'project_changed',
        message: 'Somebody else saved this project meanwhile. Reload to see their version.',
      });
    }
    const [was, is] = [before.locationPolicy, content.locationPolicy];
    // R27: a draft has work open too, its panel's and its exams'. Who reads from where it is no longer read loses it now.
    if (leavesCountriesOut(was.allowedCountries, is.allowedCountries))
      await tx.enqueue({ name: 'agreements.revoke-access', payload: { projectId } });
    await tx.audit({ action: 'projects.updated', subject: { kind: 'project', id: projectId } });
    return project.parse(row);
  });
}
