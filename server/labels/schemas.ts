import { z } from 'zod';
import { auditPlan } from '#server/projects/tier-schemas.ts';
import { answersRecord, answerValue } from '#server/protocols/schemas.ts';
import { AUDIT_ERROR_KINDS, REJECT_REASONS, REVIEW_OUTCOMES } from '#server/work/draft-work.ts';
import { circumstancesInput } from '#server/work/schemas.ts';

/** How a field of a final label was settled. */
export const FINAL_PATHS = [
  'single',
  'unanimous',
  'majority',
  'median',
  'dawid_skene',
  'weighted',
  'review',
  'adjudication',
  'undecided',
  'unanswered',
] as const;

/** How a case of a batch stands. */
export const CASE_STATUSES = [
  'open',
  'labelled',
  'in_review',
  'in_adjudication',
  'final',
  'unusable',
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

/**
 * Why a case of a test reference was left undecided whatever its reads say (R5), kept among the sources of its final label: fewer reads than
 * its protocol names, or back after the settlement, when what the protocol names is not done again.
 */
export const LEFT_BECAUSE = ['too_few_reads', 'after_settlement'] as const;
export type LeftBecause = (typeof LEFT_BECAUSE)[number];

/** Number of the slot in a review row that no review slot stands behind: the sponsor's own decision, and an appeal's. */
export const BY_SPONSOR = -1;
export const BY_APPEAL = -2;

const comment = z.string().trim().max(4000).default('');
const circumstances = {
  batchId: z.uuid(),
  leaseId: z.uuid(),
  /** Made by the client; the same id again is a replay. */
  labelId: z.uuid(),
  ...circumstancesInput,
};

const reviewDecision = z
  .object({
    /** The label decided on. */
    labelId: z.uuid(),
    outcome: z.enum(REVIEW_OUTCOMES),
    /** Who corrects a returned label: its author, or somebody else afresh; then the author is paid and done with it. */
    to: z.enum(['author', 'another']).default('author'),
    reason: z.enum(REJECT_REASONS).nullish(),
    comment,
  })
  .refine((d) => d.outcome !== 'return' || d.comment !== '', {
    path: ['comment'],
    message: 'Tell the author what to correct.',
  })
  .refine((d) => d.outcome !== 'reject' || (d.reason != null && d.comment !== ''), {
    path: ['reason'],
    message: 'A rejection needs a reason from the list and its evidence (R31).',
  });

export const reviewInput = z
  .object({
    ...circumstances,
    decisions: z.array(reviewDecision).min(1).max(100),
    /** The right answers, when any label is accepted with a fix. */
    fixedAnswers: answersRecord.nullish(),
  })
  .refine((r) => !r.decisions.some((d) => d.outcome === 'fix_accept') || r.fixedAnswers != null, {
    path: ['fixedAnswers'],
    message: 'Give the corrected answers.',
  });
export type ReviewInput = z.input<typeof reviewInput>;

export const adjudicationInput = z.object({
  ...circumstances,
  answers: answersRecord,
  rationale: z.string().trim().min(1, 'Say why you decided so.').max(4000),
});
export type AdjudicationInput = z.input<typeof adjudicationInput>;

export type AuditErrorKind = (typeof AUDIT_ERROR_KINDS)[number];

export const auditInput = z
  .object({
    ...circumstances,
    /** `read`: a blind re-read; what it says of the final label is the server's to tell. */
    outcome: z.enum(['agree', 'disagree', 'read'], { error: 'Say whether the final label is right.' }),
    errorKind: z.enum(AUDIT_ERROR_KINDS).nullish(),
    /** The corrected answers, or the blind ones. */
    answers: answersRecord.nullish(),
    comment,
  })
  .refine((a) => a.outcome === 'agree' || a.answers != null, {
    path: ['answers'],
    message: 'Give the right answers.',
  })
  .refine((a) => a.outcome !== 'disagree' || a.errorKind != null, {
    path: ['errorKind'],
    message: 'Choose what is wrong with the label.',
  });
export type AuditInput = z.input<typeof auditInput>;

/** An audit to order for a batch under way or closing. */
export const orderAuditInput = z.object({ batchId: z.uuid(), plan: auditPlan });

export const rejectInput = z.object({
  batchId: z.uuid(),
  labelId: z.uuid(),
  reason: z.enum(REJECT_REASONS, { error: 'Choose why it is rejected.' }),
  evidence: z.string().trim().min(1, 'Say what shows it.').max(4000),
});
export type RejectInput = z.infer<typeof rejectInput>;
