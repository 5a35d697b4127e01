import type { OrgContext } from '#server/command/context.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import type { Candidate } from './eligibility.ts';
import { hasOpen } from './join-queries.ts';
import { poolList, poolsFor } from './pool-rules.ts';
import type { Batch } from './reads.ts';
import type { Tier } from './rules.ts';
import { spokenLately, spokenNow } from './spoken-sums.ts';

export const SPENT: ErrorDetail = {
  code: 'budget.spent',
  message: 'What was funded for this batch is spoken for. It goes on when the sponsor funds more (R29).',
};

type Asks = Pick<OrgContext, 'db' | 'clock'>;
type Who = Candidate & { tier: Tier };

/**
 * Whether money stands in the way of a claim (R29). `spent`: what was funded is spoken for, and something waits for this person.
 * `read_out`: it is spoken for, and what they may take is all held or done, which is the reason then and not the money; only gold could
 * still be dealt there, for which there is no money. Null: it is not in the way.
 *
 * That money is left may be said by a sum of `SUM_KEPT_SECONDS` ago, as a look holds for `RECHECK_SECONDS` anyway; that it is spent is
 * said by one begun after the person asked, and what is funded counts at once. So nobody is refused wrongly, and whoever
 * looks gets nothing that costs later than 75 seconds (and the look's own time) after the reserve was spoken for: ADR 034.
 */
export async function budgetInTheWay(
  asks: Asks,
  batch: Batch,
  who: Who,
): Promise<'spent' | 'read_out' | null> {
  const isOpen = await mayCost(asks, batch, who);
  if (isOpen === null) return null;
  const lately = spokenLately(asks, batch.id);
  if (lately !== null && (await lately) < batch.reservedMinor) return null;
  if ((await spokenNow(asks, batch.id)) < batch.reservedMinor) return null;
  return isOpen ? 'spent' : 'read_out';
}

/** Whether something that costs is open to them; null when money is nothing to them: there is none to be had, or none to be paid. */
async function mayCost({ db }: Asks, batch: Batch, who: Who): Promise<boolean | null> {
  const isLabel = who.tier === 'label';
  if (batch.reservedMinor === 0n || (!isLabel && batch.pricePerReviewMinor === 0n)) return null;
  const pools = poolsFor({ ...batch, pools: poolList.parse(batch.pools) }, who);
  const key = { batchId: batch.id, annotatorId: who.personId, tier: who.tier };
  const isOpen = await hasOpen(db, { ...key, pools: isLabel ? pools : 'all' });
  return isOpen || (isLabel && batch.goldMode === 'dealt') ? isOpen : null;
}

/**
 * The same in words, for a list that is looked at by everybody: by what was spoken for up to 15 seconds ago either way. The claim itself
 * asks anew. What is funded counts at once.
 */
export async function budgetReasonsOfList(asks: Asks, batch: Batch, who: Who): Promise<ErrorDetail[]> {
  if ((await mayCost(asks, batch, who)) !== true) return [];
  const spoken = await (spokenLately(asks, batch.id) ?? spokenNow(asks, batch.id));
  return spoken < batch.reservedMinor ? [] : [SPENT];
}
