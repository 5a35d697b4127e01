import type { Database, Queryable } from '#db/client.ts';
import type { OrgContext } from '#server/command/context.ts';
import { SECOND } from '#server/core/clock.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import type { Candidate } from './eligibility.ts';
import { hasOpen, spokenFor } from './join-queries.ts';
import { poolList, poolsFor } from './pool-rules.ts';
import type { Batch } from './reads.ts';
import type { Tier } from './rules.ts';

export const SPENT: ErrorDetail = {
  code: 'budget.spent',
  message: 'What was funded for this batch is spoken for. It goes on when the sponsor funds more (R29).',
};

/**
 * Whether money stands in the way of a claim (R29). `spent`: what was funded is spoken for, and something waits for this person.
 * `read_out`: it is spoken for, and what they may take is all held or done, which is the reason then and not the money; only gold could
 * still be dealt there, for which there is no money. Null: it is not in the way.
 */
export async function budgetInTheWay(
  q: Queryable,
  batch: Batch,
  who: Candidate & { tier: Tier },
  spoken: () => Promise<bigint> = () => spokenFor(q, batch.id),
): Promise<'spent' | 'read_out' | null> {
  const isLabel = who.tier === 'label';
  if (batch.reservedMinor === 0n || (!isLabel && batch.pricePerReviewMinor === 0n)) return null;
  const pools = poolsFor({ ...batch, pools: poolList.parse(batch.pools) }, who);
  const key = { batchId: batch.id, annotatorId: who.personId, tier: who.tier };
  const isOpen = await hasOpen(q, { ...key, pools: isLabel ? pools : 'all' });
  if (!isOpen && !(isLabel && batch.goldMode === 'dealt')) return null;
  if ((await spoken()) < batch.reservedMinor) return null;
  return isOpen ? 'spent' : 'read_out';
}

/**
 * The same in words, for a list that is looked at by everybody: by what was spoken for up to 15 seconds ago, as the sum goes over all readers of
 * a batch. The claim itself asks anew. What is funded counts at once.
 */
export async function budgetReasonsOfList(
  ctx: OrgContext,
  batch: Batch,
  who: Candidate & { tier: Tier },
): Promise<ErrorDetail[]> {
  const found = await budgetInTheWay(ctx.db, batch, who, () => spokenLately(ctx, batch.id));
  return found === 'spent' ? [SPENT] : [];
}

const KEPT_MS = 15 * SECOND;
const MOST_KEPT = 2000;
const kept = new WeakMap<Database, Map<string, { at: number; minor: Promise<bigint> }>>();

/** As `spokenFor`, asked once in 15 seconds per process, however many ask at once. */
function spokenLately({ db, clock }: OrgContext, batchId: string): Promise<bigint> {
  const now = clock.now().getTime();
  const own = kept.get(db) ?? new Map<string, { at: number; minor: Promise<bigint> }>();
  kept.set(db, own);
  const known = own.get(batchId);
  if (known !== undefined && now - known.at < KEPT_MS) return known.minor;
  if (own.size >= MOST_KEPT) own.delete(own.keys().next().value ?? '');
  const minor = spokenFor(db, batchId);
  own.set(batchId, { at: now, minor });
  minor.catch(() => own.delete(batchId));
  return minor;
}
