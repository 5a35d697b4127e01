import { sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { finalLabels } from '#db/schema/labels.ts';
import type { CredentialSnapshot } from '#server/credentials/schemas.ts';
import { shutCasesOf } from '#server/datasets/shut-cases.ts';
import { type Answers, answersRecord } from '#server/protocols/schemas.ts';
import type { ConsensusChoice } from '#server/work/consensus-choice.ts';
import { isAnyOut } from '#server/work/held-slots.ts';
import { keepOutOfWork } from '#server/work/keep-out-of-work.ts';
import { lateLaneSql } from '#server/work/pool-rules.ts';
import type { Batch } from '#server/work/reads.ts';
import { SLOT_BASE, SLOTS_PER_USE, type Tier } from '#server/work/rules.ts';
import { isEndedFree } from './audit-queries.ts';

/** Kinds of batch whose labels become final labels. */
export const SETTLED_KINDS: readonly Batch['kind'][] = ['pilot', 'production', 'relabel'];

/** A task that waits for its next step, locked; gold while its known answer is in force (R7). */
export type WaitingTask = { taskId: string; caseId: string; isGold: boolean };

/** A read in force of a task. */
export type TaskRead = {
  labelId: string;
  taskId: string;
  slotNo: number;
  round: number;
  annotatorId: string;
  answers: Answers;
  confidence: number | null;
  rationale: string | null;
  slotStatus: 'submitted' | 'accepted';
  /** True once a reviewer has accepted this very label, with or without a fix. */
  isReviewed: boolean;
  submittedAt: Date;
  /** Which of its reader's own reads in the batch it is, where somebody asked; else beyond any. */
  ordinal: number;
  /** What its reader held when they claimed it, where a rule asks; else null. */
  snapshot: CredentialSnapshot | null;
};

/** Labelled tasks in order, at most `limit`, passing over those another process works on. Index: tasks_waiting_idx. */
export async function lockLabelled(
  tx: Tx,
  input: { batchId: string; limit: number },
): Promise<WaitingTask[]> {
  const rows = await tx.execute<WaitingTask & Record<string, unknown>>(sql`
    select t.id as "taskId", t.case_id as "caseId",
      (select true from gold_answers g where g.batch_id = t.batch_id and g.task_id = t.id
        and g.withdrawn_at is null) is not null as "isGold"
    from tasks t where t.batch_id = ${input.batchId} and t.status = 'labelled'
    order by t.sort_key limit ${input.limit} for update of t skip locked`);
  return [...rows].map(({ taskId, caseId, isGold }) => ({ taskId, caseId, isGold }));
}

/** Reads in force of some tasks, or of all of a batch: rejected and returned ones are not among them (R33). */
export async function listTaskReads(
  q: Queryable,
  input: { batchId: string; taskIds: readonly string[] | null },
): Promise<TaskRead[]> {
  type Row = Omit<TaskRead, 'submittedAt' | 'ordinal' | 'snapshot'> & { submittedAt: string };
  // Of some tasks each label is looked up by its key (`offset 0`): joined freely, all labels of the batch may be read for one task.
  const labels = input.taskIds
    ? sql`cross join lateral (select x.* from labels x where x.batch_id = s.batch_id and x.id = s.label_id offset 0) l`
    : sql`join labels l on l.batch_id = s.batch_id and l.id = s.label_id`;
  const rows = await q.execute<Row>(sql`
    select l.id as "labelId", l.task_id as "taskId", l.slot_no as "slotNo", l.round, l.annotator_id as "annotatorId",
      l.answers, l.confidence, l.rationale, s.status as "slotStatus", l.submitted_at as "submittedAt",
      exists (select 1 from reviews r where r.batch_id = l.batch_id and r.task_id = l.task_id and r.label_id = l.id
        and r.outcome in ('accept', 'fix_accept')) as "isReviewed"
    from slots s ${labels}
    where s.batch_id = ${input.batchId} and s.tier = 'label' and s.status in ('submitted', 'accepted')
      ${input.taskIds ? sql`and s.task_id = any (${sql.param([...input.taskIds])}::uuid[])` : sql``}
    order by l.task_id, l.slot_no`);
  return [...rows].map((row) => ({
    ...row,
    answers: answersRecord.parse(row.answers),
    submittedAt: new Date(row.submittedAt),
    ordinal: Number.POSITIVE_INFINITY,
    snapshot: null,
  }));
}

/** A turn that is opened on a task. */
type Turn = {
  taskId: string;
  order: number;
  /** Why it was asked for, for those who work on it; null for a plain read. */
  reason: string | null;
  /** Number of the read that it takes the place of: it stays in that one's pool (server/work/pool-rules.ts). */
  replaces?: number;
};

type TurnOfTier = { batchId: string; tier: Tier; base: number; now: Date };

/** Opens a slot of a tier on a task, as `addTierSlots` does. */
export async function addTierSlot(
  tx: Tx,
  { batchId, tier, base, now, ...turn }: TurnOfTier & Turn,
): Promise<void> {
  await addTierSlots(tx, { batchId, tier, base, now, turns: [turn] });
}

/**
 * Opens a slot of a tier on each of some tasks, in the late lane; its number is the next of its use. A second review of a task is a
 * round of its own, so that the same reviewer may see the correction they asked for; a second panel decision or audit
 * stays in round 1, so that nobody judges what they have decided themselves. A task may be named once.
 */
export async function addTierSlots(tx: Tx, input: TurnOfTier & { turns: readonly Turn[] }): Promise<void> {
  const { batchId, tier, base, turns } = input;
  if (turns.length === 0) return;
  const micros = BigInt(input.now.getTime()) * 1000n;
  await tx.execute(sql`
    insert into slots (batch_id, task_id, slot_no, tier, round, lane, sort_key, status, reason)
    select ${batchId}, u.task_id, coalesce(x.last + 1, ${base}::int), ${tier},
      case when ${tier}::text = 'review' then x.n + 1 else 1 end,
      coalesce((select ${sql.raw(lateLaneSql('o.lane'))} from slots o where o.batch_id = ${batchId}
        and o.task_id = u.task_id and o.slot_no = u.replaces), 0),
      u.place, 'open', u.reason
    from unnest(${sql.param(turns.map((one) => one.taskId))}::uuid[],
      ${sql.param(turns.map((one) => (micros + BigInt(one.order)).toString()))}::bigint[],
      ${sql.param(turns.map((one) => one.reason))}::text[],
      ${sql.param(turns.map((one) => one.replaces ?? -1))}::int[]) as u (task_id, place, reason, replaces)
    cross join lateral (
      select max(s.slot_no) as last, count(*) as n from slots s where s.batch_id = ${batchId} and s.task_id = u.task_id
        and s.slot_no >= ${base}::int and s.slot_no < ${base}::int + ${SLOTS_PER_USE}::int) x`);
}

type Step = 'labelled' | 'open' | 'in_review' | 'in_adjudication' | 'final';

/** Moves a task on. */
export async function setTaskStatus(
  tx: Tx,
  { taskId, ...input }: { batchId: string; taskId: string; to: Step },
): Promise<void> {
  await setTasksStatus(tx, { ...input, taskIds: [taskId] });
}

/** Moves tasks on. */
export async function setTasksStatus(
  tx: Tx,
  input: { batchId: string; taskIds: readonly string[]; to: Step },
): Promise<void> {
  if (input.taskIds.length === 0) return;
  await tx.execute(sql`update tasks set status = ${input.to}
    where batch_id = ${input.batchId} and id = any (${sql.param([...input.taskIds])}::uuid[]) and status not in ('unusable')`);
}

/**
 * Takes reads of a task out of its count: those returned to their authors come again, those rejected get a new slot each,
 * save repeats, which nobody else can make. False when the case is out of work, so that nothing of this comes to anybody now.
 */
export async function reopenReads(
  tx: Tx,
  input: {
    batchId: string;
    taskId: string;
    now: Date;
    returned: number;
    rejected: readonly { round: number; slotNo: number }[];
  },
): Promise<boolean> {
  const at = { batchId: input.batchId, taskId: input.taskId };
  const replaced = input.rejected.filter((read) => read.round === 1);
  const lost = input.rejected.length - replaced.length;
  const [task] = await tx.execute<{
    status: string;
  }>(sql`update tasks set reads_done = reads_done - ${input.returned + input.rejected.length}::int,
      reads_needed = reads_needed - ${lost}::int,
      status = case when status = 'unusable' then status when reads_done - ${input.returned + input.rejected.length}::int >= reads_needed - ${lost}::int
        then 'labelled' else 'open' end
    where batch_id = ${input.batchId} and id = ${input.taskId} returning status`);
  // Who reviews it or decides on it next sees all its reads; whoever is at it finds them changed, and gives up a turn that nothing waits for
  // (`letGo`).
  await tx.execute(sql`delete from slots where batch_id = ${input.batchId} and task_id = ${input.taskId}
    and tier in ('review', 'adjudicate') and status = 'open'`);
  for (const [order, { slotNo }] of replaced.entries())
    await addTierSlot(tx, {
      ...at,
      tier: 'label',
      base: SLOT_BASE.label,
      now: input.now,
      order,
      reason: null,
      replaces: slotNo,
    });
  const isInWork = task?.status !== 'unusable';
  if (!isInWork) await keepOutOfWork(tx, at);
  return isInWork;
}

/** Cases wait for one read more. */
export async function askAnotherRead(
  tx: Tx,
  of: { batchId: string; taskIds: readonly string[] },
): Promise<void> {
  await tx.execute(sql`update tasks set reads_needed = reads_needed + 1, status = 'open'
    where batch_id = ${of.batchId} and id = any (${sql.param([...of.taskIds])}::uuid[]) and status = 'labelled'`);
}

/**
 * What each of some tasks has cost: price and fee of every slot that is paid or will be, all tiers, and of what was paid for reads that were
 * taken from it: given to somebody else to read afresh, or ended by the gate (R12, R27). Indexes: slots' primary key, slot_releases_paid_idx.
 */
export async function costsOfTasks(
  q: Queryable,
  input: { batchId: string; taskIds: readonly string[] },
): Promise<Map<string, bigint>> {
  const { batchId } = input;
  const rows = await q.execute<{ taskId: string; minor: string }>(sql`
    select u.id as "taskId", (coalesce((
        select sum(t.price_minor + t.fee_minor) from slots s
        join terms t on t.batch_id = s.batch_id and t.annotator_id = s.annotator_id and t.tier = s.tier and t.terms_no = s.terms_no
        where s.batch_id = ${batchId} and s.task_id = u.id and s.status in ('submitted', 'accepted')), 0)
      + coalesce((
        select sum(x.paid_minor + x.fee_minor) from slot_releases x
        where x.batch_id = ${batchId} and x.task_id = u.id and x.paid_minor > 0), 0))::text as minor
    from unnest(${sql.param([...input.taskIds])}::uuid[]) as u (id)`);
  return new Map([...rows].map((row) => [row.taskId, BigInt(row.minor)]));
}

/** What one task has cost, as `costsOfTasks` counts it. */
export async function costOfTask(q: Queryable, input: { batchId: string; taskId: string }): Promise<bigint> {
  const { batchId, taskId } = input;
  return (await costsOfTasks(q, { batchId, taskIds: [taskId] })).get(taskId) ?? 0n;
}

type NewFinalLabel = Omit<typeof finalLabels.$inferInsert, 'version'>;

/** Writes the next version of a task's final label. */
export async function insertFinalLabel(tx: Tx, row: NewFinalLabel): Promise<void> {
  await insertFinalLabels(tx, row.batchId, [row]);
}

/** Writes the next version of the final label of each of some tasks of a batch, which the caller holds. */
export async function insertFinalLabels(
  tx: Tx,
  batchId: string,
  rows: readonly NewFinalLabel[],
): Promise<void> {
  if (rows.length === 0) return;
  const last = await tx.execute<{ taskId: string; version: number }>(sql`
    select task_id as "taskId", max(version)::int as version from final_labels
    where batch_id = ${batchId} and task_id = any (${sql.param(rows.map((row) => row.taskId))}::uuid[]) group by 1`);
  const versions = new Map([...last].map((row) => [row.taskId, row.version]));
  await tx
    .insert(finalLabels)
    .values(rows.map((row) => ({ ...row, version: (versions.get(row.taskId) ?? 0) + 1 })));
}

/** Batches of kinds without a final label of their own: their labelled tasks are final as they are. */
export async function finishPlainTasks(tx: Tx, batchId: string): Promise<void> {
  await tx.execute(
    sql`update tasks set status = 'final' where batch_id = ${batchId} and status = 'labelled'`,
  );
}

/** In a closing batch nothing more is read: tasks with some reads take those. Only once no label lease is out. */
export async function shrinkTasks(tx: Tx, batchId: string): Promise<void> {
  // What was returned and is not corrected in time stands as it was: a return is no rejection (R31).
  await tx.execute(sql`
    with back as (
      update slots s set status = 'submitted' where s.batch_id = ${batchId} and s.tier = 'label' and s.aside = 'returned'
      returning s.task_id, s.annotator_id),
    r as (
      update readers r set returned = r.returned - u.n
      from (select annotator_id, count(*)::int as n from back group by 1) u
      where r.batch_id = ${batchId} and r.annotator_id = u.annotator_id and r.tier = 'label' returning 1)
    update tasks t set reads_done = t.reads_done + u.n
    from (select task_id, count(*)::int as n from back group by 1) u
    where t.batch_id = ${batchId} and t.id = u.task_id`);
  await tx.execute(sql`
    update tasks t set reads_needed = t.reads_done, status = 'labelled'
    where t.batch_id = ${batchId} and t.status = 'open' and t.reads_done > 0 and not t.is_dealt_gold
      and not ${isAnyOut(batchId, 'label')}`);
}

/**
 * Whether a closing batch gets no read more (R27): no read is out, and no case has some that it does not take yet (`shrinkTasks`). Cases
 * that nobody has read do not count. Indexes: readers_holding_idx, the primary key.
 */
export async function isReadingOver(q: Queryable, batchId: string): Promise<boolean> {
  const rows = await q.execute(sql`
    select 1 where ${isAnyOut(batchId, 'label')}
      or exists (select 1 from tasks where batch_id = ${batchId} and status = 'open' and reads_done > 0 and not is_dealt_gold)`);
  return rows.length === 0;
}

type Steps = Record<'open' | 'labelled' | 'waiting' | 'leased' | 'returned' | 'repeats' | 'checks', number>;

/**
 * Whether any task is at each step (`waiting`: read and not done), any work is out, returned or kept to be read again, and any check
 * is to be opened, taken back or, of those that were ended, given up. Of what is quarantined there is little (assets_quarantined_idx).
 */
export async function countSteps(q: Queryable, batchId: string): Promise<Steps> {
  const [row] = await q.execute<Steps>(sql`
    select
      (select count(*)::int from (select 1 from tasks where batch_id = ${batchId} and status = 'open'
        and not is_dealt_gold limit 1) o) as open,
      (select count(*)::int from (select 1 from tasks where batch_id = ${batchId} and status = 'labelled' limit 1) l) as labelled,
      (select count(*)::int from (select 1 from tasks where batch_id = ${batchId}
        and status in ('labelled', 'in_review', 'in_adjudication') limit 1) w) as waiting,
      ${isAnyOut(batchId)}::int as leased,
      (select count(*)::int from (select 1 from slots where batch_id = ${batchId} and aside = 'returned' limit 1) b) as returned,
      (select count(*)::int from (select 1 from slots where batch_id = ${batchId} and reserved_for is not null
        and annotator_id is null and round > 1 limit 1) a) as repeats,
      (select count(*)::int from (select 1 from audit_samples where batch_id = ${batchId}
        and (status in ('waiting', 'lost') or (status = 'open' and is_extra)) limit 1) c)
        + (select count(*)::int from (
            select 1 from ${shutCasesOf(sql`(select b.dataset_id from batches b where b.id = ${batchId})`)} q
            join tasks t on t.batch_id = ${batchId} and t.case_id = q.case_id
            join audit_samples s on s.batch_id = ${batchId} and s.task_id = t.id and s.status = 'open'
            limit 1) shut)
        + ${isEndedFree(batchId)} as checks`);
  return {
    returned: row?.returned ?? 0,
    repeats: row?.repeats ?? 0,
    open: row?.open ?? 0,
    labelled: row?.labelled ?? 0,
    waiting: row?.waiting ?? 0,
    leased: row?.leased ?? 0,
    checks: row?.checks ?? 0,
  };
}

/** Keeps what an automatic choice of the consensus method came to. */
export async function putConsensusChoice(
  q: Queryable,
  input: { batchId: string; choice: ConsensusChoice },
): Promise<void> {
  await q.execute(sql`
    update batches set consensus_choice = ${JSON.stringify(input.choice)}::jsonb where id = ${input.batchId}`);
}
