import { projects } from '#db/schema/projects.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { checkDeadline, policyLocks } from './rules.ts';
import type { Project, ProjectInput } from './schemas.ts';

/** What the platform adds for the sponsor (R2); locked per project and again per contract. */
const PLATFORM_FEE_BASIS_POINTS = 1500;

/**
 * Creates a draft project of the actor's sponsor, or of the platform, for exams that it sets for everybody. Refuses a past deadline (`deadline_past`) and a quality policy that
 * the intended use forbids (`policy_locked`, R5). An unverified organisation may draft (R0).
 */
export async function createProject(ctx: OrgContext, input: ProjectInput): Promise<Project> {
  requireSponsor(ctx);
  return transact(ctx, async (tx) => {
    checkDeadline(input.deadline, tx.now);
    checkPolicy(input);
    const row: Project = {
      ...input,
      id: newId(),
      orgId: ctx.actor.orgId,
      status: 'draft',
      // The platform takes no fee from itself.
      platformFeeBasisPoints: ctx.actor.orgKind === 'platform' ? 0 : PLATFORM_FEE_BASIS_POINTS,
      createdBy: ctx.actor.personId,
      createdAt: tx.now,
      updatedAt: tx.now,
    };
    await tx.db.insert(projects).values(row);
    await tx.audit({
      action: 'projects.created',
      subject: { kind: 'project', id: row.id },
      detail: { intendedUse: row.intendedUse, dataClass: row.dataClass },
    });
    return row;
  });
}

function requireSponsor(ctx: OrgContext): void {
  if (ctx.actor.orgKind === 'sponsor' || ctx.actor.orgKind === 'platform') return;
  throw new AppError({
    kind: 'forbidden',
    reason: 'sponsor_required',
    message: 'Only a sponsor posts projects. Switch to a sponsor organisation.',
  });
}

/** Refuses a policy that the intended use forbids, with every reason (R5). */
export function checkPolicy(input: Pick<ProjectInput, 'intendedUse' | 'qualityPolicy'>): void {
  const locks = policyLocks(input.intendedUse, input.qualityPolicy);
  if (locks.length === 0) return;
  throw new AppError({
    kind: 'invalid',
    reason: 'policy_locked',
    message: 'A test reference fixes parts of the quality policy. See the details.',
    details: locks,
  });
}
