import { sql } from 'drizzle-orm';
import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { reserveBatchFunds } from '#server/ledger/reserve-batch-funds.ts';
import { costOfRepeats } from './asked-rounds.ts';
import { lockBatch } from './batch-queries.ts';
import { lockReader } from './join-queries.ts';
import { ownBatch } from './pause-batch.ts';
import { type Batch, findReaderByAlias } from './reads.ts';
import { opensAtSql } from './repeat-sql.ts';
import { REPEATS_PER_ROUND, SLOT_BASE } from './rules.ts';

/**
 * Asks one reader for repeats (R23, intra-rater): rounds 2 … `rounds` of every case that they read in this batch, each
 * `afterDays` after the round before. What they have read of cases still open waits for them; every later read brings its
 * repeat with its submit, so a case that others read asks nothing of them, and one that is settled stays so. Paid like any
 * read: what the repeats of all cases may cost is reserved (R29), of cases that are added later with these (`add-tasks.ts`), and what is not used comes back at settlement. Asking again
 * can add rounds, not take them away.
 */
export async function requestRepeats(
  ctx: OrgContext,
  asked: { batchId: string; rounds: number; afterDays: number } & (
    | { annotatorId: string }
    | { alias: string }
  ),
): Promise<{ added: number }> {
  return transact(ctx, async (tx) => {
    await ownBatch(tx, ctx, asked.batchId);
    const batch = await lockBatch(tx.db, asked.batchId, 'update');
    const annotatorId = await annotatorOf(tx, asked);
    const reader =
      annotatorId === null
        ? null
        : await lockReader(tx.db, { batchId: asked.batchId, annotatorId, tier: 'label' });
    if (annotatorId === null || batch?.status !== 'open' || batch.rounds > 1 || reader === null) {
      throw new AppError({
        kind: 'precondition',
        reason: 'repeats_refused',
        message:
          'Repeats can be asked of a reader who has joined an open batch, unless the whole batch is read in rounds already.',
      });
    }
    const input = { ...asked, annotatorId };
    const more = input.rounds - reader.repeatRounds;
    if (more <= 0) return { added: 0 };
    const waiting = await insertForReads(tx, batch, input);
    await tx.db.execute(sql`
      update readers set repeats = repeats + ${waiting}::int, repeat_rounds = ${input.rounds}::smallint,
        repeat_after_days = ${input.afterDays}::smallint
      where batch_id = ${batch.id} and annotator_id = ${input.annotatorId} and tier = 'label'`);
    const added = batch.taskCount * more;
    await reserveFor(tx, batch, added);
    await tx.audit({
      action: 'work.repeats_requested',
      subject: { kind: 'batch', id: batch.id },
      detail: { rounds: input.rounds, afterDays: input.afterDays, added },
    });
    return { added };
  });
}

/** Sponsors know readers by alias, which is unique in a batch and tier. */
async function annotatorOf(
  tx: CommandTx,
  asked: { batchId: string } & ({ annotatorId: string } | { alias: string }),
): Promise<string | null> {
  if ('annotatorId' in asked) return asked.annotatorId;
  const of = { batchId: asked.batchId, tier: 'label' as const, alias: asked.alias };
  return (await findReaderByAlias(tx.db, of))?.annotatorId ?? null;
}

/**
 * The next round of every read of theirs that is in already, dealt gold left out. The reader's row is locked, so a submit at
 * the same moment has either been counted here or makes its repeat itself; and the cases, which another's submit may just have completed.
 */
async function insertForReads(
  tx: CommandTx,
  batch: Batch,
  input: { annotatorId: string; rounds: number; afterDays: number },
): Promise<number> {
  const [row] = await tx.db.execute<{ n: number }>(sql`
    with open as materialized (
      select t.id from slots s join tasks t on t.batch_id = s.batch_id and t.id = s.task_id
      where s.batch_id = ${batch.id} and s.annotator_id = ${input.annotatorId} and s.tier = 'label' and s.round = 1
        and t.batch_id = ${batch.id} and t.status = 'open' and not t.is_dealt_gold
      order by t.id for update of t),
    made as (
      insert into slots (batch_id, task_id, slot_no, tier, round, lane, sort_key, status, reserved_for)
      select s.batch_id, s.task_id, ${SLOT_BASE.repeat}::int + (s.round - 1) * ${REPEATS_PER_ROUND} + r.reader_no, 'label', s.round + 1, 0,
        ${sql.raw(opensAtSql('s.submitted_at', String(input.afterDays)))}, 'open', s.annotator_id
      from slots s
      join readers r on r.batch_id = s.batch_id and r.annotator_id = s.annotator_id and r.tier = 'label'
      join open t on t.id = s.task_id
      where s.batch_id = ${batch.id} and s.annotator_id = ${input.annotatorId} and s.tier = 'label'
        and s.status in ('submitted', 'accepted') and s.round >= r.repeat_rounds and s.round < ${input.rounds}::int
      returning task_id),
    more as (
      update tasks t set reads_needed = reads_needed + 1 from made
      where t.batch_id = ${batch.id} and t.id = made.task_id returning 1)
    select count(*)::int as n from more`);
  return row?.n ?? 0;
}

async function reserveFor(tx: CommandTx, batch: Batch, reads: number): Promise<void> {
  const amountMinor = costOfRepeats(batch, reads);
  await reserveBatchFunds(tx, {
    batchId: batch.id,
    projectId: batch.projectId,
    amountMinor,
    currency: batch.currency,
  });
  await tx.db.execute(
    sql`update batches set reserved_minor = reserved_minor + ${amountMinor.toString()}::bigint, slot_count = slot_count + ${reads}::int,
      asked_repeats = asked_repeats + ${reads}::int where id = ${batch.id}`,
  );
}
