import { sql } from 'drizzle-orm';
import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { recordCallOffs } from '#server/contracts/call-off.ts';
import { AppError } from '#server/core/errors.ts';
import { newIds } from '#server/core/ids.ts';
import { sayMinor } from '#server/core/money.ts';
import { lockCopies } from '#server/datasets/same-content.ts';
import { growAudit, mostGrowth } from '#server/labels/grow-audit.ts';
import { balanceOf } from '#server/ledger/reads.ts';
import { reserveBatchFunds } from '#server/ledger/reserve-batch-funds.ts';
import { adjudicationRule } from '#server/projects/schemas.ts';
import { askedRounds, costOfRepeats } from './asked-rounds.ts';
import { lockBatch } from './batch-queries.ts';
import { canAdjudicate, costCeiling } from './batch-rules.ts';
import { callOffsOfMore, poolsWithMore } from './call-off-more.ts';
import { chunkSize, insertOrdinary } from './load-batch.ts';
import { overlapRuleOf, slotsOf } from './overlap-rules.ts';
import { listQuarantined } from './park-queries.ts';
import { ownBatch, wrongState } from './pause-batch.ts';
import { planAddition } from './plan-addition.ts';
import { planLanes } from './pool-rules.ts';
import { recheckSharedReaders } from './prior-reading.ts';
import type { Batch } from './reads.ts';
import { shuffled } from './rules.ts';
import type { AddTasksInput } from './schemas.ts';
import { type Selection, selection } from './selection-schemas.ts';

export type AddedTasks = {
  added: number;
  goldLeftOut: number;
  quarantined: number;
  reservedMinor: bigint;
  currency: string;
};

/**
 * Adds cases to a batch that runs: those that a filter or list gives, or, where the batch is a sample, `more` of the same
 * draw, so that its weights stay true. Tasks, slots, counts, strata, reservation and the sample of an audit grow together, 25,000 slots at a time;
 * refused before anything is added with `funds_missing` when the whole is not funded (R29), and with `award_refuses` when it is more
 * than the vendors' awards hold (R13): every part calls its reads off. The repeats that were asked of readers (R23) are asked of the new
 * cases too, so they are reserved with them. Where vendors share the batch, or a part is kept onshore, the
 * new reads are shared out the same way (ADR 016). Cases that are in it already are
 * left out, known gold too, where gold is used: readers would meet it as something new; and what is quarantined (R24).
 */
export async function addTasks(ctx: OrgContext, input: AddTasksInput): Promise<AddedTasks> {
  const plan = await transact(ctx, async (tx) => {
    await ownBatch(tx, ctx, input.batchId);
    const batch = await lockBatch(tx.db, input.batchId, 'update');
    if (!batch || !['open', 'paused'].includes(batch.status))
      throw await wrongState(tx, input.batchId, ['open', 'paused']);
    const found = await planAddition(tx, batch, input);
    await callOffsOfMore(tx, batch, found.cases.length);
    await refuseUnfunded(tx, batch, found.cases.length);
    return { batch, ...found };
  });
  const size = chunkSize(plan.batch.overlap);
  const order = shuffled(plan.cases, plan.batch.seed ^ plan.batch.taskCount);
  let added = 0;
  let shut = 0;
  let reservedMinor = 0n;
  for (let from = 0; from < order.length; from += size) {
    const chunk = order.slice(from, from + size);
    const grown = await transact(ctx, (tx) => growBatch(tx, plan.batch, chunk));
    added += grown.added;
    shut += grown.shut;
    reservedMinor += grown.reservedMinor;
  }
  const { goldLeftOut, quarantined } = plan;
  return {
    added,
    goldLeftOut,
    quarantined: quarantined + shut,
    reservedMinor,
    currency: plan.batch.currency,
  };
}

export type Addition = { caseId: string; stratum: number | null };

type More = {
  count: number;
  /** Repeats at most that were asked of readers, of these cases (R23). */
  repeats: number;
  /** What the batch's audit takes more, where one is drawn already; null where the plan alone says so. */
  auditMinor: bigint | null;
};

/** What `count` more tasks may cost on top of the batch as it is. */
function costOfMore(batch: Batch, { count, repeats, auditMinor }: More): bigint {
  const isAdjudicated = canAdjudicate(adjudicationRule.parse(batch.adjudicationRule));
  const before = auditMinor === null ? batch : { ...batch, auditPlan: null };
  const grown = { ...before, taskCount: batch.taskCount + count };
  const cases = costCeiling(grown, isAdjudicated) - costCeiling(before, isAdjudicated);
  return cases + costOfRepeats(batch, repeats) + (auditMinor ?? 0n);
}

/** Every chunk reserves its own part; that the whole is there is looked at before the first. */
async function refuseUnfunded(tx: CommandTx, batch: Batch, count: number): Promise<void> {
  const { projectId: ownerId, currency } = batch;
  const repeats = count * (await askedRounds(tx.db, batch.id));
  const needed = costOfMore(batch, { count, repeats, auditMinor: await mostGrowth(tx.db, batch, count) });
  const funds = await balanceOf(tx.db, { code: 'project_funds', ownerId, currency });
  if (funds >= needed) return;
  const say = (amountMinor: bigint) => `${currency} ${sayMinor({ amountMinor, currency })}`;
  const withRepeats = repeats === 0 ? '' : ', with the repeats that were asked of readers,';
  const message = `${count.toLocaleString('en')} more cases${withRepeats} may cost ${say(needed)} and ${say(funds)} is funded; fund ${say(needed - funds)} more (R29), or add fewer.`;
  throw new AppError({
    kind: 'precondition',
    reason: 'funds_missing',
    message,
    details: [{ code: 'funds_missing', message, href: `/sponsor/projects/${ownerId}/money` }],
  });
}

