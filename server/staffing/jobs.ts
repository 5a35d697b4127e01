import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { solveRoster } from './solve-roster.ts';

/** Solves one plan; the page that asked for it watches the plan's row. */
export const solveRosterJob = defineJob({
  name: 'staffing.solve-roster',
  payload: z.object({ planId: z.uuid() }),
  run: (ctx, { planId }) => solveRoster(ctx, { planId }),
});
