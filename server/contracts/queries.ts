import { and, asc, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { contracts } from '#db/schema/bids.ts';
import { contractCallOffs, contractSignatures, contractVersions } from '#db/schema/contracts.ts';
import type { UnsettledBatch } from './rules.ts';
import type { ContractSide, Ending, VersionStatus } from './schemas.ts';

export type ContractRow = typeof contracts.$inferSelect;
export type VersionRow = typeof contractVersions.$inferSelect;
export type SignatureRow = typeof contractSignatures.$inferSelect;
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

/**
 * The call-offs of a contract with what of each counts. A batch whose overlap varies calls off the most that it may come to; once it
 * reads no more, the reads that doubt never asked for go back, the last called off first. Repeats that were asked of single readers (R23)
 * were never called off, and keep none of them. Index: contract_call_offs_month_idx.
 */
const countedCallOffs = (contractId: string) => sql`(
  select o.id, o.batch_id, o.version, o.tier, o.month, o.called_at, o.due_at, b.name as batch, b.status,
    case when b.contract_id = o.contract_id and b.status in ('closing', 'settled')
        and b.overlap_rule ->> 'mode' in ('adaptive', 'on_disagreement')
      then greatest(0, least(o.reads, b.slot_count - b.asked_repeats - coalesce(sum(o.reads) over (
        partition by o.batch_id order by o.called_at, o.id rows between unbounded preceding and 1 preceding), 0)))
      else o.reads end::int as reads
  from contract_call_offs o join batches b on b.id = o.batch_id where o.contract_id = ${contractId})`;

/** Reads of a contract called off in a month. */
export async function calledOff(q: Queryable, of: { contractId: string; month: string }): Promise<number> {
  const [row] = await q.execute<{ sum: number }>(sql`
    select coalesce(sum(x.reads), 0)::int as sum from ${countedCallOffs(of.contractId)} x
    where x.month = ${`${of.month}-01`}::date`);
  return row?.sum ?? 0;
}

/** Reads of a contract called off so far, by the version and class that price them. */
export async function calledOffByClass(
  q: Queryable,
  contractId: string,
): Promise<{ version: number; tier: string; reads: number }[]> {
  return [
    ...(await q.execute<{ version: number; tier: string; reads: number }>(sql`
      select x.version, x.tier, sum(x.reads)::float8 as reads from ${countedCallOffs(contractId)} x group by 1, 2`)),
  ];
}

export async function insertCallOff(tx: Tx, row: typeof contractCallOffs.$inferInsert): Promise<void> {
  await tx.insert(contractCallOffs).values(row);
}

/** Call-offs of a contract, newest first, with what of each counts and the batch's name and state. */
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
      select o.batch_id as "batchId", o.batch, o.status, o.version, o.tier, o.reads, o.month::text, o.called_at as "calledAt",
        o.due_at as "dueAt"
      from ${countedCallOffs(contractId)} o order by o.called_at desc, o.id desc limit 200`)),
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

/** Ids of a contract's own batches that still read or were never opened, at most 500, keyset by id (batches_project_idx). */
export async function listUnended(
  q: Queryable,
  of: { contractId: string; projectId: string; after: string | null },
): Promise<string[]> {
  const rows = await q.execute<{ id: string }>(sql`
    select id from batches where project_id = ${of.projectId} and contract_id = ${of.contractId}
      and status in ('draft', 'open', 'paused') ${of.after === null ? sql`` : sql`and id > ${of.after}`}
    order by id limit 500`);
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

/** The first call-off of a batch under a contract: under which version it is read. */
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

/** When reads of a batch were given to a contract: at its opening, and later by an overflow or with cases that were added. Index: contract_call_offs_batch_idx. */
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
