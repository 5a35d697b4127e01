import { and, asc, desc, eq, inArray, ne, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { readers, terms } from '#db/schema/work.ts';
import { batches } from '#db/schema/work-batches.ts';
import { AppError } from '#server/core/errors.ts';
import { isHeldBy } from './held-slots.ts';
import type { Tier } from './rules.ts';
import { MOST_BATCHES } from './schemas.ts';

export type Batch = typeof batches.$inferSelect;
export type Reader = typeof readers.$inferSelect;
export type Terms = typeof terms.$inferSelect;

/** A batch by id; `not_found` when there is none. */
export async function getBatch(q: Queryable, batchId: string): Promise<Batch> {
  const row = await findBatch(q, batchId);
  if (row === null) {
    throw new AppError({ kind: 'not_found', reason: 'batch_not_found', message: 'There is no such batch.' });
  }
  return row;
}

/** The batch, or null where it was never made or its draft was discarded. */
export async function findBatch(q: Queryable, batchId: string): Promise<Batch | null> {
  const [row] = await q.select().from(batches).where(eq(batches.id, batchId)).limit(1);
  return row ?? null;
}

/**
 * A project's batches, newest first, for a screen: at most `MOST_BATCHES`, of which none under way is left out for one that is over. What
 * is done with all of them goes through `pagesOfBatches`. Index: batches_project_idx.
 */
export async function listBatches(
  q: Queryable,
  projectId: string,
  most: number = MOST_BATCHES,
): Promise<Batch[]> {
  const rows = await q
    .select()
    .from(batches)
    .where(and(eq(batches.projectId, projectId), ne(batches.loadState, 'discarding')))
    .orderBy(sql`${batches.status} = 'settled'`, desc(batches.createdAt), desc(batches.id))
    .limit(most);
  const newer = (a: Batch, b: Batch) =>
    b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1);
  return rows.sort(newer);
}

/**
 * People of a batch with their counters, in the order they joined; at most 5,000. For a screen: what is computed of everybody goes
 * through `pagesOfReaders`.
 */
export async function listReaders(q: Queryable, batchId: string, tier?: Tier): Promise<Reader[]> {
  return q
    .select()
    .from(readers)
    .where(and(eq(readers.batchId, batchId), tier ? eq(readers.tier, tier) : undefined))
    .orderBy(asc(readers.tier), asc(readers.readerNo))
    .limit(5000);
}

/** People of several batches at a tier with their counters, by batch in the order they joined; at most 20,000. */
export async function listReadersOf(
  q: Queryable,
  of: { batchIds: readonly string[]; tier: Tier },
): Promise<Map<string, Reader[]>> {
  if (of.batchIds.length === 0) return new Map();
  const rows = await q
    .select()
    .from(readers)
    .where(and(inArray(readers.batchId, [...of.batchIds]), eq(readers.tier, of.tier)))
    .orderBy(asc(readers.batchId), asc(readers.readerNo))
    .limit(20_000);
  return Map.groupBy(rows, (row) => row.batchId);
}

/** One person in a batch, or null when they have not joined. */
export async function findReader(
  q: Queryable,
  key: { batchId: string; annotatorId: string; tier: Tier },
): Promise<Reader | null> {
  const [row] = await q
    .select()
    .from(readers)
    .where(
      and(
        eq(readers.batchId, key.batchId),
        eq(readers.annotatorId, key.annotatorId),
        eq(readers.tier, key.tier),
      ),
    )
    .limit(1);
  return row ?? null;
}

/** Every version of every reader's terms in a batch (price, protocol version, credentials, basis). */
export async function listTerms(q: Queryable, batchId: string): Promise<Terms[]> {
  return q
    .select()
    .from(terms)
    .where(eq(terms.batchId, batchId))
    .orderBy(asc(terms.annotatorId), asc(terms.tier), asc(terms.termsNo))
    .limit(20_000);
}

export type BatchTotals = {
  claimed: number;
  submitted: number;
  skipped: number;
  expired: number;
  accepted: number;
  rejected: number;
  /** Reads that wait for their authors' correction. */
  returned: number;
  activeMs: number;
  goldN: number;
  goldOk: number;
  encumberedMinor: bigint;
  accruedMinor: bigint;
  postedMinor: bigint;
};

const NO_TOTALS: BatchTotals = {
  claimed: 0,
  submitted: 0,
  skipped: 0,
  expired: 0,
  accepted: 0,
  rejected: 0,
  returned: 0,
  activeMs: 0,
  goldN: 0,
  goldOk: 0,
  encumberedMinor: 0n,
  accruedMinor: 0n,
  postedMinor: 0n,
};

/** A batch's totals for one tier: the sum of its readers' rows, exact at any moment (design rule 9). */
export async function sumReaders(q: Queryable, batchId: string, tier: Tier = 'label'): Promise<BatchTotals> {
  return (await sumReadersOf(q, { batchIds: [batchId], tier })).get(batchId) ?? NO_TOTALS;
}

