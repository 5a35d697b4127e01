import type { CommandTx } from '#server/command/transaction.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { acceptSlots } from '#server/work/accept-slots.ts';
import type { Batch } from '#server/work/reads.ts';
import { drawRereads } from './draw-checks.ts';
import { countUncertain } from './rules.ts';
import type { FinalField, LeftBecause } from './schemas.ts';
import { costsOfTasks, insertFinalLabels, setTasksStatus, type TaskRead } from './settle-queries.ts';

/** What a case has come to. */
export type Settled = {
  task: { taskId: string; caseId: string };
  reads: readonly TaskRead[];
  fields: Record<string, FinalField>;
  method: string;
  /** The reviewer's or the panel's submission, when a person decided. */
  decidedBy: { labelId: string; tier: 'review' | 'adjudicate' } | null;
  /** Why a test reference leaves it undecided (R5). */
  undecided?: LeftBecause;
};

type Of = { batch: Batch; schema: LabelSchema };

/** Writes a final label, accepts the reads it rests on (R30: task final), and closes the task. */
export async function writeFinalLabel(
  tx: CommandTx,
  { batch, schema, ...settled }: Of & Settled,
): Promise<void> {
  await writeFinalLabels(tx, { batch, schema, settled: [settled] });
}

/**
 * Writes the final labels of some cases, accepts the reads they rest on (R30: task final), and closes the tasks: a statement for each of
 * these, however many cases there are. Their readers come last, since nobody of them claims or submits until this is over.
 */
export async function writeFinalLabels(
  tx: CommandTx,
  { batch, schema, settled }: Of & { settled: readonly Settled[] },
): Promise<void> {
  if (settled.length === 0) return;
  const batchId = batch.id;
  const taskIds = settled.map((one) => one.task.taskId);
  const costs = await costsOfTasks(tx.db, { batchId, taskIds });
  await insertFinalLabels(
    tx.db,
    batchId,
    settled.map((one) => ({
      batchId,
      taskId: one.task.taskId,
      caseId: one.task.caseId,
      fields: one.fields,
      method: one.method,
      sources: {
        labels: one.reads.map((read) => read.labelId),
        decidedBy: one.decidedBy,
        ...(one.undecided === undefined ? {} : { undecided: one.undecided }),
      },
      costMinor: costs.get(one.task.taskId) ?? 0n,
      currency: batch.currency,
      uncertain: countUncertain(schema, one.fields),
      settledAt: tx.now,
    })),
  );
  await setTasksStatus(tx.db, { batchId, taskIds, to: 'final' });
  await drawRereads(tx, { batch, settled });
  const submitted = settled.flatMap((one) => one.reads.filter((read) => read.slotStatus === 'submitted'));
  await acceptSlots(tx, { batchId, slots: submitted.map(({ taskId, slotNo }) => ({ taskId, slotNo })) });
}
