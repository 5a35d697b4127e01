import { z } from 'zod';
import { windDownCertificate } from '#server/agreements/schemas.ts';
import { pilotTerms } from '#server/bids/schemas.ts';

/** A measurement as it is stored and sent: never NaN, null with a reason. */
export const measurement = z.object({
  value: z.number().nullable(),
  ci: z.tuple([z.number(), z.number()]).nullable(),
  se: z.number().nullable(),
  n: z.number(),
  nExcluded: z.number(),
  reason: z.string().nullable(),
  method: z.string(),
});
export type StoredMeasurement = z.infer<typeof measurement>;

/** One line of the scorecard: what was asked, what was seen, what follows. */
export const criterionResult = z.object({
  key: z.string(),
  label: z.string(),
  direction: z.enum(['at_least', 'at_most']),
  threshold: z.number(),
  unit: z.string(),
  measurement,
  verdict: z.enum(['pass', 'inconclusive', 'fail']),
  /** For an inconclusive line: how many items in all, those read included, would probably decide it (R10). */
  itemsInAll: z.number().nullable(),
});
export type CriterionResult = z.infer<typeof criterionResult>;

/** The three costs of R12 in minor units; null with a reason. */
export const costs = z.object({
  currency: z.string(),
  totalMinor: z.bigint(),
  reads: z.number(),
  finalLabels: z.number(),
  perReadMinor: z.number().nullable(),
  perFinalLabelMinor: z.number().nullable(),
  perCorrectLabelMinor: z.number().nullable(),
  perCorrectLabelInterval: z.tuple([z.number(), z.number()]).nullable(),
  perCorrectReason: z.string().nullable(),
});
export type Costs = z.infer<typeof costs>;

export const decidePilotInput = z
  .object({
    pilotId: z.uuid(),
    decision: z.enum(['award', 'extend', 'retry', 'decline']),
    shareBasisPoints: z.int().min(1).max(10_000).optional(),
    reason: z.string().trim().max(4000).default(''),
    typedName: z.string().trim().min(2, 'Type your full name as your signature.').max(200),
    /** Hash of the scorecard that was on the screen, so that nobody signs another one. */
    scorecardSha256: z.string().length(64),
  })
  .refine((input) => input.decision !== 'award' || input.shareBasisPoints !== undefined, {
    path: ['shareBasisPoints'],
    message: 'Say which share of the work is awarded.',
  });
export type DecidePilotInput = z.infer<typeof decidePilotInput>;

/** Terms as they are being set, and by how much a vendor is supposed to be better or worse than each bound. */
export const outlookInput = z.object({
  projectId: z.uuid(),
  terms: pilotTerms,
  margin: z.number().min(0.01).max(0.3).default(0.05),
});

export const pilotIdInput = z.object({ pilotId: z.uuid() });

export const abandonPilotInput = pilotIdInput.extend({
  reason: z.string().trim().min(10, 'Say why, in a sentence; the sponsor reads it.').max(2000),
});

/** How what was held of a pilot was returned or destroyed (R16). */
export const certifyReturnInput = pilotIdInput.extend({ certificate: windDownCertificate });
export type CertifyReturnInput = z.infer<typeof certifyReturnInput>;
