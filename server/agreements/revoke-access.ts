import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { personCountry } from '#server/identity/reads.ts';
import { revokeLeases } from '#server/work/revoke-leases.ts';
import { decideAccess, decideOrgAccess } from './decide-access.ts';
import { listDatasetsOfPerson, listWorkingPairs } from './gate-queries.ts';
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

/**
 * After a person's attestation was taken back: their leases through that organisation on data that they may no longer
 * see are revoked (R27); work on data that needs none goes on. Returns on how many data sets.
 */
export async function revokePersonAccess(
  ctx: CommandContext,
  input: { personId: string; viaOrgId: string },
): Promise<number> {
  const country = await personCountry(ctx.db, input.personId);
  let revoked = 0;
  for (const datasetId of await listDatasetsOfPerson(ctx.db, input)) {
    const now = ctx.clock.now();
    const decision = await decideAccess(ctx.db, { ...input, datasetId, purpose: 'read', now, country });
    if (decision.allowed) continue;
    await transact(ctx, async (tx) => {
      await revokeLeases(tx, {
        viaOrgIds: [input.viaOrgId],
        personIds: [input.personId],
        datasetIds: [datasetId],
        reason: 'attestation_ended',
      });
      await tx.audit({
        action: 'agreements.person_access_revoked',
        subject: { kind: 'person', id: input.personId },
        detail: { viaOrgId: input.viaOrgId, datasetId, codes: decision.reasons.map((reason) => reason.code) },
      });
    });
    revoked += 1;
  }
  return revoked;
}
