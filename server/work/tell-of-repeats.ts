import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { derivedId } from '#server/core/ids.ts';
import { eachBatch } from '#server/jobs/each-batch.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { pagesOfBatches } from './batch-pages.ts';
import { listNewlyDue } from './repeat-queries.ts';

/** A worker that slept for a week starts here; what has waited longer was told of. */
const LOOK_BACK = 7 * DAY;

/**
 * Tells a reader on the day on which the first of their repeats of a round opens (R23): by then the batch has given them nothing for
 * days, and they do not look. Once for each batch, person and round; never where repeats open at once. Safe to repeat.
 */
export async function tellOfRepeats(ctx: CommandContext): Promise<void> {
  const until = ctx.clock.now();
  for await (const page of pagesOfBatches(ctx.db, { statuses: ['open'] })) {
    const nameOf = new Map(page.map((batch) => [batch.id, batch.name]));
    await eachBatch(ctx, [...nameOf.keys()], (batchId) =>
      tellOfBatch(ctx, { batchId, name: nameOf.get(batchId) ?? '', until }),
    );
  }
}

async function tellOfBatch(
  ctx: CommandContext,
  { batchId, name, until }: { batchId: string; name: string; until: Date },
): Promise<void> {
  const due = await listNewlyDue(ctx.db, { batchId, since: plus(until, -LOOK_BACK), until });
  if (due.length === 0) return;
  await transact(ctx, async (tx) => {
    for (const { personId, round } of due)
      await notifyPerson(tx, {
        id: derivedId('repeats due', batchId, personId, String(round)),
        personId,
        kind: 'work.repeats_due',
        title: `The day has come to read your cases of “${name}” once more`,
        href: '/work',
        detail: { batchId },
      });
  });
}
