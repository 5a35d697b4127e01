import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { remindOfAppeals } from './remind-of-appeals.ts';

/** Hourly: appeals whose answer is due soon or overdue. */
export const remindOfAppealsJob = defineJob({
  name: 'appeals.remind',
  payload: z.object({}),
  run: async (ctx) => {
    await remindOfAppeals(ctx);
  },
  every: { seconds: 3600, payload: {} },
});
