import { evaluateCredentialRule } from '#server/credentials/rules.ts';
import type { CredentialRule, CredentialSnapshot } from '#server/credentials/schemas.ts';
import type { ReviewRule } from '#server/projects/tier-schemas.ts';
import type { Answers, LabelSchema } from '#server/protocols/schemas.ts';
import { isInShare } from '#server/work/rules.ts';
import { agreementOf } from './extra-reads.ts';

/** A read as review rules look at it. */
export type RoutedRead = {
  answers: Answers;
  /** How sure the reader said they were, 1 to 5; null when they did not say. */
  confidence: number | null;
  /** Which of the reader's own reads in the batch it is, from 1; beyond what any rule asks it may be Infinity. */
  ordinal: number;
  /** What its reader held when they claimed it; null where no rule asks, or nothing is known. */
  snapshot: CredentialSnapshot | null;
};

/** Why a case goes to review. `share` is the plain share of all cases, the rest are the kinds of rules. */
export type ReviewReason = 'share' | ReviewRule['kind'];

/**
 * Why a case with these reads goes to review: in the random share, or met by a rule and in that rule's sample. Chance is a
 * hash of the batch's seed, the rule and the case, so that asking again gives the same answer. Empty when it does not go.
 */
export function reviewReasons(input: {
  rules: readonly ReviewRule[];
  shareBasisPoints: number;
  seed: number;
  taskId: string;
  schema: LabelSchema;
  reads: readonly RoutedRead[];
  subgroups: Readonly<Record<string, string>>;
}): ReviewReason[] {
  const { rules, seed, taskId } = input;
  const reasons: ReviewReason[] = isInShare(seed, taskId, input.shareBasisPoints) ? ['share'] : [];
  for (const [place, rule] of rules.entries()) {
    if (reasons.includes(rule.kind)) continue;
    const isSampled = isInShare(seed, `${place}|${rule.kind}|${taskId}`, rule.sampleRateBasisPoints);
    if (isSampled && isMet(rule, input)) reasons.push(rule.kind);
  }
  return reasons;
}

function isMet(
  rule: ReviewRule,
  input: {
    schema: LabelSchema;
    reads: readonly RoutedRead[];
    subgroups: Readonly<Record<string, string>>;
  },
): boolean {
  const { schema, reads, subgroups } = input;
  switch (rule.kind) {
    case 'low_agreement':
      return (
        agreementOf(
          schema,
          reads.map((read) => read.answers),
        ) < rule.agreementBelow
      );
    case 'low_confidence':
      // Unsaid counts as low: it may be left out, and whoever always leaves it out would never be looked at.
      return reads.some((read) => read.confidence === null || read.confidence <= rule.confidenceAtMost);
    case 'new_annotator':
      return reads.some((read) => read.ordinal <= rule.firstReads);
    case 'rare_class': {
      const field = schema.fields.find((one) => one.key === rule.field);
      return field !== undefined && reads.some((read) => names(read.answers[rule.field], rule.value));
    }
    case 'subgroup':
      return subgroups[rule.column] === rule.value;
    case 'technical_reader':
      return reads.some((read) => !isExpert(rule.expert, read.snapshot));
  }
}

/** Whether what somebody held when they took the case makes them an expert; of whom nothing is known is none. */
export function isExpert(rule: CredentialRule, snapshot: CredentialSnapshot | null): boolean {
  return snapshot !== null && evaluateCredentialRule(rule, snapshot, new Date(snapshot.takenAt)).allowed;
}

/** Whether an answer is a class or, for several labels, has it among them. */
function names(answer: Answers[string] | undefined, value: string): boolean {
  if (answer === undefined) return false;
  return Array.isArray(answer) ? answer.includes(value) : String(answer) === value;
}
