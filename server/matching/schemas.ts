import { z } from 'zod';

const gate = z.object({
  code: z.string(),
  label: z.string(),
  passed: z.boolean(),
  /** What is missing and what would change it; null when the gate is passed. */
  detail: z
    .object({
      code: z.string(),
      message: z.string(),
      path: z.string().optional(),
      line: z.number().optional(),
      href: z.string().optional(),
    })
    .nullable(),
});

const part = z.object({
  key: z.string(),
  label: z.string(),
  value: z.number().nullable(),
  weight: z.number(),
  explanation: z.string(),
});

/** A candidate with its gates and score parts; no score when a gate fails. */
export const rankedCandidate = z.object({
  orgId: z.uuid(),
  name: z.string(),
  kind: z.enum(['vendor', 'independent']),
  country: z.string(),
  gates: z.array(gate),
  parts: z.array(part),
  score: z.number().nullable(),
});