function reservation(batch: Batch, amountMinor: bigint) {
  return { batchId: batch.id, projectId: batch.projectId, amountMinor, currency: batch.currency };
}

/**
 * One chunk: everything that says how large the batch is moves in this transaction. What was quarantined since it was planned stays out
 * (`shut`). Lock order: copies, batch, contracts, slots, ledger.
 */
async function growBatch(
  tx: CommandTx,
  { id: batchId, datasetId }: Pick<Batch, 'id' | 'datasetId'>,
  wanted: readonly Addition[],
): Promise<{ added: number; shut: number; reservedMinor: bigint }> {
  await lockCopies(tx.db, datasetId, 'add');
  const batch = await lockBatch(tx.db, batchId, 'update');
  if (!batch || !['open', 'paused'].includes(batch.status))
    throw await wrongState(tx, batchId, ['open', 'paused']);
  // Somebody else may have added some of them meanwhile.
  const there = await casesThere(tx, batchId, wanted);
  const missing = wanted.filter((one) => !there.has(one.caseId));
  const quarantined = await listQuarantined(tx.db, datasetId);
  const chunk = missing.filter((one) => !quarantined.has(one.caseId));
  const shut = missing.length - chunk.length;
  if (chunk.length === 0) return { added: 0, shut, reservedMinor: 0n };
  if (batch.taskCount + chunk.length > 200_000) {
    throw new AppError({
      kind: 'limit',
      reason: 'batch_full',
      message: 'A batch has at most 200,000 cases. Make another batch for the rest.',
    });
  }
  const size = { tasks: chunk.length, overlap: batch.overlap };
  const grownPools = poolsWithMore(batch, chunk.length);
  // Others may have called off what was left since the whole was looked at.
  const callOffs = await callOffsOfMore(tx, batch, chunk.length);
  await insertOrdinary(tx, batch, {
    caseIds: chunk.map((one) => one.caseId),
    taskIds: newIds(chunk.length),
    strata: chunk.every((one) => one.stratum !== null) ? chunk.map((one) => one.stratum ?? 0) : null,
    // Behind everything there is: cursors that have come to the end go on from there.
    from: batch.taskCount,
    lanes:
      grownPools &&
      planLanes({
        ...size,
        pools: grownPools.added.map((slots) => ({ slots })),
        seed: batch.seed ^ batch.taskCount,
      }),
  });
  const repeats = chunk.length * (await askedRounds(tx.db, batchId));
  const auditMinor = await growAudit(tx, batch);
  const reservedMinor = costOfMore(batch, { count: chunk.length, repeats, auditMinor });
  await reserveBatchFunds(tx, reservation(batch, reservedMinor));
  const rule = overlapRuleOf(batch);
  const grown = batch.taskCount + chunk.length;
  const slots = slotsOf(grown, batch.overlap, rule) - slotsOf(batch.taskCount, batch.overlap, rule);
  await tx.db.execute(sql`
    update batches set task_count = ${grown}::int, slot_count = slot_count + ${slots + repeats}::int,
      asked_repeats = asked_repeats + ${repeats}::int,
      reserved_minor = reserved_minor + ${reservedMinor.toString()}::bigint,
      pools = coalesce(${grownPools ? JSON.stringify(grownPools.pools) : null}::text::jsonb, pools),
      selection = ${batch.selection === null ? null : JSON.stringify(grow(selection.parse(batch.selection), chunk))}::text::jsonb
    where id = ${batchId}`);
  await recordCallOffs(tx, { batchId, callOffs });
  await recheckSharedReaders(tx.db, batch, 'all');
  await tx.audit({
    action: 'work.tasks_added',
    subject: { kind: 'batch', id: batchId },
    detail: { added: chunk.length, tasks: grown, reservedMinor: reservedMinor.toString() },
  });
  return { added: chunk.length, shut, reservedMinor };
}

/** The strata with what was drawn from them now. */
function grow(before: Selection, chunk: readonly Addition[]): Selection {
  const strata = before.strata?.map((one, place) => ({
    ...one,
    drawn: one.drawn + chunk.filter((added) => added.stratum === place).length,
  }));
  return { ...before, strata: strata ?? null };
}

/** Index: tasks_case_idx. */
async function casesThere(
  tx: CommandTx,
  batchId: string,
  wanted: readonly Addition[],
): Promise<ReadonlySet<string>> {
  const ids = sql.param(wanted.map((one) => one.caseId));
  const rows = await tx.db.execute<{ caseId: string }>(
    sql`select case_id as "caseId" from tasks where batch_id = ${batchId} and case_id = any(${ids}::uuid[])`,
  );
  return new Set([...rows].map((row) => row.caseId));
}