/** `sumReaders` of several batches at once; a batch that nobody joined has zeros. Index: the primary key. */
export async function sumReadersOf(
  q: Queryable,
  of: { batchIds: readonly string[]; tier: Tier },
): Promise<Map<string, BatchTotals>> {
  const found = new Map(of.batchIds.map((id) => [id, NO_TOTALS]));
  if (of.batchIds.length === 0) return found;
  type Row = { [key in keyof BatchTotals]: string } & { batchId: string };
  const rows = await q.execute<Row>(sql`
    select batch_id as "batchId", sum(claimed)::text as claimed, sum(submitted)::text as submitted,
      sum(skipped)::text as skipped, sum(expired)::text as expired, sum(accepted)::text as accepted,
      sum(rejected)::text as rejected, sum(returned)::text as returned, sum(active_ms)::text as "activeMs", sum(gold_n)::text as "goldN",
      sum(gold_ok)::text as "goldOk", sum(encumbered_minor)::text as "encumberedMinor",
      sum(accrued_minor)::text as "accruedMinor", sum(posted_minor)::text as "postedMinor"
    from readers where batch_id = any (${sql.param([...of.batchIds])}::uuid[]) and tier = ${of.tier} group by 1`);
  for (const row of rows) {
    found.set(row.batchId, {
      claimed: Number(row.claimed),
      submitted: Number(row.submitted),
      skipped: Number(row.skipped),
      expired: Number(row.expired),
      accepted: Number(row.accepted),
      rejected: Number(row.rejected),
      returned: Number(row.returned),
      activeMs: Number(row.activeMs),
      goldN: Number(row.goldN),
      goldOk: Number(row.goldOk),
      encumberedMinor: BigInt(row.encumberedMinor),
      accruedMinor: BigInt(row.accruedMinor),
      postedMinor: BigInt(row.postedMinor),
    });
  }
  return found;
}

/** What stands behind a live lease of a person; null when the lease is not theirs or over. Index: slots_person_task_key. */
export async function findLease(
  q: Queryable,
  input: { batchId: string; leaseId: string; personId: string; now: Date },
): Promise<{ taskId: string; slotNo: number; tier: Tier; round: number; leaseUntil: Date } | null> {
  const { batchId, personId: annotatorId } = input;
  const [row] = await q.execute<{
    taskId: string;
    slotNo: number;
    tier: Tier;
    round: number;
    leaseUntil: string;
  }>(sql`
    select s.task_id as "taskId", s.slot_no as "slotNo", s.tier, s.round, s.lease_until as "leaseUntil" from slots s
    where ${isHeldBy({ batchId, annotatorId })} and s.lease_id = ${input.leaseId}
      and s.lease_until > ${input.now.toISOString()}::timestamptz limit 1`);
  return row ? { ...row, leaseUntil: new Date(row.leaseUntil) } : null;
}

export type Spend = { paidMinor: bigint; feeMinor: bigint; encumberedMinor: bigint; currency: string };

/**
 * What a batch has cost and is bound to cost, all tiers: earned by readers, the platform fee locked with it, which is
 * what the ledger posts (R2), and what open leases and unaccepted reads hold.
 */
export async function batchSpend(q: Queryable, batchId: string): Promise<Spend> {
  const nothing = { paidMinor: 0n, feeMinor: 0n, encumberedMinor: 0n, currency: '' };
  return (await spendOfBatches(q, [batchId])).get(batchId) ?? nothing;
}

/** `batchSpend` of several batches at once. Index: the readers' primary key. */
export async function spendOfBatches(q: Queryable, batchIds: readonly string[]): Promise<Map<string, Spend>> {
  if (batchIds.length === 0) return new Map();
  const rows = await q.execute<{
    batchId: string;
    paid: string;
    fee: string;
    encumbered: string;
    currency: string;
  }>(sql`
    select b.id as "batchId", b.currency, coalesce(sum(r.accrued_minor), 0)::text as paid,
      coalesce(sum(r.encumbered_minor), 0)::text as encumbered, coalesce(sum(r.accrued_fee_minor), 0)::text as fee
    from batches b left join readers r on r.batch_id = b.id
    where b.id = any (${sql.param([...batchIds])}::uuid[]) group by b.id`);
  return new Map(
    [...rows].map((row) => [
      row.batchId,
      {
        paidMinor: BigInt(row.paid),
        feeMinor: BigInt(row.fee),
        encumberedMinor: BigInt(row.encumbered),
        currency: row.currency,
      },
    ]),
  );
}

/** What readers said about cases and nobody has answered yet, by project (R24). */
/** An open batch, held in its state until the transaction ends; null when it is not open. */
export async function lockOpenBatch(tx: Tx, batchId: string): Promise<Batch | null> {
  const [row] = await tx
    .select()
    .from(batches)
    .where(and(eq(batches.id, batchId), eq(batches.status, 'open')))
    .for('share');
  return row ?? null;
}

export { batchesById, countBatches, countByContract, LIVE, pagesOfBatches } from './batch-pages.ts';
export { countCasesOut, submittedBesides } from './first-reads-queries.ts';
export { listOpenFlagCounts } from './flag-queries.ts';
export { countHeldPasses } from './held-pass-queries.ts';
export {
  aliasesOf,
  findReaderByAlias,
  mapReaders,
  pagesOfReaders,
  pagesOfReadersById,
  readersOf,
} from './reader-pages.ts';
export { countOpenRecalls } from './recall-queries.ts';
export { listOpenAlertCounts } from './trouble-queries.ts';
export { deskOf, type FlagDesk, isAtDesk } from './trouble-rules.ts';

/** Whether any batch draws from a dataset. */
export async function hasBatches(q: Queryable, datasetId: string): Promise<boolean> {
  const rows = await q
    .select({ id: batches.id })
    .from(batches)
    .where(and(eq(batches.datasetId, datasetId), ne(batches.loadState, 'discarding')))
    .limit(1);
  return rows.length > 0;
}

/** Stratum and sampling weight of the tasks of a drawn batch. */
export { type SamplingWeight, samplingWeights } from './sampling-weights.ts';
