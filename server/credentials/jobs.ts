import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { expireCredentials } from './expire-credentials.ts';
import { recheckCredentials } from './recheck-credentials.ts';
import { remindExpiring } from './remind-expiring.ts';
import { watchDelegations } from './watch-delegations.ts';

/** Hourly: credentials past their last day expire. The gate and the rules look at the date too, so nothing waits for it. */
export const expireCredentialsJob = defineJob({
  name: 'credentials.expire',
  payload: z.object({}),
  run: async (ctx) => {
    await expireCredentials(ctx);
  },
  every: { seconds: 3600, payload: {} },
});

/** Daily: holders of credentials that expire within 90 and within 30 days are told, once each. */
export const remindExpiringJob = defineJob({
  name: 'credentials.remind-expiring',
  payload: z.object({}),
  run: async (ctx) => {
    await remindExpiring(ctx);
  },
  every: { seconds: 86_400, payload: {} },
});

/** Daily: what was verified long ago goes to the desk again; what nobody checked in time counts as the person's own word. */
export const recheckCredentialsJob = defineJob({
  name: 'credentials.recheck',
  payload: z.object({}),
  run: async (ctx) => {
    await recheckCredentials(ctx);
  },
  every: { seconds: 86_400, payload: {} },
});

/** Daily: ends delegations that have run out, and draws the month's samples of the others (R19). */
export const watchDelegationsJob = defineJob({
  name: 'credentials.watch-delegations',
  payload: z.object({}),
  run: async (ctx) => {
    await watchDelegations(ctx);
  },
  every: { seconds: 86_400, payload: {} },
});
