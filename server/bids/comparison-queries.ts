import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';

export type MeasuredBatch = {
  vendorOrgId: string;
  isLike: boolean;
  value: number;
  lower: number | null;
  upper: number | null;
  n: number;
  [key: string]: unknown;
};

type LikeWork = { projectId: string; sponsorOrgId: string; modality: string; anatomy: string };

/**
 * A measure of vendors' newest batches, each by the field that was checked most; with `vendorOrgIds` of those vendors only. Other
 * sponsors' pilots tell nothing (R16), nor do this project's own: their cards are read for themselves (R15). At most 500.
 * Index: scores_batch_idx.
 */
export async function listMeasuredBatches(
  q: Queryable,
  of: LikeWork & { metric: 'accuracy' | 'throughput'; vendorOrgIds: readonly string[] | null },
): Promise<MeasuredBatch[]> {
  const ofVendors =
    of.vendorOrgIds === null
      ? // What sponsors' own staff does is theirs alone (ADR 029).
        sql`exists (select from organisations o where o.id = b.vendor_org_id and o.in_house_of is null)`
      : sql`b.vendor_org_id = any (${sql.param([...of.vendorOrgIds])}::uuid[])`;
  return [
    ...(await q.execute<MeasuredBatch>(sql`
      select b.vendor_org_id as "vendorOrgId", (p.modality = ${of.modality} and p.anatomy = ${of.anatomy}) as "isLike",
        w.value, w.lower, w.upper, w.n
      from batches b join projects p on p.id = b.project_id
      join lateral (
        select f.value, f.lower, f.upper, f.n from (
          select distinct on (s.field) s.value, s.lower, s.upper, s.n from scores s
          where s.batch_id = b.id and s.metric = ${of.metric} and s.subject_kind = 'batch' and s.class_name = ''
          order by s.field, s.computed_at desc) f
        where f.value is not null and f.n > 0 order by f.n desc, f.value limit 1
      ) w on true
      where ${ofVendors} and (b.kind in ('production', 'relabel')
        or (b.kind = 'pilot' and b.status = 'settled' and p.org_id = ${of.sponsorOrgId}::uuid and p.id <> ${of.projectId}::uuid))
      order by b.created_at desc, b.id limit 500`)),
  ];
}

/** Reads by day of vendors' like work, newest days first; at most 5,000. Index: read_hours_pkey. */
export async function listDailyReads(
  q: Queryable,
  of: Pick<LikeWork, 'modality' | 'anatomy'> & { vendorOrgIds: readonly string[] },
): Promise<{ vendorOrgId: string; reads: number }[]> {
  if (of.vendorOrgIds.length === 0) return [];
  return [
    ...(await q.execute<{ vendorOrgId: string; reads: number }>(sql`
      select b.vendor_org_id as "vendorOrgId", sum(h.reads)::int as reads
      from batches b join projects p on p.id = b.project_id and p.modality = ${of.modality} and p.anatomy = ${of.anatomy}
      join read_hours h on h.batch_id = b.id
      where b.vendor_org_id = any (${sql.param([...of.vendorOrgIds])}::uuid[]) and b.kind in ('production', 'relabel')
      group by 1, date_trunc('day', h.hour_at, 'UTC') order by date_trunc('day', h.hour_at, 'UTC') desc limit 5000`)),
  ];
}

/** The newest card of each pilot of a call, whether or not it may be seen yet; the caller asks (R15). Index: pilots_call_idx. */
export async function listCardsOfCall(
  q: Queryable,
  callId: string,
): Promise<{ bidId: string; batchId: string; verdict: string; results: unknown }[]> {
  return [
    ...(await q.execute<{ bidId: string; batchId: string; verdict: string; results: unknown }>(sql`
      select p.bid_id as "bidId", s.batch_id as "batchId", s.verdict, s.results
      from pilots p
      join lateral (select * from scorecards where pilot_id = p.id order by computed_at desc, id desc limit 1) s on true
      where p.call_id = ${callId}::uuid limit 50`)),
  ];
}
