import type { CommandTx } from '#server/command/transaction.ts';
import { expireChecks, listLiveBatchIds, lockLeasesOf } from './lease-queries.ts';
import { releaseSlots } from './release-slots.ts';
import { TIERS, type Tier } from './rules.ts';

/**
 * R27, the gate closed: takes every matching lease back at once, pays price × min(1, active time ÷ batch median) for it,
 * and makes the next claim of those people look at their eligibility first. What is given is combined with "and".
 * Returns how many leases were revoked.
 */
export async function revokeLeases(
  tx: CommandTx,
  input: {
    viaOrgIds?: readonly string[];
    datasetIds?: readonly string[];
    batchIds?: readonly string[];
    personIds?: readonly string[];
    /** Of work at these tiers only. */
    tiers?: readonly Tier[];
    reason: string;
  },
): Promise<number> {
  const who = { viaOrgIds: input.viaOrgIds ?? null, personIds: input.personIds ?? null };
  let revoked = 0;
  const takeBack = async (batchId: string) => {
    const slots = await lockLeasesOf(tx.db, { batchId, ...who, tiers: input.tiers ?? TIERS });
    await releaseSlots(tx, { batchId, slots, cause: 'revoked', reason: input.reason });
    revoked += slots.length;
  };
  for (const batchId of await listLiveBatchIds(tx.db, input)) {
    await takeBack(batchId);
    await expireChecks(tx.db, { batchId, ...who });
    // A claim that was under way has ended by now, and what it gave was not out before; no other can begin.
    await takeBack(batchId);
  }
  return revoked;
}
