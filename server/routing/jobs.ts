import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { handOverOverdue } from './overflow.ts';

/** Every five minutes: reads of own staff that are overdue go to vendors, and first reads of hand-offs are noted. */
export const handOverOverdueJob = defineJob({
  name: 'routing.hand-over-overdue',
  payload: z.object({}),
  run: async (ctx) => {
    await handOverOverdue(ctx);
  },
  every: { seconds: 300, payload: {} },
});
