import type { Tx } from '#db/client.ts';
import { parkAgain } from './park-queries.ts';

/**
 * What a decision on the reads of a task has opened or returned comes to nobody while the task is out of work, and is there when it comes
 * back: a read that takes a rejected one's place, one that was given to somebody else. Nothing when the task is in work. Part of
 * the decision, which holds the case.
 */
export async function keepOutOfWork(tx: Tx, at: { batchId: string; taskId: string }): Promise<void> {
  await parkAgain(tx, { batchId: at.batchId, taskIds: [at.taskId] });
}
