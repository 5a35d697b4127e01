import { and, asc, desc, eq, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { contracts } from '#db/schema/bids.ts';
import { creditPostings, slaResults } from '#db/schema/contracts.ts';
import { ledgerAccounts } from '#db/schema/ledger.ts';
import type { CreditStatus } from './schemas.ts';

export type ResultRow = typeof slaResults.$inferSelect;

/**
 * Settled batches that were called off under a contract which has no result for them yet; at most `limit`. A vendor's part of a
 * batch that several share is measured under the contract that first called reads off there, so never twice, and once its people's
 * scores are counted to the end. Index: contract_call_offs_batch_idx.
 */
export async function listUnmeasured(
  q: Queryable,
  limit: number,
): Promise<{ batchId: string; contractId: string }[]> {
  return [
    ...(await q.execute<{ batchId: string; contractId: string }>(sql`
      select x.batch_id as "batchId", x.contract_id as "contractId" from (
        select distinct on (o.batch_id, c.vendor_org_id) o.batch_id, o.contract_id
        from contract_call_offs o join contracts c on c.id = o.contract_id
          join batches b on b.id = o.batch_id and b.status = 'settled'
        where case when b.contract_id is not null then o.contract_id = b.contract_id
          else exists (select 1 from score_marks m where m.batch_id = b.id and m.swept_at >= b.settled_at) end
        order by o.batch_id, c.vendor_org_id, o.called_at, o.id
      ) x
      where not exists (
        select 1 from sla_results r where r.batch_id = x.batch_id and r.contract_id = x.contract_id)
      limit ${limit}`)),
  ];
}

/**
 * What a vendor did in a batch, whoever else reads there: when its people submitted their last read, how many there are, what it
 * earned on every tier; and when the batch or its project stood still, in order. Indexes: terms_pkey, audit_events_subject_idx.
 */
export async function readTimes(
  q: Queryable,
  of: { batchId: string; projectId: string; vendorOrgId: string },
): Promise<{
  lastReadAt: Date | null;
  reads: number;
  workMinor: bigint;
  pauses: { from: Date; to: Date | null }[];
}> {
  // A reader's payee in a batch never changes (R32).
  const [row] = await q.execute<{ last: string | null; n: number; work: string }>(sql`
    with own as (
      select distinct t.annotator_id, t.tier from terms t
      where t.batch_id = ${of.batchId} and t.payee_org_id = ${of.vendorOrgId}
    )
    select max(s.submitted_at) as last, count(*)::int as n, (
        select coalesce(sum(r.accrued_minor), 0)::text from own o
        join readers r on r.batch_id = ${of.batchId} and r.annotator_id = o.annotator_id and r.tier = o.tier) as work
    from slots s
    where s.batch_id = ${of.batchId} and s.tier = 'label' and s.status in ('submitted', 'accepted')
      and s.annotator_id in (select o.annotator_id from own o where o.tier = 'label')`);
  const events = await q.execute<{ what: 'batch' | 'project'; isPause: boolean; at: string }>(sql`
    select subject_kind as what, at,
      (action = 'work.batch_paused' or detail ->> 'to' = 'paused') as "isPause"
    from audit_events
    where (subject_kind = 'batch' and subject_id = ${of.batchId} and action in ('work.batch_paused', 'work.batch_resumed'))
      or (subject_kind = 'project' and subject_id = ${of.projectId} and action = 'projects.status_changed'
        and 'paused' in (detail ->> 'from', detail ->> 'to'))
    order by at, id limit 2000`);
  const pauses: { from: Date; to: Date | null }[] = [];
  const still = new Set<string>();
  for (const { what, isPause, at } of events) {
    const stood = still.size > 0;
    if (isPause) still.add(what);
    else still.delete(what);
    const last = pauses.at(-1);
    if (!stood && still.size > 0) pauses.push({ from: new Date(at), to: null });
    if (stood && still.size === 0 && last) last.to = new Date(at);
  }
  return {
    lastReadAt: row?.last ? new Date(row.last) : null,
    reads: row?.n ?? 0,
    workMinor: BigInt(row?.work ?? '0'),
    pauses,
  };
}

export async function insertResult(tx: Tx, row: typeof slaResults.$inferInsert): Promise<boolean> {
  const rows = await tx.insert(slaResults).values(row).onConflictDoNothing().returning({ id: slaResults.id });
  return rows.length === 1;
}

/** A result, locked until the transaction ends. */
export async function lockResult(tx: Tx, id: string): Promise<ResultRow | null> {
  const [row] = await tx.select().from(slaResults).where(eq(slaResults.id, id)).for('update');
  return row ?? null;
}

/** Moves a result that is still in `expected`; false when somebody was faster. */
export async function updateResult(
  tx: Tx,
  at: { id: string; expected: CreditStatus },
  set: Partial<ResultRow>,
): Promise<boolean> {
  const rows = await tx
    .update(slaResults)
    .set(set)
    .where(and(eq(slaResults.id, at.id), eq(slaResults.status, at.expected)))
    .returning({ id: slaResults.id });
  return rows.length === 1;
}

/** Results of a contract with their batch, newest first (sla_results_contract_idx). */
export async function listResults(
  q: Queryable,
  contractId: string,
): Promise<(ResultRow & { batch: string })[]> {
  const rows = await q.execute<{ id: string; batch: string }>(sql`
    select r.id, b.name as batch from sla_results r join batches b on b.id = r.batch_id
    where r.contract_id = ${contractId} order by r.measured_at desc limit 200`);
  const names = new Map([...rows].map((row) => [row.id, row.batch]));
  const results = await q
    .select()
    .from(slaResults)
    .where(eq(slaResults.contractId, contractId))
    .orderBy(desc(slaResults.measuredAt))
    .limit(200);
  return results.map((row) => ({ ...row, batch: names.get(row.id) ?? '' }));
}

/**
 * Credits whose time to dispute is over, and due ones for which something is owed to the vendor, oldest first, locked; at most
 * `limit`. One that waits for a vendor to earn again is not among them, so that however many wait, younger ones get their turn.
 * Waits for whoever holds one: a payout run does not pay what is being taken. Index: sla_results_open_idx.
 */
export async function lockCreditsToTake(
  tx: Tx,
  at: { now: Date; limit: number },
): Promise<(ResultRow & { vendorOrgId: string; projectId: string })[]> {
  const isOwed = sql`exists (select 1 from ${ledgerAccounts}
    where ${ledgerAccounts.code} = 'payable' and ${ledgerAccounts.ownerId} = ${contracts.vendorOrgId}
      and ${ledgerAccounts.currency} = ${slaResults.currency} and ${ledgerAccounts.balanceMinor} > 0)`;
  const rows = await tx
    .select({ result: slaResults, vendorOrgId: contracts.vendorOrgId, projectId: contracts.projectId })
    .from(slaResults)
    .innerJoin(contracts, eq(contracts.id, slaResults.contractId))
    .where(
      sql`(${slaResults.status} = 'due' and ${isOwed}) or (${slaResults.status} = 'proposed' and ${slaResults.disputeUntil} <= ${at.now.toISOString()}::timestamptz)`,
    )
    .orderBy(slaResults.measuredAt, slaResults.id)
    .limit(at.limit)
    .for('update', { of: slaResults });
  return rows.map((row) => ({ ...row.result, vendorOrgId: row.vendorOrgId, projectId: row.projectId }));
}

/** Disputed credits, oldest first. */
export async function listDisputed(q: Queryable, limit: number) {
  return q
    .select({ result: slaResults, contract: contracts })
    .from(slaResults)
    .innerJoin(contracts, eq(contracts.id, slaResults.contractId))
    .where(eq(slaResults.status, 'disputed'))
    .orderBy(asc(slaResults.disputedAt))
    .limit(limit);
}

export async function insertPosting(tx: Tx, row: typeof creditPostings.$inferInsert): Promise<void> {
  await tx.insert(creditPostings).values(row);
}

export type PostingLine = {
  transferId: string;
  batch: string;
  project: string;
  amountMinor: string;
  currency: string;
  postedAt: string;
  contractId: string;
  [key: string]: unknown;
};

/** Deductions of a payee, or credits of a project, newest first. Indexes: credit_postings_payee_idx, credit_postings_project_idx. */
export async function listPostings(
  q: Queryable,
  of: { payeeOrgId: string } | { projectId: string },
): Promise<PostingLine[]> {
  const whose =
    'payeeOrgId' in of ? sql`c.payee_org_id = ${of.payeeOrgId}` : sql`c.project_id = ${of.projectId}`;
  return [
    ...(await q.execute<PostingLine>(sql`
      select c.transfer_id as "transferId", b.name as batch, p.title as project, c.amount_minor::text as "amountMinor",
        c.currency, c.posted_at as "postedAt", r.contract_id as "contractId"
      from credit_postings c join sla_results r on r.id = c.result_id join batches b on b.id = r.batch_id
      join projects p on p.id = c.project_id
      where ${whose} order by c.posted_at desc, c.transfer_id desc limit 200`)),
  ];
}
