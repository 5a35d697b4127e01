import type { OverlapRule } from '#server/projects/tier-schemas.ts';
import { answerKey, closedAnswers } from '#server/protocols/rules.ts';
import type { Answers, AnswerValue, LabelField, LabelSchema } from '#server/protocols/schemas.ts';
import { classPosterior, evenConfusion, needsAnotherRead } from '#server/quality/adaptive-overlap.ts';
import { settleByMajority } from './rules.ts';
import type { FinalField } from './schemas.ts';

/** A read as it is weighed: who gave which answers. */
export type WeighedRead = { annotatorId: string; answers: Answers };

/** How often a reader's answer to a field is right, 0..1. */
export type AccuracyOf = (annotatorId: string, field: string) => number;

type Counted = { right: number; n: number };

/** Accuracy that is assumed before anything has been counted: what 20 pathologists showed on prostate grades. */
const ASSUMED = 0.82;
/** How many answers the batch's own rate counts as for a reader of whom little is known (Toloka's K, a little stronger). */
const PRIOR_ANSWERS = 10;
/** No reader is taken to be surer than this: errors of readers go together, and posteriors over-promise. */
const MOST_SURE = 0.99;

/**
 * A reader's accuracy from right and wrong answers, drawn towards the rate of the whole batch while there are few:
 * (right + 10 · rate) / (n + 10), and never taken for chance or certainty. `kinds` is the number of possible answers.
 */
export function calibratedAccuracy(own: Counted, whole: Counted, kinds: number): number {
  const rate = (whole.right + PRIOR_ANSWERS * ASSUMED) / (whole.n + PRIOR_ANSWERS);
  const accuracy = (own.right + PRIOR_ANSWERS * rate) / (own.n + PRIOR_ANSWERS);
  return Math.min(MOST_SURE, Math.max(1 / kinds + 0.01, accuracy));
}

/**
 * What is known of a reader, or of a batch, but for one case: what that case's own known answer put in is taken out, because it may not
 * help to decide the label that is held against it (R8).
 */
export const withoutCase = (all: Counted, ofCase: Counted): Counted => ({
  right: all.right - ofCase.right,
  n: all.n - ofCase.n,
});

/**
 * The most probable answer to a closed field, each read weighed by its reader's accuracy, wrong answers thought equally
 * likely, every class equally likely before. Null when the field is open or most readers left it unanswered, which is an
 * answer of its own (a field that only some cases ask).
 */
export function weighField(
  field: LabelField,
  reads: readonly WeighedRead[],
  accuracyOf: AccuracyOf,
): { value: AnswerValue | null; confidence: number } | null {
  const kinds = closedAnswers(field);
  if (kinds === null || kinds.length < 2) return null;
  const given = reads.flatMap((read) => {
    const key = answerKey(field, read.answers[field.key]);
    const answer = kinds.findIndex((kind) => kind.key === key);
    return answer < 0 ? [] : [{ answer, accuracy: accuracyOf(read.annotatorId, field.key) }];
  });
  if (given.length === 0 || given.length * 2 < reads.length) return null;
  const size = kinds.length;
  const posterior = classPosterior(
    given.map(({ answer, accuracy }) => ({ answer, confusion: evenConfusion(accuracy, size) })),
    new Float64Array(size).fill(1 / size),
  );
  let best = 0;
  for (let k = 1; k < size; k += 1) if ((posterior[k] ?? 0) > (posterior[best] ?? 0)) best = k;
  const confidence = posterior[best] ?? 0;
  const isTied = posterior.some((one, k) => k !== best && Math.abs(one - confidence) < 1e-9);
  return { value: isTied ? null : (kinds[best]?.value ?? null), confidence: Math.min(1, confidence) };
}

/**
 * Final fields of an adaptive batch: closed fields by the posterior that decided when to stop, with it as their confidence;
 * open fields by majority. Fields on which all agree keep `unanimous`, a single read `single`.
 */
export function settleByWeight(
  schema: LabelSchema,
  reads: readonly WeighedRead[],
  accuracyOf: AccuracyOf,
): Record<string, FinalField> {
  const voted = settleByMajority(
    schema,
    reads.map((read) => read.answers),
  );
  for (const field of schema.fields) {
    const before = voted[field.key];
    const weighed = weighField(field, reads, accuracyOf);
    if (before === undefined || weighed === null || before.path === 'unanswered') continue;
    const { value, confidence } = weighed;
    const isAgreed = before.path === 'unanimous' || before.path === 'single';
    const path = value === null ? 'undecided' : isAgreed ? before.path : 'weighted';
    voted[field.key] = { value, confidence, votes: before.votes, path };
  }
  return voted;
}

/** The least sure closed field of a case; 1 when there is none to be sure of (`overlapFaults` refuses a protocol that counts on others). */
export function confidenceOf(
  schema: LabelSchema,
  reads: readonly WeighedRead[],
  accuracyOf: AccuracyOf,
): number {
  const sure = schema.fields.map((field) => weighField(field, reads, accuracyOf)?.confidence ?? 1);
  return Math.min(1, ...sure);
}

/**
 * The lowest agreement among the fields that can be compared answer by answer: the share of pairs of reads that gave the
 * same answer, silence being one. 1 with fewer than two reads. Numbers and free text are left out: they hardly ever match.
 */
export function agreementOf(schema: LabelSchema, reads: readonly Answers[]): number {
  if (reads.length < 2) return 1;
  const shares = schema.fields
    .filter((field) => field.type !== 'text' && field.type !== 'number')
    .map((field) => {
      const counts = new Map<string | null, number>();
      for (const answers of reads) {
        const key = answerKey(field, answers[field.key]);
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      const same = [...counts.values()].reduce((sum, n) => sum + n * (n - 1), 0);
      return same / (reads.length * (reads.length - 1));
    });
  return Math.min(1, ...shares);
}

/**
 * Whether a case whose reads are all in needs one more under the batch's rule: below `minConfidence` (adaptive), or below
 * `agreementThreshold` (on disagreement), and not at the maximum yet. Never for a fixed overlap or a share.
 */
export function wantsAnotherRead(input: {
  rule: OverlapRule;
  overlap: number;
  schema: LabelSchema;
  reads: readonly WeighedRead[];
  accuracyOf: AccuracyOf;
}): boolean {
  const { rule, overlap, schema, reads } = input;
  switch (rule.mode) {
    case 'adaptive':
      return needsAnotherRead(
        { nReads: reads.length, confidence: confidenceOf(schema, reads, input.accuracyOf) },
        { minimum: overlap, maximum: rule.maxOverlap, minConfidence: rule.minConfidence },
      );
    case 'on_disagreement': {
      const agreement = agreementOf(
        schema,
        reads.map((read) => read.answers),
      );
      return reads.length < overlap + rule.maxAdditionalAnnotators && agreement < rule.agreementThreshold;
    }
    default:
      return false;
  }
}
