import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { closeOverduePilots } from './close-batches.ts';

/** Hourly: the reading of pilots whose agreed time is up ends (R15). */
export const closeOverduePilotsJob = defineJob({
  name: 'pilots.close-overdue',
  payload: z.object({}),
  run: async (ctx) => {
    await closeOverduePilots(ctx);
  },
  every: { seconds: 3600, payload: {} },
});
