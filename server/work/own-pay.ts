import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
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
 * A person's pay by batch and tier, as it may be shown to them. A gold read is accepted the moment it is handed in (R30),
 * which would tell it apart (R21); it is shown as waiting until an ordinary read of that moment is accepted at the latest:
 * when the review period is over, its task is final, or the batch is settled. Index: slots_person_task_key.
 */
export async function listOwnPay(
  q: Queryable,
  input: { annotatorId: string; now: Date; batchIds?: readonly string[] },
): Promise<Map<string, OwnPay>> {
  const within = input.batchIds
    ? sql`and r.batch_id = any(${sql.param([...input.batchIds])}::uuid[])`
    : sql``;
  const rows = await q.execute<Row>(sql`
    select r.batch_id as "batchId", r.tier, r.accepted - coalesce(p.held_reads, 0) as "acceptedReads",
      (r.accrued_minor - coalesce(p.held_minor, 0))::text as "acceptedMinor",
      coalesce(p.held_reads + p.submitted_reads, 0) as "waitingReads",
      coalesce(p.held_minor + p.submitted_minor, 0)::text as "waitingMinor"
    from readers r
    join batches b on b.id = r.batch_id
    left join lateral (
      select count(*) filter (where w.held)::int as held_reads,
        coalesce(sum(t.price_minor) filter (where w.held), 0) as held_minor,
        count(*) filter (where s.status = 'submitted')::int as submitted_reads,
        coalesce(sum(t.price_minor) filter (where s.status = 'submitted'), 0) as submitted_minor
      from slots s
      join terms t on t.batch_id = s.batch_id and t.annotator_id = s.annotator_id and t.tier = s.tier
        and t.terms_no = s.terms_no
      cross join lateral (
        select s.status = 'accepted' and s.tier = 'label' and b.kind in ('production', 'relabel')
          and s.submitted_at > ${input.now.toISOString()}::timestamptz - make_interval(days => b.review_period_days)
          and exists (select 1 from gold_answers g where g.batch_id = s.batch_id and g.task_id = s.task_id)
          and not exists (select 1 from tasks k where k.batch_id = s.batch_id and k.id = s.task_id and k.status = 'final')
          as held) w
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
