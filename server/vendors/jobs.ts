import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { expireEvidence } from './expire-evidence.ts';

/** Daily: vendors are reminded of documents that end, and those past their day expire. What is shown goes by the day itself. */
export const expireEvidenceJob = defineJob({
  name: 'vendors.expire-evidence',
  payload: z.object({}),
  run: async (ctx) => {
    await expireEvidence(ctx);
  },
  every: { seconds: 86_400, payload: {} },
});
