import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { escalateWithdrawn } from '#server/work/escalate-case.ts';
import { getBatch } from '#server/work/reads.ts';
import { regradeExams } from '#server/work/regrade-exam.ts';
import { takeBackFrom } from '#server/work/withdraw-gold.ts';
import { tellDeciders, tellReaders } from './tell-regraded.ts';

/** Readers passed in one transaction: their rows are held for some tens of milliseconds. */
const READERS_AT_ONCE = 200;

/**
 * Takes a withdrawn gold answer back from all readers of a batch, however many, and tells each of them once (R7): so many to a
 * transaction, which also keeps how far it has come. A case that readers passed on while it was gold is looked at as any other. Exams that were finished are then marked anew. Goes on where it stopped; safe
 * in several processes and to repeat.
 */
export async function takeBackGold(
  ctx: CommandContext,
  input: { batchId: string; goldItemId: string },
  readersAtOnce = READERS_AT_ONCE,
): Promise<void> {
  for (let isDone = false; !isDone; )
    isDone = await transact(ctx, async (tx) => {
      const step = await takeBackFrom(tx.db, { ...input, limit: readersAtOnce });
      if (step === null) return true;
      const batch = await getBatch(tx.db, input.batchId);
      if (step.isFirst) await tellDeciders(tx, batch);
      await tellReaders(tx, { batch, personIds: step.readers });
      return step.isLast;
    });
  await escalateWithdrawn(ctx, input);
  // Once no count rests on it any more; also when this comes again after a stop in between.
  await regradeExams(ctx, input);
}
