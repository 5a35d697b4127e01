import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { revokeLeases } from '#server/work/revoke-leases.ts';
import { decideOrgAccess } from './decide-access.ts';
import { listWorkingPairs } from './gate-queries.ts';
import { findAgreement } from './queries.ts';

/**
 * After an agreement ended: every organisation and data set whose chain no longer holds without it loses its leases at
 * once (R27). Chains that another agreement still carries are left alone. Safe to repeat. Returns how many pairs were
 * revoked.
 */
export async function revokeAccess(ctx: CommandContext, input: { agreementId: string }): Promise<number> {
  const found = await findAgreement(ctx.db, input.agreementId);
  if (found === null) return 0;
  const parties = [found.partyA, found.partyB].filter((party) => party.kind !== 'platform');
  const pairs = await listWorkingPairs(
    ctx.db,
    parties.map((party) => party.id),
  );
  let revoked = 0;
  for (const { datasetId, viaOrgId } of pairs) {
    const decision = await decideOrgAccess(ctx.db, { viaOrgId, of: { datasetId }, now: ctx.clock.now() });
    if (decision.allowed) continue;
    await transact(ctx, async (tx) => {
      await revokeLeases(tx, { viaOrgIds: [viaOrgId], datasetIds: [datasetId], reason: 'agreement_ended' });
      await tx.audit({
        action: 'agreements.access_revoked',
        subject: { kind: 'agreement', id: input.agreementId },
        detail: { viaOrgId, datasetId, codes: decision.reasons.map((reason) => reason.code) },
      });
    });
    revoked += 1;
  }
  return revoked;
}
