import type { CommandTx } from '#server/command/transaction.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { acceptSlots } from '#server/work/accept-slots.ts';
import type { Batch } from '#server/work/reads.ts';
import { drawReread } from './draw-checks.ts';
import { countUncertain } from './rules.ts';
import type { FinalField, LeftBecause } from './schemas.ts';
import { costOfTask, insertFinalLabel, setTaskStatus, type TaskRead } from './settle-queries.ts';

/** Writes a final label, accepts the reads it rests on (R30: task final), and closes the task. */
export async function writeFinalLabel(
  tx: CommandTx,
  input: {
    batch: Batch;
    task: { taskId: string; caseId: string };
    reads: readonly TaskRead[];
    schema: LabelSchema;
    fields: Record<string, FinalField>;
    method: string;
    /** The reviewer's or the panel's submission, when a person decided. */
    decidedBy: { labelId: string; tier: 'review' | 'adjudicate' } | null;
    /** Why a test reference leaves it undecided (R5). */
    undecided?: LeftBecause;
  },
): Promise<void> {
  const { batch, task, reads } = input;
  const submitted = reads.filter((read) => read.slotStatus === 'submitted');
  await acceptSlots(tx, {
    batchId: batch.id,
    slots: submitted.map(({ taskId, slotNo }) => ({ taskId, slotNo })),
  });
  await insertFinalLabel(tx.db, {
    batchId: batch.id,
    taskId: task.taskId,
    caseId: task.caseId,
    fields: input.fields,
    method: input.method,
    sources: {
      labels: reads.map((read) => read.labelId),
      decidedBy: input.decidedBy,
      ...(input.undecided === undefined ? {} : { undecided: input.undecided }),
    },
    costMinor: await costOfTask(tx.db, { batchId: batch.id, taskId: task.taskId }),
    currency: batch.currency,
    uncertain: countUncertain(input.schema, input.fields),
    settledAt: tx.now,
  });
  await setTaskStatus(tx.db, { batchId: batch.id, taskId: task.taskId, to: 'final' });
  await drawReread(tx, input);
}
