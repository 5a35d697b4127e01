import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { takeBackGold } from './take-back-gold.ts';

/** After gold was disputed or retired: the counts of a batch's readers, and what they are told. */
export const takeBackGoldJob = defineJob({
  name: 'gold.take-back-gold',
  payload: z.object({ batchId: z.uuid(), goldItemId: z.uuid() }),
  run: async (ctx, { batchId, goldItemId }) => takeBackGold(ctx, { batchId, goldItemId }),
});
