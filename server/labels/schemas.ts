import { z } from 'zod';
import { answerValue } from '#server/protocols/schemas.ts';

/** How a field of a final label was settled. */
export const FINAL_PATHS = [
  'single',
  'unanimous',
  'majority',
  'dawid_skene',
  'review',
  'adjudication',
  'undecided',
  'unanswered',
] as const;

/** One settled field. `value` is null when undecided or unanswered; `votes` are of the independent reads. */
export const finalField = z.object({
  value: answerValue.nullable(),
  /** Share of votes, or the posterior probability; null after review or adjudication and for free text. */
  confidence: z.number().min(0).max(1).nullable(),
  votes: z.array(z.object({ value: answerValue, n: z.number().int() })),
  path: z.enum(FINAL_PATHS),
});
export type FinalField = z.infer<typeof finalField>;
export const finalFields = z.record(z.string(), finalField);
