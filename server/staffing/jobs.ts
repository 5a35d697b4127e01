import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { endOffers } from './answer-offer.ts';
import { solveRoster } from './solve-roster.ts';

/** Solves one plan; the page that asked for it watches the plan's row. */
export const solveRosterJob = defineJob({
  name: 'staffing.solve-roster',
  payload: z.object({ planId: z.uuid() }),
  run: (ctx, { planId }) => solveRoster(ctx, { planId }),
});

/** Hourly: offers to people on their own account that nobody answered in time. */
export const endOffersJob = defineJob({
  name: 'staffing.end-offers',
  payload: z.object({}),
  run: async (ctx) => {
    await endOffers(ctx);
  },
  every: { seconds: 3600, payload: {} },
});
