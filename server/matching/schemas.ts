import { z } from 'zod';
import { credentialRule } from '#server/credentials/schemas.ts';
import { PEOPLE_GATES } from './people-facts.ts';
import { PARTS, type Part, WEIGHT_LIMITS } from './weights.ts';

const weight = (part: Part) => {
  const { least, most } = WEIGHT_LIMITS[part];
  const words = `The weight of ${part} lies between ${least * 100} % and ${most * 100} %.`;
  return z.number(words).min(least, words).max(most, words);
};

/** Weights within their limits that sum to one. */
export const weights = z
  .strictObject({
    accuracy: weight('accuracy'),
    reliability: weight('reliability'),
    price: weight('price'),
    timezone: weight('timezone'),
    capacity: weight('capacity'),
    freshness: weight('freshness'),
    throughput: weight('throughput'),
  })
  .refine((given) => Math.abs(PARTS.reduce((sum, part) => sum + given[part], 0) - 1) < 0.0005, {
    message: 'The weights must sum to 100 %.',
  });

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
  key: z.enum(PARTS),
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
  isNewcomer: z.boolean(),
});

/** A rule that is being written. */
export const meetingInput = z.strictObject({ rule: credentialRule });
/** How many of those who may read meet it now, and how many of these on their own account. */
export const meetingCount = z.object({
  all: z.number().int(),
  meeting: z.number().int(),
  independents: z.number().int(),
});

export const reachInput = z.strictObject({
  projectId: z.uuid(),
  /** Price per read that is thought of, in minor units. */
  priceMinor: z.number().int().min(1, 'A price is above 0.').max(100_000_000).nullable(),
});

/** Who could read a project before it is posted; null where nothing is known, with the reason. */
export const reachView = z.object({
  qualified: z.number().int(),
  available: z.number().int(),
  days: z.number().nullable(),
  daysReason: z.string().nullable(),
  hoursPerWeek: z.number(),
  isHoursAssumed: z.boolean(),
  reliability: z.object({ lower: z.number(), upper: z.number(), n: z.number().int() }).nullable(),
  reliabilityReason: z.string().nullable(),
  priceShare: z.number().nullable(),
  pricesKnown: z.number().int(),
  cases: z.number().int(),
  overlap: z.number().int(),
  /** How many each gate keeps out, and how many would come in if it alone opened. */
  leftOut: z.array(
    z.object({ gate: z.enum(PEOPLE_GATES), failing: z.number().int(), onlyThis: z.number().int() }),
  ),
  weights,
});

export const setWeightsInput = z.strictObject({ projectId: z.uuid(), weights: weights.nullable() });
export const weightsSet = z.object({ weights });
