import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { endCalls } from './end-calls.ts';
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

/** Every minute: calls whose end has come are closed, and their sponsors told. */
export const endCallsJob = defineJob({
  name: 'bids.end-calls',
  payload: z.object({}),
  run: async (ctx) => {
    await endCalls(ctx);
  },
  every: { seconds: 60, payload: {} },
});
