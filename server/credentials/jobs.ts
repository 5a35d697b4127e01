import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { expireCredentials } from './expire-credentials.ts';

/** Hourly: credentials past their last day expire. The gate and the rules look at the date too, so nothing waits for it. */
export const expireCredentialsJob = defineJob({
  name: 'credentials.expire',
  payload: z.object({}),
  run: async (ctx) => {
    await expireCredentials(ctx);
  },
  every: { seconds: 3600, payload: {} },
});
