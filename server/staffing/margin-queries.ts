import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import type { StaffRate } from './schemas.ts';

export type OwnWorkRow = {
  projectId: string;
  title: string;
  currency: string;
  personId: string;
  reads: number;
  activeMs: number;
  earnedMinor: bigint;
};

/**
 * Accepted reads, active time and posted earnings of a vendor's people by project, newest project first; at most 2,000 rows.
 * Sums readers' own rows and accruals, so its cost grows with people and batches, not with labels. Indexes: engagements by
 * organisation through the batch's readers, accruals_batch_idx.
 */
export async function listOwnWork(q: Queryable, orgId: string): Promise<OwnWorkRow[]> {
  const rows = await q.execute<Omit<OwnWorkRow, 'earnedMinor'> & { earnedMinor: string }>(sql`
    select p.id as "projectId", p.title, b.currency, r.annotator_id as "personId",
      sum(r.accepted)::int as reads, sum(r.active_ms)::float8 as "activeMs",
      sum(coalesce(a.earned, 0))::text as "earnedMinor"
    from engagements e
    join batches b on b.project_id = e.project_id
    join readers r on r.batch_id = b.id and r.annotator_id = e.person_id and r.engagement_id = e.id
    join projects p on p.id = b.project_id
    left join lateral (
      select sum(a.amount_minor) as earned from ledger.accruals a
      where a.batch_id = r.batch_id and a.annotator_id = r.annotator_id and a.tier = r.tier and a.payee_org_id = ${orgId}
    ) a on true
    where e.via_org_id = ${orgId}
    group by p.id, p.title, p.created_at, b.currency, r.annotator_id
    order by p.created_at desc, r.annotator_id limit 2000`);
  return [...rows].map((row) => ({ ...row, earnedMinor: BigInt(row.earnedMinor) }));
}

/** The rate in force of each of a vendor's people; at most 5,000. Index: staff_rates_person_idx. */
export async function listCurrentRates(q: Queryable, orgId: string): Promise<StaffRate[]> {
  const rows = await q.execute<
    Omit<StaffRate, 'amountMinor' | 'effectiveAt'> & { amountMinor: string; effectiveAt: string }
  >(
    sql`
    select distinct on (person_id) person_id as "personId", basis, amount_minor::text as "amountMinor", currency,
      effective_at as "effectiveAt"
    from staff_rates where org_id = ${orgId} order by person_id, effective_at desc, id desc limit 5000`,
  );
  return [...rows].map((row) => ({
    ...row,
    amountMinor: BigInt(row.amountMinor),
    effectiveAt: new Date(row.effectiveAt),
  }));
}
