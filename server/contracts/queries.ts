import { and, asc, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { contracts } from '#db/schema/bids.ts';
import {
  contractCallOffs,
  contractSignatures,
  contractVersions,
  creditPostings,
  slaResults,
} from '#db/schema/contracts.ts';
import { ledgerAccounts } from '#db/schema/ledger.ts';
import type { UnsettledBatch } from './rules.ts';
import type { ContractSide, CreditStatus, Ending, VersionStatus } from './schemas.ts';

export type ContractRow = typeof contracts.$inferSelect;
export type VersionRow = typeof contractVersions.$inferSelect;
export type SignatureRow = typeof contractSignatures.$inferSelect;
export type ResultRow = typeof slaResults.$inferSelect;
export type CallOffRow = typeof contractCallOffs.$inferSelect;

/** A contract, locked until the transaction ends: versions, call-offs and credits of one contract take turns. */
export async function lockContract(tx: Tx, id: string): Promise<ContractRow | null> {
  const [row] = await tx.select().from(contracts).where(eq(contracts.id, id)).for('update');
  return row ?? null;
}

/** Versions of some contracts, newest first. */
export async function listVersions(q: Queryable, contractIds: readonly string[]): Promise<VersionRow[]> {
  if (contractIds.length === 0) return [];
  return q
    .select()
    .from(contractVersions)
    .where(inArray(contractVersions.contractId, [...contractIds]))
    .orderBy(contractVersions.contractId, desc(contractVersions.version))
    .limit(100 * contractIds.length);
}

/** The version with this id, or null. */
export async function findVersion(q: Queryable, id: string): Promise<VersionRow | null> {
  const [row] = await q.select().from(contractVersions).where(eq(contractVersions.id, id));
  return row ?? null;
}

export async function insertVersion(tx: Tx, row: typeof contractVersions.$inferInsert): Promise<void> {
  await tx.insert(contractVersions).values(row);
}

/** Moves a version that is still in `expected`; false when somebody was faster. */
export async function updateVersion(
  tx: Tx,
  at: { id: string; expected: VersionStatus },
  set: Partial<VersionRow>,
): Promise<boolean> {
  const rows = await tx
    .update(contractVersions)
    .set(set)
    .where(and(eq(contractVersions.id, at.id), eq(contractVersions.status, at.expected)))
    .returning({ id: contractVersions.id });
  return rows.length === 1;
}

/** Proposals older than an instant, oldest first (contract_versions_proposed_idx). */
export async function listStaleProposals(q: Queryable, before: Date): Promise<VersionRow[]> {
  return q
    .select()
    .from(contractVersions)
    .where(and(eq(contractVersions.status, 'proposed'), lt(contractVersions.proposedAt, before)))
    .orderBy(asc(contractVersions.proposedAt))
    .limit(200);
}

export async function insertSignature(tx: Tx, row: typeof contractSignatures.$inferInsert): Promise<void> {
  await tx.insert(contractSignatures).values(row);
}

/** Signatures on some versions, in the order they were given. */
export async function listSignatures(q: Queryable, versionIds: readonly string[]): Promise<SignatureRow[]> {
  if (versionIds.length === 0) return [];
  return q
    .select()
    .from(contractSignatures)
    .where(inArray(contractSignatures.versionId, [...versionIds]))
    .orderBy(asc(contractSignatures.signedAt), asc(contractSignatures.id))
    .limit(2 * versionIds.length);
}

/** Numbers of a project's breaking protocol versions that were signed, oldest first; and the newest signed by an instant. */
export async function protocolsOf(
  q: Queryable,
  of: { projectId: string; at: Date },
): Promise<{ breaking: number[]; newestSigned: number; signedAt: number }> {
  const rows = await q.execute<{ version: number; changeClass: string | null; isThere: boolean }>(sql`
    select version, change_class as "changeClass", signed_at <= ${of.at.toISOString()}::timestamptz as "isThere"
    from protocol_versions where project_id = ${of.projectId} and signed_at is not null order by version limit 1000`);
  const all = [...rows];
  return {
    breaking: all.filter((one) => one.changeClass === 'breaking').map((one) => one.version),
    newestSigned: all.at(-1)?.version ?? 1,
    signedAt: all.filter((one) => one.isThere).at(-1)?.version ?? 1,
  };
}

/** Reads of a contract called off in a month (contract_call_offs_month_idx). */
export async function calledOff(q: Queryable, of: { contractId: string; month: string }): Promise<number> {
  const [row] = await q
    .select({ sum: sql<number>`coalesce(sum(${contractCallOffs.reads}), 0)::int` })
    .from(contractCallOffs)
    .where(and(eq(contractCallOffs.contractId, of.contractId), eq(contractCallOffs.month, `${of.month}-01`)));
  return row?.sum ?? 0;
}

/** Reads of a contract called off so far, by the version and class that price them. Index: contract_call_offs' contract. */
export async function calledOffByClass(
  q: Queryable,
  contractId: string,
): Promise<{ version: number; tier: string; reads: number }[]> {
  return q
    .select({
      version: contractCallOffs.version,
      tier: contractCallOffs.tier,
      reads: sql<number>`sum(${contractCallOffs.reads})::float8`,
    })
    .from(contractCallOffs)
    .where(eq(contractCallOffs.contractId, contractId))
    .groupBy(contractCallOffs.version, contractCallOffs.tier);
}

export async function insertCallOff(tx: Tx, row: typeof contractCallOffs.$inferInsert): Promise<void> {
  await tx.insert(contractCallOffs).values(row);
}

/** Call-offs of a contract, newest first, with the batch's name and state. */
export async function listCallOffs(q: Queryable, contractId: string) {
  return [
    ...(await q.execute<{
      batchId: string;
      batch: string;
      status: 'draft' | 'open' | 'closing' | 'settled' | 'paused';
      version: number;
      tier: string;
      reads: number;
      month: string;
      calledAt: string;
      dueAt: string | null;
    }>(sql`
      select o.batch_id as "batchId", b.name as batch, b.status, o.version, o.tier, o.reads, o.month::text, o.called_at as "calledAt",
        o.due_at as "dueAt"
      from contract_call_offs o join batches b on b.id = o.batch_id
      where o.contract_id = ${contractId} order by o.called_at desc, o.id desc limit 200`)),
  ];
}

/**
 * Batches read under a contract that are not settled, drafts apart: its own, and those it shares with others, which its
 * call-offs name. Indexes: batches_project_idx, contract_call_offs_batch_idx.
 */
export async function listUnsettled(
  q: Queryable,
  of: { contractId: string; projectId: string },
): Promise<UnsettledBatch[]> {
  return [
    ...(await q.execute<UnsettledBatch>(sql`
      select b.id as "batchId", b.name, b.contract_id is null as "isShared"
      from batches b
      where b.project_id = ${of.projectId} and b.status in ('open', 'paused', 'closing')
        and (b.contract_id = ${of.contractId} or b.contract_id is null
          and exists (select 1 from contract_call_offs o where o.contract_id = ${of.contractId} and o.batch_id = b.id))
      order by b.created_at limit 200`)),
  ];
}

/** Ids of a contract's own batches that still read or were never opened (batches_project_idx). */
export async function listUnended(
  q: Queryable,
  of: { contractId: string; projectId: string },
): Promise<string[]> {
  const rows = await q.execute<{ id: string }>(sql`
    select id from batches where project_id = ${of.projectId} and contract_id = ${of.contractId}
      and status in ('draft', 'open', 'paused') order by id limit 1000`);
  return [...rows].map((row) => row.id);
}

/** Ends an award that is in force; false when somebody was faster. */
export async function endAward(
  tx: Tx,
  at: { id: string; status: Ending; side: ContractSide; reason: string; now: Date },
): Promise<boolean> {
  const rows = await tx
    .update(contracts)
    .set({ status: at.status, endedAt: at.now, endedSide: at.side, endReason: at.reason })
    .where(and(eq(contracts.id, at.id), eq(contracts.status, 'active')))
    .returning({ id: contracts.id });
  return rows.length === 1;
}

/** The newest call-off of a batch under a contract: under which version it is read. */
export async function findCallOff(
  q: Queryable,
  of: { batchId: string; contractId: string },
): Promise<CallOffRow | null> {
  const [row] = await q
    .select()
    .from(contractCallOffs)
    .where(and(eq(contractCallOffs.batchId, of.batchId), eq(contractCallOffs.contractId, of.contractId)))
    .orderBy(asc(contractCallOffs.calledAt))
    .limit(1);
  return row ?? null;
}

/** Active awards of a project, by vendor. */
export async function listActiveAwards(q: Queryable, projectId: string): Promise<ContractRow[]> {
  return q
    .select()
    .from(contracts)
    .where(
      and(eq(contracts.projectId, projectId), eq(contracts.kind, 'award'), eq(contracts.status, 'active')),
    )
    .orderBy(contracts.createdAt, contracts.id)
    .limit(200);
}

/** When reads of a batch were given to a contract: at its opening, and later by an overflow. Index: contract_call_offs_batch_idx. */
export async function listGivenAt(
  q: Queryable,
  of: { batchId: string; contractId: string },
): Promise<Date[]> {
  const rows = await q
    .select({ at: contractCallOffs.calledAt })
    .from(contractCallOffs)
    .where(and(eq(contractCallOffs.batchId, of.batchId), eq(contractCallOffs.contractId, of.contractId)))
    .limit(1000);
  return rows.map((row) => row.at);
}

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
