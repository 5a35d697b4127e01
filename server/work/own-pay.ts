import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { hidesGold } from './blind-pay.ts';
import type { Tier } from './rules.ts';
import { countDue, NO_PAY, type OwnPay, payKey, sumLately } from './summed-pay.ts';

/** A reader's own counters, and what tells their pay apart. */
type Row = {
  batchId: string;
  tier: Tier;
  accepted: number;
  accruedMinor: string;
  encumberedMinor: string;
  /** Held or returned: encumbered, and not handed in. */
  inHand: number;
  /** Of each of their reads; null where they differ. */
  priceMinor: string | null;
  feeMinor: string | null;
  isSettled: boolean;
  isBlind: boolean;
  /** Blind, and nothing of it can be shown as accepted yet. */
  isYoung: boolean;
  /** Changes when a read that was handed in is one no more: rejected, returned, corrected, or paid and given to another. */
  taken: string;
};

/**
 * A person's pay by batch and tier, as it may be shown to them (R21): as it stands, or by the rule of `blind-pay.ts` where
 * gold is hidden among the reads. Told from the readers' own counters, whatever was read; what they cannot tell is summed from the
 * reads, at most every `KEPT_SECONDS` or `COUNTED_SECONDS` (`summed-pay.ts`). Indexes: readers_person_idx, terms_pkey.
 */
export async function listOwnPay(
  q: Queryable,
  input: { annotatorId: string; now: Date; batchIds: readonly string[] },
): Promise<Map<string, OwnPay>> {
  if (input.batchIds.length === 0) return new Map();
  const now = sql`${input.now.toISOString()}::timestamptz`;
  const rows = await q.execute<Row>(sql`
    select r.batch_id as "batchId", r.tier, r.accepted, r.accrued_minor::text as "accruedMinor",
      r.encumbered_minor::text as "encumberedMinor",
      r.claimed - r.submitted - r.skipped - r.expired - r.released + r.returned as "inHand",
      t.price::text as "priceMinor", t.fee::text as "feeMinor", b.status = 'settled' as "isSettled", d.blind as "isBlind",
      d.blind and r.joined_at + make_interval(days => b.review_period_days) > ${now} as "isYoung",
      concat_ws(' ', r.rejected, r.returned, r.corrected, r.accrued_minor - r.accepted * t.price) as taken
    from readers r join batches b on b.id = r.batch_id
    cross join lateral (select ${hidesGold} and r.tier = 'label' as blind) d
    cross join lateral (
      select case when min(t.price_minor) = max(t.price_minor) then min(t.price_minor) end as price,
        case when min(t.fee_minor) = max(t.fee_minor) then min(t.fee_minor) end as fee
      from terms t where t.batch_id = r.batch_id and t.annotator_id = r.annotator_id and t.tier = r.tier) t
    where r.annotator_id = ${input.annotatorId} and r.batch_id = any(${sql.param([...input.batchIds])}::uuid[])`);
  const told = [...rows].map((row) => ({ row, pay: payOfCounters(row) }));
  const due = await countDue(q, { ...input, of: told.flatMap((one) => (isByAge(one.pay) ? [one.row] : [])) });
  const summed = await sumLately(q, { ...input, of: told.flatMap((one) => (one.pay ? [] : [one.row])) });
  return new Map(
    told.map(({ row, pay }) => {
      const key = payKey(row);
      return [key, isByAge(pay) ? pay(due.get(key) ?? 0) : (pay ?? summed.get(key) ?? NO_PAY)];
    }),
  );
}

type ByAge = (shownAccepted: number) => OwnPay;
const isByAge = (pay: OwnPay | ByAge | null): pay is ByAge => typeof pay === 'function';

/**
 * What the counters tell of a reader's pay: all of it; all but how many reads are shown as accepted, which only their ages tell; or
 * null, where not every read has the same price. Gold moves none of it but as any read does: it is in the sum of what was accepted and
 * what was not, and no other.
 */
function payOfCounters(row: Row): OwnPay | ByAge | null {
  const accruedMinor = BigInt(row.accruedMinor);
  const none = { waitingReads: 0, waitingMinor: 0n };
  if (row.isSettled) return { acceptedReads: row.accepted, acceptedMinor: accruedMinor, ...none };
  const price = BigInt(row.priceMinor ?? 0);
  const each = price + BigInt(row.feeMinor ?? 0);
  if (row.priceMinor === null || row.feeMinor === null || each === 0n) return null;
  const left = BigInt(row.encumberedMinor) - BigInt(row.inHand) * each;
  if (left < 0n || left % each !== 0n) return null;
  const undecided = Number(left / each);
  if (!row.isBlind) {
    const waiting = { waitingReads: undecided, waitingMinor: BigInt(undecided) * price };
    return { acceptedReads: row.accepted, acceptedMinor: accruedMinor, ...waiting };
  }
  const handedIn = row.accepted + undecided;
  // What was paid for time alone when the gate closed (R27) is no read's, and shown at once.
  const besidesMinor = accruedMinor - BigInt(row.accepted) * price;
  const at = (acceptedReads: number) => {
    const waitingReads = Math.max(0, handedIn - acceptedReads);
    const acceptedMinor = besidesMinor + BigInt(acceptedReads) * price;
    return { acceptedReads, acceptedMinor, waitingReads, waitingMinor: BigInt(waitingReads) * price };
  };
  return row.isYoung ? at(0) : at;
}
