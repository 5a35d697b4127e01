import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { hidesGold, shownFrom } from './blind-pay.ts';
import type { Tier } from './rules.ts';

/** What a reader is shown of their pay in a batch, in minor units of its currency. */
export type OwnPay = {
  acceptedReads: number;
  acceptedMinor: bigint;
  /** Handed in, neither accepted nor rejected as far as the reader is told. */
  waitingReads: number;
  waitingMinor: bigint;
};

type Row = {
  batchId: string;
  tier: Tier;
  acceptedReads: number;
  acceptedMinor: string;
  waitingReads: number;
  waitingMinor: string;
};

/**
 * A person's pay by batch and tier, as it may be shown to them (R21): as it stands, or by the rule of `blind-pay.ts` where
 * gold is hidden among the reads. Index: slots_person_task_key.
 */
export async function listOwnPay(
  q: Queryable,
  input: { annotatorId: string; now: Date; batchIds?: readonly string[] },
): Promise<Map<string, OwnPay>> {
  const within = input.batchIds
    ? sql`and r.batch_id = any(${sql.param([...input.batchIds])}::uuid[])`
    : sql``;
  const now = sql`${input.now.toISOString()}::timestamptz`;
  const rows = await q.execute<Row>(sql`
    select r.batch_id as "batchId", r.tier,
      r.accepted + coalesce(p.early_reads - p.held_reads, 0) as "acceptedReads",
      (r.accrued_minor + coalesce(p.early_minor - p.held_minor, 0))::text as "acceptedMinor",
      coalesce(p.waiting_reads, 0) as "waitingReads", coalesce(p.waiting_minor, 0)::text as "waitingMinor"
    from readers r
    join batches b on b.id = r.batch_id
    left join lateral (
      select count(*) filter (where w.held)::int as held_reads,
        coalesce(sum(t.price_minor) filter (where w.held), 0) as held_minor,
        count(*) filter (where w.early)::int as early_reads,
        coalesce(sum(t.price_minor) filter (where w.early), 0) as early_minor,
        count(*) filter (where w.waits)::int as waiting_reads,
        coalesce(sum(t.price_minor) filter (where w.waits), 0) as waiting_minor
      from slots s
      join terms t on t.batch_id = s.batch_id and t.annotator_id = s.annotator_id and t.tier = s.tier
        and t.terms_no = s.terms_no
      cross join lateral (
        select s.status = 'accepted' as accepted, ${hidesGold} and s.tier = 'label' as blind,
          ${shownFrom} <= ${now} as due) d
      -- Accepted but not shown so yet; shown so although the job that accepts it has not come by; neither.
      cross join lateral (
        select d.blind and d.accepted and not d.due as held, d.blind and not d.accepted and d.due as early,
          case when d.blind then not d.due else not d.accepted end as waits) w
      where s.batch_id = r.batch_id and s.annotator_id = r.annotator_id and s.tier = r.tier
        and s.status in ('submitted', 'accepted') and b.status <> 'settled') p on true
    where r.annotator_id = ${input.annotatorId} ${within}`);
  return new Map(
    [...rows].map((row) => [
      payKey(row),
      {
        acceptedReads: row.acceptedReads,
        acceptedMinor: BigInt(row.acceptedMinor),
        waitingReads: row.waitingReads,
        waitingMinor: BigInt(row.waitingMinor),
      },
    ]),
  );
}

/** The key of `listOwnPay`. */
export function payKey(of: { batchId: string; tier: string }): string {
  return `${of.batchId} ${of.tier}`;
}

/** Nothing handed in yet. */
export const NO_PAY: OwnPay = { acceptedReads: 0, acceptedMinor: 0n, waitingReads: 0, waitingMinor: 0n };
