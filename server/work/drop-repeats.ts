import { sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { isRepeat, lockLeasesOfTask } from './lease-queries.ts';
import { PARKED } from './park-queries.ts';
import { releaseSlots } from './release-slots.ts';
import { changeOfReads } from './repeat-rules.ts';

type LostRead = { annotatorId: string; round: number; slotNo: number };
type At = { batchId: string; taskId: string };
type Own = { personId: string; slotNo: number; round: number; status: string };

/**
 * Takes back the repeats of reads that do not stand any more (rejected, or given to somebody else): nobody is asked for the
 * second of a pair whose first is gone. One that is held is taken from its reader, who made it in good faith and is paid for the time (R27);
 * one that is handed in stays, paid and counted. Where the whole batch is read in rounds, whoever reads the case instead of a first
 * read brings its own repeats, which the task waits for besides; after a repeat nobody does (`changeOfReads`). Follows the decision on the
 * reads and goes before `reopenReads`; the case is held (`holdCase`). Lock order: slots, readers, tasks.
 */
export async function dropRepeats(tx: CommandTx, input: At & { reads: readonly LostRead[] }): Promise<void> {
  if (input.reads.length === 0) return;
  const { batchId } = input;
  const authors = [...new Set(input.reads.map((read) => read.annotatorId))];
  const out = await lockLeasesOfTask(tx.db, input);
  const held = out.filter((slot) => isRepeat(slot) && authors.includes(slot.annotatorId));
  await releaseSlots(tx, { batchId, slots: held, cause: 'revoked', reason: 'read_before_lost' });
  const dropped = await takeBack(tx.db, { ...input, authors });
  const more = await readsMore(tx.db, { ...input, authors, dropped });
  await tx.db.execute(sql`update tasks set reads_needed = reads_needed + ${more}::int
    where batch_id = ${batchId} and id = ${input.taskId}`);
}

/** Repeats of some readers that wait for them, taken out of what waits. Index: the primary key of slots. */
async function takeBack(
  tx: Tx,
  input: At & { authors: readonly string[] },
): Promise<{ personId: string; round: number }[]> {
  return [
    ...(await tx.execute<{ personId: string; round: number }>(sql`
      with gone as (
        delete from slots where batch_id = ${input.batchId} and task_id = ${input.taskId} and tier = 'label' and round > 1
          and status = 'open' and reserved_for = any(${sql.param(input.authors)}::uuid[])
        returning reserved_for, round, sort_key),
      counted as (
        update readers r set repeats = r.repeats - g.n
        from (select reserved_for, (count(*) filter (where sort_key < ${PARKED.toString()}::bigint))::int as n from gone group by 1) g
        where r.batch_id = ${input.batchId} and r.annotator_id = g.reserved_for and r.tier = 'label')
      select reserved_for as "personId", round from gone`)),
  ];
}

/** What the task needs more; `reopenReads` takes rejected repeats themselves out of it. Indexes: the primary keys. */
async function readsMore(
  tx: Tx,
  p: At & {
    reads: readonly LostRead[];
    authors: readonly string[];
    dropped: readonly { personId: string; round: number }[];
  },
): Promise<number> {
  const [batch] = await tx.execute<{ rounds: number }>(
    sql`select rounds from batches where id = ${p.batchId}`,
  );
  const rounds = batch?.rounds ?? 1;
  // Repeats that were asked of one reader are counted as they are made.
  if (rounds === 1) return -p.dropped.length;
  const slots = await tx.execute<Own>(sql`
    select annotator_id as "personId", slot_no as "slotNo", round, status from slots
    where batch_id = ${p.batchId} and task_id = ${p.taskId} and tier = 'label'
      and annotator_id = any(${sql.param(p.authors)}::uuid[])`);
  return p.authors.reduce((sum, personId) => {
    const lost = p.reads.filter((read) => read.annotatorId === personId);
    const own = [...slots].filter((slot) => slot.personId === personId);
    const isLost = (slot: Own) => lost.some((read) => read.slotNo === slot.slotNo);
    const change = changeOfReads({
      rounds,
      lost: lost.map((read) => read.round),
      dropped: p.dropped.filter((one) => one.personId === personId).map((one) => one.round),
      others: own
        .filter((slot) => !isLost(slot))
        .map(({ round, status }) => ({ round, isInForce: status !== 'rejected' && status !== 'superseded' })),
      // What is given on has lost its reader.
      isGivenOn: lost.some((read) => read.round === 1) && !own.some((slot) => slot.round === 1),
    });
    return sum + change + lost.filter((read) => read.round > 1).length;
  }, 0);
}
