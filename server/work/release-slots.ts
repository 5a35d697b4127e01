import type { CommandTx } from '#server/command/transaction.ts';
import { insertReleases } from './insert-releases.ts';
import { type HeldSlot, medianActiveMs, type ReleaseCause } from './lease-queries.ts';
import { letGo } from './let-go.ts';
import { activeSince, partialFee, partialPay } from './rules.ts';

/**
 * Takes slots back that the caller has locked: remembers who held them, frees what they encumbered, and, when the gate
 * took them away, pays for the time spent (R27). Part of other commands of this domain.
 */
export async function releaseSlots(
  tx: CommandTx,
  input: {
    batchId: string;
    slots: readonly HeldSlot[];
    cause: ReleaseCause;
    reason: string;
    note?: string | null;
    /** Who is paid in full whatever the time spent: the person who raised the alarm (R24). */
    paidInFull?: string;
  },
): Promise<void> {
  if (input.slots.length === 0) return;
  const medians = input.cause === 'revoked' ? await medianActiveMs(tx.db, input.batchId) : new Map();
  const slots = input.slots.map((slot) => {
    const isPaid = input.cause === 'revoked' && !slot.isReturned;
    const isPaidInFull = isPaid && slot.annotatorId === input.paidInFull;
    const paidMinor = !isPaid
      ? 0n
      : isPaidInFull
        ? slot.priceMinor
        : partialPay(
            slot.priceMinor,
            activeSince(slot.draftMs, new Date(slot.claimedMs), tx.now),
            medians.get(slot.tier) ?? null,
          );
    return { ...slot, paidMinor, paidFeeMinor: partialFee(slot, paidMinor), isPaidInFull };
  });
  const common = { batchId: input.batchId, slots, cause: input.cause, now: tx.now };
  await insertReleases(tx.db, { ...common, reason: input.reason, note: input.note ?? null });
  await letGo(tx.db, common);
}
