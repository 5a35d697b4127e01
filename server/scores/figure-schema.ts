import { z } from 'zod';

/** A measurement as screens show it: null with a reason, and n and interval beside every value. */
export const scoreFigure = z.object({
  value: z.number().nullable(),
  interval: z.tuple([z.number(), z.number()]).nullable(),
  n: z.number(),
  reason: z.string().nullable(),
  /** What was left out, by reason; absent when nothing was. */
  excluded: z.record(z.string(), z.number()).optional(),
});
export type ScoreFigure = z.infer<typeof scoreFigure>;
