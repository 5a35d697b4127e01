import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { percentOf, sayMinor } from '#server/core/money.ts';
import { eachBatch } from '#server/jobs/each-batch.ts';
import { balanceOf } from '#server/ledger/reads.ts';
import { reserveBatchFunds } from '#server/ledger/reserve-batch-funds.ts';
import { lockBatch } from './batch-queries.ts';
import { priceOfPool } from './claim-rules.ts';
import { spokenFor } from './join-queries.ts';
import { countMoreReserve } from './more-reads.ts';
import { NOBODY } from './park-queries.ts';
import { poolList } from './pool-rules.ts';
import type { Batch } from './reads.ts';
import { FUNDERS, tellSponsor } from './tell-sponsor.ts';

const RUNNING: readonly Batch['status'][] = ['open', 'paused', 'closing'];

/**
 * What a running batch needs beyond its reservation once that is spoken for: what is owed already and the turns that are still open; 0
 * while the reservation lasts. Reads that a reviewer gives to somebody else, and those that the gate ends, are paid and read once more
 * (R27, R31), which no ceiling foresees. Indexes: slots_claim_idx, slots_reserved_idx, slots_aside_idx.
 */
export async function shortageOf(q: Queryable, batch: Batch): Promise<bigint> {
  if (batch.reservedMinor === 0n || !RUNNING.includes(batch.status)) return 0n;
  const spoken = await spokenFor(q, batch.id);
  if (spoken < batch.reservedMinor) return 0n;
  return spoken - batch.reservedMinor + (await costOfOpen(q, batch));
}

/** What the open turns cost with their fee, and a look at each correction to come: in a closing batch no read is among them. Dealt gold comes on top of reads. */
async function costOfOpen(q: Queryable, batch: Batch): Promise<bigint> {
  // By the predicates of the partial indexes: there are few such turns beside what has been read.
  const [open] = await q.execute<{ reads: number; repeats: number; others: number; returned: number }>(sql`
    select
      (select count(*)::int from slots where batch_id = ${batch.id} and tier = 'label'
        and annotator_id is null and reserved_for is null) as reads,
      (select count(*)::int from slots where batch_id = ${batch.id} and annotator_id is null and reserved_for is not null
        and reserved_for <> ${NOBODY}::uuid) as repeats,
      (select count(*)::int from slots where batch_id = ${batch.id} and tier in ('review', 'audit', 'adjudicate')
        and annotator_id is null and reserved_for is null) as others,
      (select count(*)::int from slots where batch_id = ${batch.id} and aside = 'returned') as returned`);
  const others = (open?.others ?? 0) + (open?.returned ?? 0);
  const share = batch.goldMode === 'dealt' && batch.goldCount > 0 ? batch.goldShareBasisPoints / 10_000 : 0;
  const reads =
    batch.status === 'closing' ? 0 : Math.ceil(((open?.reads ?? 0) + (open?.repeats ?? 0)) / (1 - share));
  const pools = poolList.parse(batch.pools);
  const perRead = Array.from({ length: Math.max(1, pools?.length ?? 0) }, (_, i) => {
    const { pricePerReadMinor, feeBasisPoints } = priceOfPool(batch, pools, i + 1);
    return pricePerReadMinor + percentOf(pricePerReadMinor, feeBasisPoints);
    // biome-ignore lint/complexity/useMathMinMax: it takes no bigint.
  }).reduce((most, one) => (one > most ? one : most), 0n);
  const perOther = batch.pricePerReviewMinor + percentOf(batch.pricePerReviewMinor, batch.feeBasisPoints);
  return BigInt(reads) * perRead + BigInt(others) * perOther;
}

/** What has to be funded so that the batch goes on, beside what its project holds; 0 when nothing has to be. */
export async function missingFunds(q: Queryable, batch: Batch): Promise<bigint> {
  return missingWith(q, batch, 0n);
}

/** As `missingFunds`, where something more is to be paid besides: the batch's own shortage is covered before it. */
export async function missingWith(q: Queryable, batch: Batch, moreMinor: bigint): Promise<bigint> {
  const needed = (await shortageOf(q, batch)) + moreMinor;
  if (needed === 0n) return 0n;
  const funds = await fundsOf(q, batch);
  return needed > funds ? needed - funds : 0n;
}

const fundsOf = (q: Queryable, batch: Batch) =>
  balanceOf(q, { code: 'project_funds', ownerId: batch.projectId, currency: batch.currency });

/**
 * One pass over the batches whose reservation is spoken for: reserves what they need, as much of it as their project holds, so that
 * they go on, or close, by themselves once it is funded (ADR 034). Safe in several processes. Returns how many were covered.
 */
export async function coverReserves(ctx: CommandContext): Promise<number> {
  let covered = 0;
  let after: string | null = null;
  do {
    const spent: string[] = await listSpent(ctx.db, after);
    await eachBatch(ctx, spent, async (batchId) => {
      if (await coverReserve(ctx, batchId)) covered += 1;
    });
    after = spent.length === SPENT_AT_ONCE ? (spent.at(-1) ?? null) : null;
  } while (after !== null);
  return covered;
}

const SPENT_AT_ONCE = 500;

/** Running batches whose reservation is spoken for, in the order of their ids after one. Index: batches_pkey. */
async function listSpent(q: Queryable, after: string | null): Promise<string[]> {
  const rows = await q.execute<{ id: string }>(sql`
    select b.id from batches b where b.status in ('open', 'paused', 'closing') and b.reserved_minor > 0
      and (${after}::uuid is null or b.id > ${after}::uuid)
      and b.reserved_minor <= (select coalesce(sum(r.encumbered_minor + r.accrued_minor + r.accrued_fee_minor), 0)
        from readers r where r.batch_id = b.id) order by b.id limit ${SPENT_AT_ONCE}`);
  return [...rows].map((one) => one.id);
}

/** Tells those who can fund it that a batch stands still, and what it takes; once a day. */
async function tellShortage(tx: CommandTx, batch: Batch, amountMinor: bigint): Promise<void> {
  const { id: batchId, projectId, currency } = batch;
  await tellSponsor(tx, batch, {
    roles: FUNDERS,
    kind: 'work.funds_missing',
    title: `“${batch.name}” waits for ${currency} ${sayMinor({ amountMinor, currency })}: reads that were made once more cost more than it had reserved`,
    href: `/sponsor/projects/${projectId}/batches`,
    once: `${batchId} ${tx.now.toISOString().slice(0, 10)}`,
    detail: { batchId },
  });
}

/** Lock order: batch, ledger. */
async function coverReserve(ctx: CommandContext, batchId: string): Promise<boolean> {
  return transact(ctx, async (tx) => {
    const batch = await lockBatch(tx.db, batchId, 'update');
    if (batch === null) return false;
    const shortage = await shortageOf(tx.db, batch);
    const funds = await fundsOf(tx.db, batch);
    // biome-ignore lint/complexity/useMathMinMax: it takes no bigint.
    const amountMinor = shortage < funds ? shortage : funds;
    if (shortage > funds) await tellShortage(tx, batch, shortage - funds);
    if (amountMinor <= 0n) return false;
    const { projectId, currency } = batch;
    await reserveBatchFunds(tx, { batchId, projectId, amountMinor, currency });
    await countMoreReserve(tx.db, { batchId, amountMinor });
    await tx.audit({
      action: 'work.reserve_covered',
      subject: { kind: 'batch', id: batchId },
      detail: { amountMinor: amountMinor.toString(), shortageMinor: shortage.toString(), currency },
    });
    return true;
  });
}
