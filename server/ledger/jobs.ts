import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { eachBatch } from '#server/jobs/each-batch.ts';
import { defineJob } from '#server/jobs/job.ts';
import { postAccruals } from './post-accruals.ts';
import { runLedgerCheck } from './run-check.ts';

/** Posts what readers have accrued, batch by batch. Index: readers_unposted_idx. */
export const postAccrualsJob = defineJob({
  name: 'ledger.post-accruals',
  payload: z.object({}),
  every: { seconds: 3, payload: {} },
  run: async (ctx) => {
    const rows = await ctx.db.execute<{ batchId: string }>(
      sql`select distinct batch_id as "batchId" from readers where is_unposted order by 1 limit 500`,
    );
    // A batch that owes more than is reserved waits for its cover; the others' people are paid.
    await eachBatch(
      ctx,
      [...rows].map((row) => row.batchId),
      async (batchId) => {
        while ((await postAccruals(ctx, { batchId })).readers === 200);
      },
    );
  },
});

/** Every quarter of an hour: the whole books with themselves. What it found is what the operator sees. */
export const checkLedgerJob = defineJob({
  name: 'ledger.check',
  payload: z.object({}),
  every: { seconds: 900, payload: {} },
  run: async (ctx) => {
    await runLedgerCheck(ctx);
  },
});
