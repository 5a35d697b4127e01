import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { hidesGold, shownFrom } from '#server/work/blind-pay.ts';

/** Where a line stands: lines of one posting share their instant, so the id tells them apart. */
export type StatementPlace = { at: Date; id: string };

export type StatementLine = {
  id: string;
  at: string;
  batchId: string;
  batch: string;
  project: string;
  personId: string;
  tier: string;
  amountMinor: string;
  currency: string;
  [key: string]: unknown;
};

type Payee = { payeeOrgId: string; now: Date };

/**
 * Lines of a payee's statement, newest first, after a place: as the ledger booked them, or for reads that hide gold (R21)
 * by person, batch and UTC day on which they are shown as accepted. Their sum is what was booked once nothing is held back.
 * Indexes: accruals_payee_idx; for the others, whose cost grows with their reads, each reader's own slots.
 */
export async function listStatementLines(
  q: Queryable,
  page: Payee & { before: StatementPlace | null; limit: number },
): Promise<StatementLine[]> {
  const before = page.before
    ? sql`(${page.before.at.toISOString()}::timestamptz, ${page.before.id}::uuid)`
    : sql`('infinity'::timestamptz, '00000000-0000-0000-0000-000000000000'::uuid)`;
  const limit = Math.min(page.limit, 500);
  return [
    ...(await q.execute<StatementLine>(sql`
      (select a.transfer_id as id, a.posted_at as at, a.batch_id as "batchId", b.name as batch, p.title as project,
        a.annotator_id as "personId", a.tier, a.amount_minor::text as "amountMinor", a.currency
      from ledger.accruals a join batches b on b.id = a.batch_id join projects p on p.id = b.project_id
      where a.payee_org_id = ${page.payeeOrgId} and (a.posted_at, a.transfer_id) < ${before}
        and not (a.tier = 'label' and ${hidesGold})
      order by a.posted_at desc, a.transfer_id desc limit ${limit})
      union all
      (select d.id, d.at, d.batch_id, d.name, p.title, d.annotator_id, 'label', d.minor::text, d.currency
      from (${shownDays(page)}) d join projects p on p.id = d.project_id
      where (d.at, d.id) < ${before}
      order by d.at desc, d.id desc limit ${limit})
      order by at desc, id desc limit ${limit}`)),
  ];
}

/** The lines of reads that hide gold: their id is made of what they are of, so that it is the same on every page. */
function shownDays(of: Payee) {
  return sql`
      select overlay(overlay(md5(x.batch_id::text || x.annotator_id::text || x.day::text) placing '8' from 13)
          placing '8' from 17)::uuid as id, max(x.at) as at, x.batch_id, x.annotator_id, max(x.name) as name, x.project_id, sum(x.minor) as minor, max(x.currency) as currency
      from (select y.*, (y.at at time zone 'UTC')::date as day from (${shownReads(of)}) y) x
      where x.at <= ${of.now.toISOString()}::timestamptz
      group by x.batch_id, x.annotator_id, x.day, x.project_id having sum(x.minor) > 0`;
}

export type PersonTotal = { personId: string; currency: string; amountMinor: string; [key: string]: unknown };

/** What the whole statement comes to by person and currency, as it may be shown, the most first; at most 500. */
export async function listStatementTotals(q: Queryable, of: Payee): Promise<PersonTotal[]> {
  return [
    ...(await q.execute<PersonTotal>(sql`
      select x.person_id as "personId", x.currency, sum(x.minor)::text as "amountMinor" from (
        select a.annotator_id as person_id, a.currency, a.amount_minor as minor
        from ledger.accruals a join batches b on b.id = a.batch_id
        where a.payee_org_id = ${of.payeeOrgId} and not (a.tier = 'label' and ${hidesGold})
        union all
        select d.annotator_id, d.currency, d.minor from (${shownDays(of)}) d) x
      group by 1, 2 order by sum(x.minor) desc, 1 limit 500`)),
  ];
}

/** Paid reads of a payee that hide gold, each with when it is shown, and what the gate's closing paid (R27). */
function shownReads(of: { payeeOrgId: string }) {
  const own = sql`from engagements e
      join readers r on r.annotator_id = e.person_id and r.engagement_id = e.id and r.tier = 'label'
      join batches b on b.id = r.batch_id and ${hidesGold}`;
  const whose = sql`b.project_id, b.name, b.currency, r.batch_id, r.annotator_id`;
  return sql`
      select ${whose}, ${shownFrom} as at, t.price_minor as minor ${own}
      join slots s on s.batch_id = r.batch_id and s.annotator_id = r.annotator_id and s.tier = 'label'
        and s.status in ('submitted', 'accepted')
      join terms t on t.batch_id = r.batch_id and t.annotator_id = r.annotator_id and t.tier = 'label'
        and t.terms_no = s.terms_no
      where e.via_org_id = ${of.payeeOrgId}
      union all
      select ${whose}, v.at, v.paid_minor ${own}
      join slot_releases v on v.batch_id = r.batch_id and v.annotator_id = r.annotator_id and v.tier = 'label'
        and v.paid_minor > 0
      where e.via_org_id = ${of.payeeOrgId}`;
}

/**
 * What a payee is owed by currency, as it may be shown (R21): the ledger's balance, less what it holds for reads that are
 * not shown as accepted yet; never below zero, because a payout run pays those too. One statement, so that a posting
 * under way cannot tell either.
 */
export async function listOwed(
  q: Queryable,
  of: { payeeOrgId: string; now: Date },
): Promise<{ currency: string; balanceMinor: bigint }[]> {
  const rows = await q.execute<{ currency: string; minor: string }>(sql`
    with held as (
      select b.currency, r.posted_minor - coalesce((
          select sum(t.price_minor) from slots s
          join terms t on t.batch_id = s.batch_id and t.annotator_id = s.annotator_id and t.tier = s.tier
            and t.terms_no = s.terms_no
          where s.batch_id = r.batch_id and s.annotator_id = r.annotator_id and s.tier = 'label'
            and s.status in ('submitted', 'accepted')
            and ${shownFrom} <= ${of.now.toISOString()}::timestamptz), 0)
        - coalesce((
          select sum(v.paid_minor) from slot_releases v
          where v.batch_id = r.batch_id and v.annotator_id = r.annotator_id and v.tier = 'label'), 0) as minor
      from engagements e
      join readers r on r.annotator_id = e.person_id and r.engagement_id = e.id and r.tier = 'label'
      join batches b on b.id = r.batch_id and ${hidesGold} and b.status <> 'settled'
      where e.via_org_id = ${of.payeeOrgId})
    select a.currency, greatest(0, a.balance_minor - coalesce((
      select sum(h.minor) from held h where h.currency = a.currency), 0))::text as minor
    from ledger.accounts a
    where a.code = 'payable' and a.owner_id = ${of.payeeOrgId} order by a.currency`);
  return [...rows].map((row) => ({ currency: row.currency, balanceMinor: BigInt(row.minor) }));
}
