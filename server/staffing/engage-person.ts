import { violates } from '#db/errors.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { assertMayEngage } from '#server/contracts/assert-may-engage.ts';
import { assertMaySubstitute } from '#server/contracts/assert-may-substitute.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { findOrganisation } from '#server/identity/reads.ts';
import { getProject } from '#server/projects/reads.ts';
import { lockIndependence } from './lock-independence.ts';
import {
  type EngagementRole,
  type EngagementRow,
  endEngagementRow,
  findRivalEngagement,
  upsertEngagement,
} from './queries.ts';

export type EngagePersonInput = {
  projectId: string;
  contractId?: string | null;
  personId: string;
  /** Through whom: the vendor, the person's own organisation, or the sponsor for its panel. Fixes the payee (R32). */
  viaOrgId: string;
  role: EngagementRole;
  /** A group of batches of which a person may be in one only (R15, R23). */
  independenceGroup?: string | null;
};

/**
 * Puts a person on a project. A person who is in the same independence group through another organisation is refused
 * with `independence_group_taken`; two attempts at once are serialised, so one of them is refused. What the sides of a
 * contract agreed on each other's people (`engaging_not_yet`) and on substitutes (`substitutes_used_up`) is asked here too.
 */
export async function engagePerson(tx: CommandTx, input: EngagePersonInput): Promise<EngagementRow> {
  if (input.independenceGroup) {
    await lockIndependence(tx.db, input.independenceGroup, input.personId);
    const rival = await findRivalEngagement(tx.db, {
      group: input.independenceGroup,
      personId: input.personId,
      viaOrgId: input.viaOrgId,
    });
    if (rival) {
      throw new AppError({
        kind: 'conflict',
        reason: 'independence_group_taken',
        message: 'This person already reads in another pilot of this call. Name someone else for the seat.',
      });
    }
  }
  await assertContractAllows(tx, input);
  try {
    return await upsertEngagement(tx.db, {
      id: newId(),
      projectId: input.projectId,
      contractId: input.contractId ?? null,
      personId: input.personId,
      viaOrgId: input.viaOrgId,
      role: input.role,
      independenceGroup: input.independenceGroup ?? null,
      createdAt: tx.now,
    });
  } catch (error) {
    if (violates(error, 'engagements_person_role_key')) {
      throw new AppError({
        kind: 'conflict',
        reason: 'already_engaged',
        message: 'This person already has this role on the project.',
        cause: error,
      });
    }
    throw error;
  }
}

async function assertContractAllows(tx: CommandTx, input: EngagePersonInput): Promise<void> {
  const { contractId, personId, viaOrgId } = input;
  if (contractId) await assertMaySubstitute(tx, { contractId, personId });
  const via = await findOrganisation(tx.db, viaOrgId);
  // Through a vendor nobody is engaged directly.
  if (via === null || via.kind === 'vendor') return;
  const project = await getProject(tx.db, input.projectId);
  await assertMayEngage(tx, { byOrgId: project.orgId, personId });
}

/** Ends an engagement; what was read is paid, new claims stop. Throws `not_found` when it is not live. */
export async function endEngagement(
  tx: CommandTx,
  input: { engagementId: string; reason: string },
): Promise<void> {
  if (await endIfLive(tx, input)) return;
  throw new AppError({
    kind: 'not_found',
    reason: 'engagement_not_live',
    message: 'This engagement has ended already.',
  });
}

/** The same for who asks on the way of something else; false when somebody else has ended it first. */
export async function endIfLive(
  tx: CommandTx,
  input: { engagementId: string; reason: string },
): Promise<boolean> {
  const row = await endEngagementRow(tx.db, { id: input.engagementId, now: tx.now, reason: input.reason });
  if (!row) return false;
  await tx.audit({
    action: 'staffing.ended',
    subject: { kind: 'engagement', id: row.id },
    detail: { projectId: row.projectId },
  });
  return true;
}
