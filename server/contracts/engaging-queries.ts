import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import type { ProtectedWork } from './engaging-rules.ts';
import { contractTerms } from './schemas.ts';

/**
 * Contracts of the asking organisation whose newest agreed terms protect this person from it: as sponsor, people who have read
 * through the vendor under the contract; as vendor, people of the sponsor's panel on the same project. Who belonged to the
 * asking organisation, or worked for it on their own account, before the contract is free. The rule outlives the contract.
 * Indexes: engagements_person_idx, contract_versions_number_key.
 */
export async function listProtectedWork(
  q: Queryable,
  at: { personId: string; byOrgId: string; now: Date },
): Promise<ProtectedWork[]> {
  const rows = await q.execute<{
    contractId: string;
    of: 'vendor' | 'sponsor';
    terms: unknown;
    lastWorkAt: string | null;
  }>(sql`
    with agreed as (
      select c.id, c.project_id, c.vendor_org_id, c.created_at, c.ended_at, p.org_id as sponsor_org_id, v.terms
      from contracts c join projects p on p.id = c.project_id
      join lateral (
        select terms from contract_versions
        where contract_id = c.id and status = 'agreed' and in_force_from <= ${at.now.toISOString()}::timestamptz
        order by version desc limit 1) v on true
      where (p.org_id = ${at.byOrgId} or c.vendor_org_id = ${at.byOrgId}) and v.terms -> 'nonSolicitation' <> 'null'::jsonb),
    work as (
      select a.id, case when e.via_org_id = a.vendor_org_id then 'vendor' else 'sponsor' end as of, a.terms, a.created_at,
        bool_or(e.status <> 'ended') and a.ended_at is null as goes_on,
        greatest(max(e.ended_at), a.ended_at) as ended
      from agreed a join engagements e on e.project_id = a.project_id and e.person_id = ${at.personId}
      where (a.sponsor_org_id = ${at.byOrgId} and e.via_org_id = a.vendor_org_id)
        or (a.vendor_org_id = ${at.byOrgId} and e.via_org_id = a.sponsor_org_id and e.role in ('panel', 'adjudicator'))
      group by a.id, 2, a.terms, a.created_at, a.ended_at)
    select w.id as "contractId", w.of, w.terms, case when w.goes_on then null else w.ended end as "lastWorkAt"
    from work w
    where not exists (
        select 1 from memberships m where m.org_id = ${at.byOrgId} and m.person_id = ${at.personId} and m.created_at < w.created_at)
      and not exists (
        select 1 from engagements e join organisations o on o.id = e.via_org_id and o.kind = 'independent'
        join projects p on p.id = e.project_id and p.org_id = ${at.byOrgId}
        where e.person_id = ${at.personId} and e.created_at < w.created_at)
    limit 200`);
  return [...rows].flatMap((row) => {
    const rule = contractTerms.parse(row.terms).nonSolicitation;
    if (rule === null || (row.of === 'sponsor' && rule.protects === 'vendor_people')) return [];
    return [
      {
        contractId: row.contractId,
        of: row.of,
        counterpartOrgId: at.byOrgId,
        months: rule.months,
        lastWorkAt: row.lastWorkAt === null ? null : new Date(row.lastWorkAt),
      },
    ];
  });
}

/** People beyond those named in the bid who joined a contract in a month; engagements of one person count once. */
export async function countSubstitutes(
  q: Queryable,
  of: { contractId: string; month: string },
): Promise<number> {
  const [row] = await q.execute<{ n: number }>(sql`
    select count(distinct e.person_id)::int as n from engagements e
    join contracts c on c.id = e.contract_id
    where e.contract_id = ${of.contractId} and e.created_at >= ${`${of.month}-01`}::date
      and e.created_at < (${`${of.month}-01`}::date + interval '1 month')
      and not exists (select 1 from bid_seats s where s.bid_id = c.bid_id and s.person_id = e.person_id)`);
  return row?.n ?? 0;
}

/** True when a person is named in the contract's bid, or works under the contract already. */
export async function isKnownTo(
  q: Queryable,
  of: { contractId: string; personId: string },
): Promise<boolean> {
  const rows = await q.execute(sql`
    select 1 from contracts c join bid_seats s on s.bid_id = c.bid_id and s.person_id = ${of.personId}
    where c.id = ${of.contractId}
    union all
    select 1 from engagements where contract_id = ${of.contractId} and person_id = ${of.personId} and status <> 'ended'
    limit 1`);
  return rows.length > 0;
}
