import { z } from 'zod';

/**
 * What the automatic choice of a consensus method came to in a batch, per closed field: the method with the most gold right, why in a
 * sentence, and how right each was. Read by the sponsor only: it counts gold.
 */
export const consensusChoice = z.array(
  z.object({
    field: z.string(),
    label: z.string(),
    method: z.string(),
    reason: z.string(),
    candidates: z.array(
      z.object({
        method: z.string(),
        accuracy: z.number().nullable(),
        interval: z.tuple([z.number(), z.number()]).nullable(),
        n: z.number().int(),
      }),
    ),
  }),
);
export type ConsensusChoice = z.infer<typeof consensusChoice>;
