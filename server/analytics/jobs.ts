import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { scoreLiveBatches } from './score-live-batches.ts';

/** Every 30 seconds: batches that have grown by a quarter, or were settled, are scored again. */
export const scoreLiveBatchesJob = defineJob({
  name: 'analytics.score-live-batches',
  payload: z.object({}),
  run: async (ctx) => {
    await scoreLiveBatches(ctx);
  },
  every: { seconds: 30, payload: {} },
});
