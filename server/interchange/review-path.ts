import type { AdjudicationStep, ReviewStep } from '#server/labels/reads.ts';
import type { ExportSource } from './export-source.ts';

/** One reviewer's decision as an export states it: by whom (pseudonym), with which credentials then, and why. */
export function reviewRecord(step: ReviewStep, source: ExportSource) {
  return {
    label_id: step.labelId,
    outcome: step.outcome,
    reason: step.reason,
    comment: step.comment,
    reviewer_alias: step.reviewerAlias,
    reviewer_credentials: source.standingOf(step.reviewerId, 'review', step.termsNo)?.credentials ?? null,
    decided_at: step.decidedAt.toISOString(),
  };
}

/** The panel's decision on a case as an export states it (R25). */
export function adjudicationRecord(step: AdjudicationStep, source: ExportSource) {
  return {
    label_id: step.labelId,
    adjudicator_alias: step.adjudicatorAlias,
    adjudicator_credentials:
      source.standingOf(step.adjudicatorId, 'adjudicate', step.termsNo)?.credentials ?? null,
    answers: step.answers,
    rationale: step.rationale,
    decided_at: step.decidedAt.toISOString(),
  };
}
