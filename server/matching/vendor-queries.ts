import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { type LocationLimit, locationLimitsSql } from '#server/agreements/location-limits.ts';
import { comparableByCurrency } from '#server/bids/price-privacy.ts';
import type { BatchScore } from './vendor-measures.ts';

export type VendorRow = {
  orgId: string;
  name: string;
  country: string;
  status: string;
  /** The newest scores of its production and relabel batches. */
  scores: readonly BatchScore[];
  /** What it asks as a rule by currency, as far as that may be compared (`comparableByCurrency`). */
  medianPrices: Readonly<Record<string, number>>;
  /** Its agreements with the platform that limit where data is shown. */
  limits: readonly LocationLimit[];
  [key: string]: unknown;
};

/**
 * Vendors that are not refused or suspended, nor a sponsor's own staff (ADR 029), with what was measured of them here: the newest scores of their newest
 * hundred batches, the median of their bids that are not sealed. Never of pilots: of those others are told the outcome alone (R16), and
 * one score stands for every sponsor's question. At most 10,000. Read when the index is built and every minute, not per question.
 */
export async function listVendors(q: Queryable, today: string): Promise<VendorRow[]> {
  const rows = [
    ...(await q.execute<VendorRow>(sql`
      select o.id as "orgId", o.legal_name as name, o.country, o.status,
        s.scores, p.medians as "medianPrices", coalesce(l.limits, '[]'::json) as limits
      from organisations o
      left join (${locationLimitsSql(sql`select ov.id from organisations ov where ov.kind = 'vendor'`, today)}) l on l.org_id = o.id
      left join lateral (
        select coalesce(json_agg(newest), '[]') as scores from (
          select distinct on (sc.batch_id, sc.metric, sc.field) b.id as "batchId", b."taskType", b.status = 'settled' as "isSettled",
            sc.metric, sc.value, sc.lower, sc.upper, sc.n
          from (
            select b.id, b.status, p.modality || '/' || p.anatomy as "taskType" from batches b join projects p on p.id = b.project_id
            where b.vendor_org_id = o.id and b.kind in ('production', 'relabel') order by b.created_at desc, b.id limit 100
          ) b join scores sc on sc.batch_id = b.id and sc.subject_kind = 'batch' and sc.class_name = ''
            and sc.metric in ('accuracy', 'krippendorff_alpha', 'throughput')
          order by sc.batch_id, sc.metric, sc.field, sc.computed_at desc
        ) newest where newest.value is not null and newest.n > 0
      ) s on true
      left join lateral (
        select coalesce(json_object_agg(m.currency, m.median), '{}') as medians from (
          select b.currency, percentile_cont(0.5) within group (order by b.price_per_read_minor)::float8 as median
          from bids b join calls c on c.id = b.call_id and not (c.is_sealed and c.status = 'open')
          where b.vendor_org_id = o.id and b.status in ('submitted', 'shortlisted', 'piloting', 'awarded') group by b.currency
        ) m
      ) p on true
      where o.kind = 'vendor' and o.status in ('verified', 'unverified') and o.in_house_of is null
      order by o.id limit 10000`)),
  ];
  const prices = comparableByCurrency(
    rows.flatMap(({ orgId, medianPrices }) =>
      Object.entries(medianPrices).map(([currency, medianMinor]) => ({ orgId, currency, medianMinor })),
    ),
  );
  return rows.map((row) => ({ ...row, medianPrices: prices.get(row.orgId) ?? {} }));
}

/** Names of organisations. */
export async function listOrgNames(
  q: Queryable,
  orgIds: readonly string[],
): Promise<Map<string, { name: string; country: string }>> {
  if (orgIds.length === 0) return new Map();
  const rows = await q.execute<{ orgId: string; name: string; country: string }>(sql`
    select id as "orgId", legal_name as name, country from organisations where id = any(${sql.param([...orgIds])}::uuid[])`);
  return new Map([...rows].map(({ orgId, name, country }) => [orgId, { name, country }]));
}

/** The time zone of a person's account; null when erased. */
export async function findTimezone(q: Queryable, personId: string): Promise<string | null> {
  const [row] = await q.execute<{ timezone: string }>(
    sql`select timezone from users where person_id = ${personId}::uuid`,
  );
  return row?.timezone ?? null;
}

/** One person of an organisation who reads for it, by id: whose gap stands for the others'. */
export async function listMembersOf(q: Queryable, orgIds: readonly string[]): Promise<Map<string, string[]>> {
  if (orgIds.length === 0) return new Map();
  const rows = await q.execute<{ orgId: string; personIds: string[] }>(sql`
    select o.id as "orgId", array(
      select distinct m.person_id from memberships m where m.org_id = o.id and m.status = 'active'
        and m.role in ('vendor_annotator', 'independent_annotator', 'qa_lead') order by m.person_id limit 5) as "personIds"
    from organisations o where o.id = any(${sql.param([...orgIds])}::uuid[])`);
  return new Map([...rows].map(({ orgId, personIds }) => [orgId, personIds]));
}

/** What a sponsor has made the parts weigh; undefined for the usual. */
export async function findWeights(q: Queryable, projectId: string): Promise<unknown> {
  const [row] = await q.execute<{ weights: unknown }>(
    sql`select weights from matching_weights where project_id = ${projectId}::uuid`,
  );
  return row?.weights;
}

/** Krippendorff's α of the newest settled or running batches of a kind of work; at most 50. */
export async function listReliabilities(
  q: Queryable,
  of: { modality: string; anatomy: string },
): Promise<number[]> {
  const rows = await q.execute<{ value: number }>(sql`
    select s.value from projects p join batches b on b.project_id = p.id and b.kind in ('pilot', 'production', 'relabel')
    join lateral (
      select avg(x.value) as value from running_scores x
      where x.batch_id = b.id and x.subject_kind = 'batch' and x.subject_id = b.id and x.day = 'all'
        and x.metric = 'krippendorff_alpha' and x.class_name = '' and x.value is not null
    ) s on s.value is not null
    where p.modality = ${of.modality} and p.anatomy = ${of.anatomy} order by b.created_at desc limit 50`);
  return [...rows].map((row) => row.value);
}
