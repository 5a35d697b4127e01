import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { askRepricing } from './ask-repricing.ts';
import { lapseProposals } from './close-proposal.ts';
import { measureSettled } from './measure-sla.ts';
import { takeCredits } from './take-credits.ts';

/** Hourly: settled batches are measured against their service levels, and proposals nobody signed lapse. */
export const measureSlaJob = defineJob({
  name: 'contracts.measure-sla',
  payload: z.object({}),
  run: async (ctx) => {
    await measureSettled(ctx);
    await lapseProposals(ctx);
  },
  every: { seconds: 3600, payload: {} },
});

/** Daily: credits whose time to dispute is over are taken from what is owed; a payout run takes them first, too. */
export const takeCreditsJob = defineJob({
  name: 'contracts.take-credits',
  payload: z.object({}),
  run: async (ctx) => {
    await takeCredits(ctx);
  },
  every: { seconds: 86_400, payload: {} },
});

/** When a breaking protocol version is signed. */
export const askRepricingJob = defineJob({
  name: 'contracts.ask-repricing',
  payload: z.object({ protocolVersionId: z.uuid() }),
  run: async (ctx, payload) => {
    await askRepricing(ctx, payload);
  },
});
