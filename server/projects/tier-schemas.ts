import { z } from 'zod';
import { credentialRule } from '#server/credentials/schemas.ts';

/**
 * How reads become a final label. `auto` takes, per field, what is most often right on gold once the reading is over; a test
 * reference names its method before the first read (R5).
 */
export const CONSENSUS_METHODS = ['majority', 'dawid_skene', 'auto'] as const;
export type ConsensusMethodName = (typeof CONSENSUS_METHODS)[number];

/*
 * The part of the quality policy that says how many reads a case gets, which cases a second person looks at, and what is
 * checked by whom. Names follow the field's conventions: overlap_coverage_percent, max_overlap, min_confidence,
 * agreement_threshold, max_additional_annotators, sample_rate.
 */

const fieldKey = z.string().trim().min(1, 'Name the field of the protocol.').max(60);
const className = z.string().trim().min(1, 'Name the class.').max(200);
const openShare = z
  .number()
  .gt(0, 'A threshold lies between 0 and 1.')
  .lt(1, 'A threshold lies between 0 and 1.');
const sampleRateBasisPoints = z
  .number()
  .int('A share is a whole number of basis points.')
  .min(1, 'A sample rate is above 0 %.')
  .max(10_000, 'A sample rate is at most 100 %.');

/** How many independent reads a case gets beyond the plain "overlap for all". */
export const overlapRule = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('fixed') }),
  /** A share of the cases gets the overlap, the rest one read. */
  z.strictObject({
    mode: z.literal('share'),
    overlapCoveragePercent: z
      .number()
      .min(0.01, 'The share with full overlap is above 0 %.')
      .max(100, 'The share with full overlap is at most 100 %.'),
  }),
  /** From the overlap on one read more at a time, until the posterior of every closed field is `minConfidence`. */
  z.strictObject({
    mode: z.literal('adaptive'),
    maxOverlap: z.number().int().min(2, 'At least 2 reads at most.').max(100, 'At most 100 reads per case.'),
    minConfidence: z
      .number()
      .min(0.5, 'The confidence asked for is at least 0.5.')
      .lt(1, 'The confidence asked for is below 1; nobody reaches certainty.'),
  }),
  /** One read more at a time while the reads of a case agree less than `agreementThreshold`. */
  z.strictObject({
    mode: z.literal('on_disagreement'),
    agreementThreshold: z
      .number()
      .gt(0, 'The agreement asked for is above 0.')
      .max(1, 'The agreement asked for is at most 1.'),
    maxAdditionalAnnotators: z.number().int().min(1, 'At least one more read.').max(50, 'At most 50 more.'),
  }),
]);
export type OverlapRule = z.infer<typeof overlapRule>;
export const FIXED_OVERLAP: OverlapRule = { mode: 'fixed' };

/** A rule that sends a case to review; of the cases it meets, `sampleRateBasisPoints` are sent. */
export const reviewRule = z.discriminatedUnion('kind', [
  /** The reads of any closed field agree less than this (share of agreeing pairs). */
  z.strictObject({
    kind: z.literal('low_agreement'),
    agreementBelow: z.number().gt(0).max(1),
    sampleRateBasisPoints,
  }),
  /** A reader said they were at most so sure, on the scale of 1 to 5, or left it out, which counts as low. */
  z.strictObject({
    kind: z.literal('low_confidence'),
    confidenceAtMost: z.number().int().min(1).max(4),
    sampleRateBasisPoints,
  }),
  /** One of the reads is among the first so many of its reader in the batch. */
  z.strictObject({
    kind: z.literal('new_annotator'),
    firstReads: z.number().int().min(1).max(10_000),
    sampleRateBasisPoints,
  }),
  /** A read names this class. */
  z.strictObject({ kind: z.literal('rare_class'), field: fieldKey, value: className, sampleRateBasisPoints }),
  /** The case is of this subgroup. */
  z.strictObject({
    kind: z.literal('subgroup'),
    column: z.string().trim().min(1, 'Name the subgroup column.').max(60),
    value: z.string().trim().min(1, 'Name the subgroup.').max(200),
    sampleRateBasisPoints,
  }),
  /** A reader is no expert by this rule: technical staff is paired with experts, who alone review in such a batch (ADR 026). */
  z.strictObject({
    kind: z.literal('technical_reader'),
    expert: credentialRule.refine(
      (rule) => rule.anyOf.length > 0,
      'Say by which credentials an expert is told.',
    ),
    sampleRateBasisPoints,
  }),
]);
export type ReviewRule = z.infer<typeof reviewRule>;
export const reviewRules = z.array(reviewRule).max(20, 'At most 20 review rules.');

/** Shares of a batch at which new claims stop until the clinical lead has signed, in basis points, rising. */
export const checkpointShares = z
  .array(z.number().int().min(1, 'A checkpoint lies above 0 %.').max(9_999, 'A checkpoint lies below 100 %.'))
  .max(20, 'At most 20 checkpoints.')
  .refine((shares) => shares.every((share, at) => at === 0 || share > (shares[at - 1] ?? 0)), {
    message: 'Give the checkpoints in rising order, each once.',
  });

/** The audit of final labels by an auditor of another organisation (R25); null means none. */
export const auditPlan = z
  .strictObject({
    /** To be shown: the error rate of the final labels is at most this. */
    maxErrorRate: openShare,
    /** How sure the statement is to be. */
    confidence: z.number().min(0.5, 'A confidence is at least 0.5.').lt(1, 'A confidence is below 1.'),
    /** The error rate that is thought likely: the sample is large enough to pass with it four times in five. */
    expectedErrorRate: z.number().min(0).lt(1),
  })
  .refine((plan) => plan.expectedErrorRate < plan.maxErrorRate, {
    path: ['expectedErrorRate'],
    message: 'The error rate thought likely must be below the one to be shown.',
  });
export type AuditPlan = z.infer<typeof auditPlan>;

/** The search for misses: a share of the final labels of the normal class is read again, blind; null means none. */
export const missRule = z.strictObject({
  field: fieldKey,
  /** The value that means "nothing found". */
  normalValue: className,
  shareBasisPoints: sampleRateBasisPoints,
});
export type MissRule = z.infer<typeof missRule>;

/** The keys that these rules add to the quality policy; a policy without them has none of it. */
export const tierPolicy = {
  overlapRule: overlapRule.default(FIXED_OVERLAP),
  reviewRules: reviewRules.default([]),
  checkpointBasisPoints: checkpointShares.default([]),
  audit: auditPlan.nullable().default(null),
  misses: missRule.nullable().default(null),
};

/** Nothing beyond a fixed overlap. */
export const NO_TIERS = {
  overlapRule: FIXED_OVERLAP,
  reviewRules: [] as ReviewRule[],
  checkpointBasisPoints: [] as number[],
  audit: null,
  misses: null,
};
