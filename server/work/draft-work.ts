import { z } from 'zod';

/** What a reviewer may decide on a read. */
export const REVIEW_OUTCOMES = ['accept', 'fix_accept', 'return', 'reject'] as const;
/** R31: the only reasons for which work goes unpaid. Disagreement is not among them. */
export const REJECT_REASONS = [
  'no_effort',
  'protocol_rule_broken',
  'wrong_case',
  'not_own_work',
  'duplicate',
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];
/** Code in a refusal of a panel's decision: a check has spoken against the label since the case was opened, which is to be opened again (R25). */
export const DISSENT_ADDED = 'dissent_added';

/** What is wrong with a final label, as a check of it found. */
export const AUDIT_ERROR_KINDS = ['mislabel', 'omission', 'extra', 'boundary', 'inconsistency'] as const;

const words = z.string().max(4000);
const draftDecision = z.object({
  /** The label decided on. */
  labelId: z.uuid(),
  outcome: z.enum(REVIEW_OUTCOMES),
  to: z.enum(['author', 'another']),
  reason: z.enum(REJECT_REASONS).nullable(),
  comment: words,
});

/**
 * What somebody has put down about a case besides the answers, by tier, finished or not: the submission of the tier says what is
 * missing. Kept with the answers, so that a lost lease costs no work at any tier.
 */
export const draftWork = z.discriminatedUnion('tier', [
  z.object({
    tier: z.literal('label'),
    confidence: z.number().int().min(1).max(5).nullable(),
    rationale: words.nullable(),
  }),
  z.object({ tier: z.literal('review'), decisions: z.array(draftDecision).max(100) }),
  z.object({
    tier: z.literal('audit'),
    /** Null in a blind re-read, and until it is said. */
    outcome: z.enum(['agree', 'disagree']).nullable(),
    errorKind: z.enum(AUDIT_ERROR_KINDS).nullable(),
    comment: words,
  }),
  z.object({ tier: z.literal('adjudicate'), rationale: words }),
]);
export type DraftWork = z.infer<typeof draftWork>;
