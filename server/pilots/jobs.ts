import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { closeOverduePilots } from './close-batches.ts';
import { lapseRetries } from './lapse-retries.ts';

/** Hourly: the reading of pilots whose agreed time is up ends (R15). */
export const closeOverduePilotsJob = defineJob({
  name: 'pilots.close-overdue',
  payload: z.object({}),
  run: async (ctx) => {
    await closeOverduePilots(ctx);
  },
  every: { seconds: 3600, payload: {} },
});

/** Hourly: retries that were granted and not ordered in time lapse (R16). */
export const lapseRetriesJob = defineJob({
  name: 'pilots.lapse-retries',
  payload: z.object({}),
  run: async (ctx) => {
    await lapseRetries(ctx);
  },
  every: { seconds: 3600, payload: {} },
});
