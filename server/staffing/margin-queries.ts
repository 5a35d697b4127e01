import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { hidesGold, shownFrom } from '#server/work/blind-pay.ts';
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
 * Reads that hide gold count once they may be shown as accepted (R21), so a running batch with gold costs its readers' own
 * slots; all else sums readers' rows and accruals and does not grow with labels. Index: accruals_batch_idx.
 */
export async function listOwnWork(q: Queryable, of: { orgId: string; now: Date }): Promise<OwnWorkRow[]> {
  const { orgId } = of;
  const rows = await q.execute<Omit<OwnWorkRow, 'earnedMinor'> & { earnedMinor: string }>(sql`
    select p.id as "projectId", p.title, b.currency, r.annotator_id as "personId",
      sum(coalesce(v.reads, r.accepted))::int as reads, sum(r.active_ms)::float8 as "activeMs",
      sum(coalesce(v.earned, a.earned, 0))::text as "earnedMinor"
    from engagements e
    join batches b on b.project_id = e.project_id
    join readers r on r.batch_id = b.id and r.annotator_id = e.person_id and r.engagement_id = e.id
    join projects p on p.id = b.project_id
    left join lateral (
      select sum(a.amount_minor) as earned from ledger.accruals a
      where a.batch_id = r.batch_id and a.annotator_id = r.annotator_id and a.tier = r.tier and a.payee_org_id = ${orgId}
    ) a on true
    left join lateral (
      select count(*)::int as reads, coalesce(sum(t.price_minor), 0) + (
        select coalesce(sum(x.paid_minor), 0) from slot_releases x
        where x.batch_id = r.batch_id and x.annotator_id = r.annotator_id and x.tier = 'label') as earned
      from slots s
      join terms t on t.batch_id = s.batch_id and t.annotator_id = s.annotator_id and t.tier = s.tier
        and t.terms_no = s.terms_no
      where s.batch_id = r.batch_id and s.annotator_id = r.annotator_id and s.tier = 'label'
        and s.status in ('submitted', 'accepted') and ${shownFrom} <= ${of.now.toISOString()}::timestamptz
    ) v on ${hidesGold} and b.status <> 'settled' and r.tier = 'label'
    where e.via_org_id = ${orgId}
    group by p.id, p.title, p.created_at, b.currency, r.annotator_id
    order by p.created_at desc, r.annotator_id limit 2000`);
  return [...rows].map((row) => ({ ...row, earnedMinor: BigInt(row.earnedMinor) }));
}

/** The rates in force of a vendor's people, one per currency; at most 5,000. Index: staff_rates_person_idx. */
export async function listCurrentRates(q: Queryable, orgId: string): Promise<StaffRate[]> {
  const rows = await q.execute<
    Omit<StaffRate, 'amountMinor' | 'effectiveAt'> & { amountMinor: string; effectiveAt: string }
  >(
    sql`
    select distinct on (person_id, currency) person_id as "personId", basis, amount_minor::text as "amountMinor", currency,
      effective_at as "effectiveAt"
    from staff_rates where org_id = ${orgId} order by person_id, currency, effective_at desc, id desc limit 5000`,
  );
  return [...rows].map((row) => ({
    ...row,
    amountMinor: BigInt(row.amountMinor),
    effectiveAt: new Date(row.effectiveAt),
  }));
}
