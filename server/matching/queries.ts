import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';

export type CandidateRow = {
  orgId: string;
  name: string;
  kind: 'vendor' | 'independent';
  country: string;
  status: string;
  personIds: string[];
  accuracyLower: number | null;
  accuracyN: number;
  reliability: number | null;
  readsPerActiveHour: number | null;
  medianPriceMinor: number | null;
  [key: string]: unknown;
};

/**
 * Vendors and independents with what was measured of them here. At most `limit` organisations, or the one asked for.
 * Their people are those with a reading role. Scores are the newest of the organisation's own batches.
 */
export async function listCandidates(
  q: Queryable,
  input: { limit: number; orgId?: string },
): Promise<CandidateRow[]> {
  return [
    ...(await q.execute<CandidateRow>(sql`
      select o.id as "orgId", o.legal_name as name, o.kind, o.country, o.status,
        coalesce(m.ids, '{}') as "personIds",
        s.accuracy_lower as "accuracyLower", coalesce(s.accuracy_n, 0)::int as "accuracyN", s.reliability,
        s.throughput as "readsPerActiveHour", p.median as "medianPriceMinor"
      from organisations o
      left join lateral (
        select array_agg(distinct person_id) as ids from memberships
        where org_id = o.id and status = 'active' and role in ('vendor_annotator', 'independent_annotator', 'qa_lead')
      ) m on true
      left join lateral (
        select min(lower) filter (where metric = 'accuracy') as accuracy_lower, sum(n) filter (where metric = 'accuracy') as accuracy_n,
          avg(value) filter (where metric = 'krippendorff_alpha') as reliability, avg(value) filter (where metric = 'throughput') as throughput
        from (
          select distinct on (sc.batch_id, sc.metric, sc.field) sc.metric, sc.value, sc.lower, sc.n
          from batches b join scores sc on sc.batch_id = b.id and sc.subject_kind = 'batch' and sc.metric in ('accuracy', 'krippendorff_alpha', 'throughput')
          where b.vendor_org_id = o.id order by sc.batch_id, sc.metric, sc.field, sc.computed_at desc
        ) newest
      ) s on true
      left join lateral (
        select percentile_cont(0.5) within group (order by price_per_read_minor)::float8 as median from bids
        where vendor_org_id = o.id and status in ('submitted', 'shortlisted', 'piloting', 'awarded')
      ) p on true
      where o.kind in ('vendor', 'independent') ${input.orgId ? sql`and o.id = ${input.orgId}` : sql`and o.status in ('verified', 'unverified')`}
      order by o.status = 'verified' desc, o.id
      limit ${Math.min(input.limit, 500)}`)),
  ];
}

/** The lowest of the vendors' median bid prices, in minor units; null without a bid. */
export async function findLowestMedianPrice(q: Queryable): Promise<number | null> {
  const [row] = await q.execute<{ lowest: number | null }>(sql`
    select min(median)::float8 as lowest from (
      select percentile_cont(0.5) within group (order by b.price_per_read_minor) as median
      from bids b join organisations o on o.id = b.vendor_org_id and o.status in ('verified', 'unverified')
      where b.status in ('submitted', 'shortlisted', 'piloting', 'awarded') group by b.vendor_org_id
    ) medians`);
  return row?.lowest ?? null;
}
