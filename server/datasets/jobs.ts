import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { remindOfEvidence } from './remind-of-evidence.ts';

/** Daily: sponsors are told of evidence that ends before the gate shuts. */
export const remindOfEvidenceJob = defineJob({
  name: 'datasets.remind-of-evidence',
  payload: z.object({}),
  run: async (ctx) => {
    await remindOfEvidence(ctx);
  },
  every: { seconds: 86_400, payload: {} },
});
