import { sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { shutCasesOf } from '#server/datasets/shut-cases.ts';
import { isPastCorrecting } from './returned-reads.ts';

/** Kept for nobody: an open slot of a case that is out of work. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';
/**
 * What is added to the place of a repeat (R23) while its case is out of work: its place is the instant when it opens, and so it does
 * not. It stays its reader's, but is not counted among what waits for them.
 */
export const PARKED = 2n ** 62n;

type At = { batchId: string; taskId: string };
type Moved = Record<string, unknown> & { returned: number };

const parked = sql`${PARKED.toString()}::bigint`;
const nobody = sql`${NOBODY}::uuid`;

/** A reader's counters of what waits for them alone, by what has gone away or come back. */
const recount = (at: At, sign: '+' | '-') => sql`
  update readers r set repeats = r.repeats ${sql.raw(sign)} u.repeats, returned = r.returned ${sql.raw(sign)} u.returned
  from (select person, tier, sum(repeat)::int as repeats, sum(back)::int as returned from (
      select reserved_for as person, tier, 1 as repeat, 0 as back from repeats
      union all select annotator_id, tier, 0, 1 from returns) x group by 1, 2 order by 1, 2) u
  where r.batch_id = ${at.batchId} and r.annotator_id = u.person and r.tier = u.tier
  returning u.returned`;

const sumOf = (rows: Iterable<Moved>): number => [...rows].reduce((sum, row) => sum + row.returned, 0);

/**
 * Takes a task out of work: its open slots can be claimed by nobody, its repeats do not open, and what was returned to its author
 * stands as it was, since a return is no rejection and nobody can correct it now (R31). Safe to repeat. Lock order: slots,
 * readers, task. Index: the primary keys.
 */
export async function parkTask(tx: Tx, at: At): Promise<void> {
  const slots = sql`batch_id = ${at.batchId} and task_id = ${at.taskId}`;
  await tx.execute(sql`update slots set reserved_for = ${nobody}
    where ${slots} and status = 'open' and reserved_for is null`);
  const stand = sumOf(
    await tx.execute<Moved>(sql`
      with repeats as (
        update slots set sort_key = sort_key + ${parked}
        where ${slots} and status = 'open' and reserved_for <> ${nobody} and sort_key < ${parked}
        returning reserved_for, tier),
      returns as (
        update slots set status = 'submitted' where ${slots} and tier = 'label' and status = 'returned'
        returning annotator_id, tier)
      ${recount(at, '-')}`),
  );
  await tx.execute(sql`update tasks set reads_done = reads_done + ${stand}::int,
      status = case when status = 'final' then status else 'unusable' end
    where batch_id = ${at.batchId} and id = ${at.taskId}`);
}

/** As `parkTask` for those of some tasks that are out of work: what was just let go of must not come back to whoever it was kept for. */
export async function parkAgain(tx: Tx, of: { batchId: string; taskIds: readonly string[] }): Promise<void> {
  if (of.taskIds.length === 0) return;
  const rows = await tx.execute<{ id: string }>(sql`
    select id from tasks where batch_id = ${of.batchId} and id = any (${sql.param([...new Set(of.taskIds)])}::uuid[])
      and status = 'unusable' order by id`);
  for (const { id } of rows) await parkTask(tx, { batchId: of.batchId, taskId: id });
}

/**
 * Gives a task that was shut for an incident back to work: its open slots can be claimed again, its repeats open when they were to, what
 * waited for its author's correction does so again unless it was decided on meanwhile, its author had passed it on or is gone, its time is over, or the batch has closed, and its state follows from
 * its reads and the step it was at. A case that readers found unusable stays so. Returns the reads that wait for their authors again.
 * Under a lock of the batch, or it may settle meanwhile; in one that is settled `settleWhatIsLeft` follows. Lock order: slots, readers, task.
 */
export async function unparkTask(
  tx: Tx,
  at: At & { now: Date },
): Promise<{ labelId: string; annotatorId: string }[]> {
  const slots = sql`batch_id = ${at.batchId} and task_id = ${at.taskId}`;
  const rows = await tx.execute(sql`select 1 from case_alerts where ${slots} and kind = 'unusable' limit 1`);
  if (rows.length > 0) return [];
  await tx.execute(
    sql`update slots set reserved_for = null where ${slots} and status = 'open' and reserved_for = ${nobody}`,
  );
  const returned = [
    ...(await tx.execute<{ labelId: string; annotatorId: string }>(sql`
      with repeats as (
        update slots set sort_key = sort_key - ${parked}
        where ${slots} and status = 'open' and sort_key >= ${parked} returning reserved_for, tier),
      returns as (
        update slots s set status = 'returned', lease_id = null, lease_until = null
        where s.batch_id = ${at.batchId} and s.task_id = ${at.taskId} and s.tier = 'label' and s.status = 'submitted'
          and (select r.outcome = 'return' and not exists (select 1 from slot_releases x where x.batch_id = ${at.batchId}
                and x.annotator_id = s.annotator_id and x.task_id = ${at.taskId} and x.cause = 'skipped' and x.at >= r.created_at)
            from reviews r where r.batch_id = ${at.batchId} and r.task_id = ${at.taskId}
              and r.label_id = s.label_id order by r.created_at desc limit 1)
          and (select b.status in ('open', 'paused') from batches b where b.id = ${at.batchId})
          and not ${isPastCorrecting(at.now)}
        returning annotator_id, tier, label_id),
      counted as (${recount(at, '+')})
      select label_id as "labelId", annotator_id as "annotatorId" from returns`)),
  ];
  const back = returned.length;
  const has = (tier: string) => sql`exists (select 1 from slots where ${slots} and tier = ${tier}
    and status in ('open', 'leased'))`;
  await tx.execute(sql`
    update tasks set reads_done = reads_done - ${back}::int, status = case
      when is_dealt_gold or reads_done - ${back}::int < reads_needed then 'open'
      when ${has('adjudicate')} then 'in_adjudication' when ${has('review')} then 'in_review' else 'labelled' end
    where batch_id = ${at.batchId} and id = ${at.taskId} and status = 'unusable'`);
  return returned;
}

/**
 * What a false alarm gives back to work: the tasks of a case in every batch under way, and those that were shut in a batch that has been
 * settled since. Index: tasks_case_idx.
 */
export async function listShutTasks(
  tx: Tx,
  of: { datasetId: string; caseId: string },
): Promise<{ batchId: string; taskId: string }[]> {
  return [
    ...(await tx.execute<{ batchId: string; taskId: string }>(sql`
      select t.batch_id as "batchId", t.id as "taskId" from batches b
      join tasks t on t.batch_id = b.id and t.case_id = ${of.caseId}
      where b.dataset_id = ${of.datasetId} and (b.status in ('open', 'paused', 'closing')
        or (b.status = 'settled' and t.status = 'unusable')) order by 1, 2`)),
  ];
}

/** Cases of a dataset that are quarantined (R24). */
export async function listQuarantined(tx: Tx, datasetId: string): Promise<ReadonlySet<string>> {
  const rows = await tx.execute<{ caseId: string }>(
    sql`select q.case_id as "caseId" from ${shutCasesOf(sql`${datasetId}::uuid`)} q`,
  );
  return new Set([...rows].map((row) => row.caseId));
}

/**
 * Takes out of work what a batch holds of the cases of its dataset that are quarantined (R24); returns how many. Index:
 * tasks_case_idx.
 */
export async function parkQuarantined(tx: Tx, of: { batchId: string; datasetId: string }): Promise<number> {
  const rows = await tx.execute<{ id: string }>(sql`
    select t.id from ${shutCasesOf(sql`${of.datasetId}::uuid`)} q
    join tasks t on t.batch_id = ${of.batchId} and t.case_id = q.case_id order by t.id`);
  for (const { id } of rows) await parkTask(tx, { batchId: of.batchId, taskId: id });
  return rows.length;
}
