import { sql } from 'drizzle-orm';
import { z } from 'zod';
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
    for (const { batchId } of rows) {
      while ((await postAccruals(ctx, { batchId })).readers === 200);
    }
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
