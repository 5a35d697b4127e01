import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { checkLargeBatches } from './checked-finals.ts';
import { measureAgain } from './measure-again.ts';
import { renewScores } from './renew-scores.ts';
import { rollUp } from './roll-up.ts';
import { scoreLiveBatches } from './score-live-batches.ts';

/** After gold was disputed or retired: what rests on it is measured again. */
export const measureAgainJob = defineJob({
  name: 'analytics.measure-again',
  payload: z.object({ batchId: z.uuid() }),
  run: measureAgain,
});

/** At the start and every ten minutes: what another method than today's has measured is measured anew. */
export const renewScoresJob = defineJob({
  name: 'analytics.renew-scores',
  payload: z.object({}),
  run: async (ctx) => {
    await renewScores(ctx);
  },
  every: { seconds: 600, payload: {} },
});

/** Every 30 seconds: batches that have grown by a quarter, or were settled, are scored again. */
export const scoreLiveBatchesJob = defineJob({
  name: 'analytics.score-live-batches',
  payload: z.object({}),
  run: async (ctx) => {
    await scoreLiveBatches(ctx);
  },
  every: { seconds: 30, payload: {} },
});

/** Every second: hours and classes follow the labels. */
export const rollUpJob = defineJob({
  name: 'analytics.roll-up',
  payload: z.object({}),
  run: async (ctx) => {
    await rollUp(ctx);
  },
  every: { seconds: 1, payload: {} },
});

/** Every five seconds: how many final labels of large batches with gold are right. */
export const checkLargeBatchesJob = defineJob({
  name: 'analytics.check-large-batches',
  payload: z.object({}),
  run: async (ctx) => {
    await checkLargeBatches(ctx);
  },
  every: { seconds: 5, payload: {} },
});
