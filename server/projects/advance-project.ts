import { and, eq } from 'drizzle-orm';
import { projects } from '#db/schema/projects.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { getProject } from './reads.ts';
import { nextProjectStatus, type ProjectEvent } from './rules.ts';
import type { ProjectStatus } from './schemas.ts';

/**
 * Moves a project along its lifecycle inside another command's transaction; the caller has checked access. Refuses an
 * event that is not possible with `project_state`, and a state that changed meanwhile with `project_changed`.
 */
export async function advanceProject(
  tx: CommandTx,
  input: { projectId: string; event: ProjectEvent },
): Promise<ProjectStatus> {
  const before = await getProject(tx.db, input.projectId);
  const next = nextProjectStatus(before.status, input.event);
  if (next === null) {
    throw new AppError({
      kind: 'precondition',
      reason: 'project_state',
      message: `The project is ${before.status}; this cannot be done now.`,
    });
  }
  if (next === before.status) return next;
  const moved = await tx.db
    .update(projects)
    .set({ status: next, updatedAt: tx.now })
    .where(and(eq(projects.id, input.projectId), eq(projects.status, before.status)))
    .returning({ id: projects.id });
  if (moved.length === 0) {
    throw new AppError({
      kind: 'conflict',
      reason: 'project_changed',
      message: 'The project changed meanwhile. Reload and try again.',
    });
  }
  await tx.audit({
    action: 'projects.status_changed',
    subject: { kind: 'project', id: input.projectId },
    detail: { event: input.event, from: before.status, to: next },
  });
  return next;
}
