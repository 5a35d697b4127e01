import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { expireBids } from './expire-bids.ts';

/** Daily: bids whose price is held no longer expire (R13). */
export const expireBidsJob = defineJob({
  name: 'bids.expire',
  payload: z.object({}),
  run: async (ctx) => {
    await expireBids(ctx);
  },
  every: { seconds: 86_400, payload: {} },
});
