import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { settleTasks } from './settle-tasks.ts';

/** Every three seconds: labelled cases go on to review, the panel or their final label; done batches close and settle. */
export const settleTasksJob = defineJob({
  name: 'labels.settle-tasks',
  payload: z.object({ batchId: z.uuid().optional() }),
  run: async (ctx, payload) => {
    await settleTasks(ctx, payload.batchId === undefined ? {} : { batchId: payload.batchId });
  },
  every: { seconds: 3, payload: {} },
});
