import { z } from 'zod';

export const recallsView = z.object({
  mayDecide: z.boolean(),
  recalls: z.array(
    z.object({
      id: z.uuid(),
      batchId: z.uuid(),
      batchName: z.string(),
      /** The reader as the sponsor knows them in the batch (R21). */
      alias: z.string(),
      credential: z.string(),
      standing: z.string().nullable(),
      since: z.string(),
      reads: z.number().int(),
      status: z.enum(['open', 'kept', 'relabelled']),
      decisionReason: z.string().nullable(),
      decidedAt: z.date().nullable(),
      foundAt: z.date(),
      /** The first cases of it; `reads` says how many there are. */
      cases: z.array(
        z.object({
          taskId: z.uuid(),
          externalId: z.string(),
          submittedAt: z.date(),
          isFinal: z.boolean(),
        }),
      ),
    }),
  ),
});

export const decideRecallInput = z.strictObject({
  recallId: z.uuid(),
  decision: z.enum(['kept', 'relabelled'], 'Choose what becomes of the labels.'),
  reason: z
    .string()
    .trim()
    .min(10, 'Say in a sentence why; it goes into the evidence of these labels.')
    .max(1000),
});
