import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { forgetBytes } from './forget-files.ts';

/** After files were taken out of the books: their bytes, unless another file has the same. */
export const forgetBytesJob = defineJob({
  name: 'files.forget-bytes',
  payload: z.object({ storageKeys: z.array(z.string()) }),
  run: async (ctx, payload) => {
    await forgetBytes(ctx, payload);
  },
});
