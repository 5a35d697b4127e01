import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { hidesGold, shownFrom } from '#server/work/blind-pay.ts';

export type StatementLine = {
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

type Page = { payeeOrgId: string; now: Date; before: Date | null; limit: number };

/**
 * Lines of a payee's statement, newest first, before an instant: as the ledger booked them, or for reads that hide gold
 * (R21) by person, batch and UTC day on which they are shown as accepted. Their sum is what was booked once nothing is
 * held back. Indexes: accruals_payee_idx; for the others, whose cost grows with their reads, each reader's own slots.
 */
export async function listStatementLines(q: Queryable, page: Page): Promise<StatementLine[]> {
  const before = page.before ? sql`${page.before.toISOString()}::timestamptz` : sql`'infinity'::timestamptz`;
  const limit = Math.min(page.limit, 500);
  return [
    ...(await q.execute<StatementLine>(sql`
      (select a.posted_at as at, a.batch_id as "batchId", b.name as batch, p.title as project,
        a.annotator_id as "personId", a.tier, a.amount_minor::text as "amountMinor", a.currency
      from ledger.accruals a join batches b on b.id = a.batch_id join projects p on p.id = b.project_id
      where a.payee_org_id = ${page.payeeOrgId} and a.posted_at < ${before}
        and not (a.tier = 'label' and ${hidesGold})
      order by a.posted_at desc, a.transfer_id limit ${limit})
      union all
      (select max(x.at) as at, x.batch_id, max(x.name), max(p.title), x.annotator_id, 'label', sum(x.minor)::text,
        max(x.currency)
      from (${shownReads(page)}) x join projects p on p.id = x.project_id
      where x.at <= ${page.now.toISOString()}::timestamptz
      group by x.batch_id, x.annotator_id, date_trunc('day', x.at at time zone 'UTC')
      having sum(x.minor) > 0 and max(x.at) < ${before}
      order by 1 desc, 2, 5 limit ${limit})
      order by at desc, "batchId", "personId" limit ${limit}`)),
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
