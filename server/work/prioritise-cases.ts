import { sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { getProject } from '#server/projects/reads.ts';
import { lockBatch } from './batch-queries.ts';
import { ownBatch, wrongState } from './pause-batch.ts';
import { lateLaneSql } from './pool-rules.ts';

/**
 * Brings cases of a draft or running batch forward (active learning): their open reads go to the late lane of their pool,
 * which every claim looks at first, the highest priority foremost and each case's first read before its second. `names`
 * that the batch does not hold come back as unknown; then nothing is changed. Never for a test reference (R5:
 * `active_learning_refused`). Reads that somebody holds stay where they are.
 */
export async function prioritiseCases(
  ctx: OrgContext,
  input: { batchId: string; cases: readonly { name: string; priority: number }[] },
): Promise<{ cases: number; reads: number }> {
  return transact(ctx, async (tx) => {
    const batch = await ownBatch(tx, ctx, input.batchId);
    const { intendedUse } = await getProject(tx.db, batch.projectId);
    if (intendedUse === 'test_reference')
      throw new AppError({
        kind: 'precondition',
        reason: 'active_learning_refused',
        message: 'A test reference is read in a random order, without active learning (R5).',
      });
    const live = await lockBatch(tx.db, batch.id, 'share');
    if (live === null || !['draft', 'open', 'paused'].includes(live.status))
      throw await wrongState(tx, batch.id, ['draft', 'open', 'paused']);
    const order = [...input.cases].sort((a, b) => b.priority - a.priority).map((one) => one.name);
    const { found, unknown } = await findTasks(tx.db, {
      batchId: batch.id,
      datasetId: batch.datasetId,
      names: order,
    });
    if (unknown.length > 0)
      throw new AppError({
        kind: 'invalid',
        reason: 'cases_unknown',
        message: `${unknown.length} of the ${input.cases.length} cases are not in this batch, the first: ${unknown.slice(0, 3).join(', ')}. Nothing was changed.`,
        details: unknown.slice(0, 20).map((name) => ({
          code: 'cases.unknown',
          message: `“${name}” is not a case of this batch.`,
        })),
      });
    const reads = await bringForward(tx.db, { batchId: batch.id, taskIds: found, now: tx.now });
    await tx.audit({
      action: 'work.cases_prioritised',
      subject: { kind: 'batch', id: batch.id },
      detail: { cases: found.length, reads },
    });
    return { cases: found.length, reads };
  });
}

/** Tasks by the sponsor's names for their cases, in the order of the names. Indexes: cases_external_key, tasks_case_idx. */
async function findTasks(
  tx: Tx,
  at: { batchId: string; datasetId: string; names: readonly string[] },
): Promise<{ found: string[]; unknown: string[] }> {
  const rows = await tx.execute<{ name: string; taskId: string | null }>(sql`
    select n.name, t.id as "taskId"
    from unnest(${sql.param([...at.names])}::text[]) with ordinality as n (name, place)
    left join cases c on c.dataset_id = ${at.datasetId} and c.external_id = n.name
    left join tasks t on t.batch_id = ${at.batchId} and t.case_id = c.id and not t.is_dealt_gold
    order by n.place`);
  return {
    found: [...rows].flatMap((row) => row.taskId ?? []),
    unknown: [...rows].filter((row) => row.taskId === null).map((row) => row.name),
  };
}

/** Moves what is open; what somebody is just taking is left to them. Lock order: slots, readers. Indexes: the primary keys of both. */
async function bringForward(
  tx: Tx,
  at: { batchId: string; taskIds: readonly string[]; now: Date },
): Promise<number> {
  const now = BigInt(at.now.getTime()) * 1000n;
  const rows = await tx.execute(sql`
    with wanted as (
      select s.task_id, s.slot_no, row_number() over (order by s.slot_no, o.place) as n
      from unnest(${sql.param([...at.taskIds])}::uuid[]) with ordinality as o (task_id, place)
      join slots s on s.batch_id = ${at.batchId} and s.task_id = o.task_id
      where s.tier = 'label' and s.annotator_id is null and s.reserved_for is null),
    free as (
      select s.task_id, s.slot_no from slots s join wanted w on w.task_id = s.task_id and w.slot_no = s.slot_no
      where s.batch_id = ${at.batchId} and s.annotator_id is null and s.reserved_for is null
      for update of s skip locked)
    update slots s set lane = ${sql.raw(lateLaneSql('s.lane'))},
      sort_key = ${now.toString()}::bigint + w.n
    from wanted w join free f on f.task_id = w.task_id and f.slot_no = w.slot_no
    where s.batch_id = ${at.batchId} and s.task_id = w.task_id and s.slot_no = w.slot_no
    returning 1`);
  // Who has claimed or passed on since this began looks beyond it already: they come back to it.
  await tx.execute(sql`
    update readers r set late_key = ${now.toString()}::bigint
    from (select annotator_id from readers where batch_id = ${at.batchId} and tier = 'label' and late_key > ${now.toString()}::bigint
      order by annotator_id for update) own
    where r.batch_id = ${at.batchId} and r.annotator_id = own.annotator_id and r.tier = 'label'`);
  return rows.length;
}
