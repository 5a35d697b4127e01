import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { acceptAfterPeriod } from './accept-after-period.ts';
import { countLargeBatches } from './count-progress.ts';
import { reclaimLeases } from './reclaim-leases.ts';

/** Every five seconds: leases that ran out go back to the queue. */
export const reclaimLeasesJob = defineJob({
  name: 'work.reclaim-leases',
  payload: z.object({}),
  run: async (ctx) => {
    await reclaimLeases(ctx);
  },
  every: { seconds: 5, payload: {} },
});

/** Every five minutes: reads whose review period is over are accepted (R30). */
export const acceptAfterPeriodJob = defineJob({
  name: 'work.accept-after-period',
  payload: z.object({}),
  run: async (ctx) => {
    await acceptAfterPeriod(ctx);
  },
  every: { seconds: 300, payload: {} },
});

/** Every two seconds: cases by state of large batches, for the pages that show them. */
export const countLargeBatchesJob = defineJob({
  name: 'work.count-large-batches',
  payload: z.object({}),
  run: async (ctx) => {
    await countLargeBatches(ctx);
  },
  every: { seconds: 2, payload: {} },
});
