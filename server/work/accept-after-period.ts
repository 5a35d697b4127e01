import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { eachBatch } from '#server/jobs/each-batch.ts';
import { acceptSlots, listSubmitted } from './accept-slots.ts';
import { LIVE, pagesOfBatches } from './batch-pages.ts';

const CHUNK = 500;

/** R30: what was submitted longer ago than its batch's review period is accepted by itself. 500 per transaction. */
export async function acceptAfterPeriod(
  ctx: CommandContext,
  input: { pageSize?: number } = {},
): Promise<{ accepted: number }> {
  let accepted = 0;
  const size = input.pageSize === undefined ? {} : { size: input.pageSize };
  for await (const page of pagesOfBatches(ctx.db, { statuses: LIVE, ...size })) {
    const daysOf = new Map(page.map((batch) => [batch.id, batch.reviewPeriodDays]));
    await eachBatch(ctx, [...daysOf.keys()], async (batchId) => {
      for (let more = true; more; ) {
        const n = await transact(ctx, async (tx) => {
          const before = plus(tx.now, -(daysOf.get(batchId) ?? 0) * DAY);
          const slots = await listSubmitted(tx.db, { batchId, before, limit: CHUNK });
          return acceptSlots(tx, { batchId, slots });
        });
        accepted += n;
        more = n === CHUNK;
      }
    });
  }
  return { accepted };
}
