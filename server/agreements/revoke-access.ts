import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { revokeLeases } from '#server/work/revoke-leases.ts';
import { decideOrgAccess } from './decide-access.ts';
import { listWorkingPairs, type WorkingPair } from './gate-queries.ts';
import { findAgreement } from './queries.ts';

/**
 * After an agreement ended: every organisation and data set whose chain no longer holds without it loses its leases at
 * once (R27), however many there are, some at a time. Chains that another agreement still carries are left alone. Safe to repeat.
 * Returns how many pairs were revoked.
 */
export async function revokeAccess(
  ctx: CommandContext,
  input: { agreementId: string },
  perPage = 1000,
): Promise<number> {
  const found = await findAgreement(ctx.db, input.agreementId);
  if (found === null) return 0;
  const parties = [found.partyA, found.partyB].filter((party) => party.kind !== 'platform');
  const orgIds = parties.map((party) => party.id);
  let revoked = 0;
  for (let after: WorkingPair | null = null; ; ) {
    const pairs: WorkingPair[] = await listWorkingPairs(ctx.db, { orgIds, after, limit: perPage });
    for (const pair of pairs) if (await revokePair(ctx, input, pair)) revoked += 1;
    after = pairs.at(-1) ?? null;
    if (pairs.length < perPage) return revoked;
  }
}

/** Revokes what an organisation holds of a data set unless its chain still holds; whether it did. */
async function revokePair(
  ctx: CommandContext,
  { agreementId }: { agreementId: string },
  { datasetId, viaOrgId }: WorkingPair,
): Promise<boolean> {
  const decision = await decideOrgAccess(ctx.db, { viaOrgId, of: { datasetId }, now: ctx.clock.now() });
  if (decision.allowed) return false;
  await transact(ctx, async (tx) => {
    await revokeLeases(tx, { viaOrgIds: [viaOrgId], datasetIds: [datasetId], reason: 'agreement_ended' });
    await tx.audit({
      action: 'agreements.access_revoked',
      subject: { kind: 'agreement', id: agreementId },
      detail: { viaOrgId, datasetId, codes: decision.reasons.map((reason) => reason.code) },
    });
  });
  return true;
}
