import { z } from 'zod';

/** A case with its reads next to each other, by alias (R21), beside what is known of it. */
export const sideBySideCase = z.object({
  taskId: z.uuid(),
  externalId: z.string(),
  status: z.string(),
  final: z.string().nullable(),
  gold: z.array(z.string()),
  reads: z.array(
    z.object({
      alias: z.string(),
      answer: z.string(),
      confidence: z.number().nullable(),
      rationale: z.string().nullable(),
    }),
  ),
});
export type SideBySideCase = z.infer<typeof sideBySideCase>;
