import type { Queryable } from '#db/client.ts';
import { clusteredProportion } from '#server/quality/clustered-proportion.ts';
import { type AnswerPattern, patternKappa } from '#server/quality/pattern-agreement.ts';
import { ALL_DAYS } from './counts.ts';
import type { ScoreFigure } from './figure-schema.ts';
import { figureOf } from './figures.ts';
import { labelsOf } from './label-sets.ts';
import type { MeasuredField } from './rules.ts';
import { outcomeOf, votesOf } from './running-measures.ts';
import { batchPatternsOf } from './running-reads.ts';

/** Agreement of a batch's readers on one class or label by itself. */
export type ClassAgreement = {
  value: string;
  /** Fleiss' kappa of "this, or not"; beside it Gwet's AC1, because kappa of a rare class is small whatever readers do. */
  kappa: ScoreFigure;
  gwetAc: ScoreFigure;
  /** Share of the answers that are (or hold) it, with an interval by case. */
  share: ScoreFigure;
};

const LEVELS = Float64Array.of(0, 1);

/**
 * For finding the class whose definition does not work: agreement on each class of a closed field, or on each label of a field that takes
 * several, as "given or not". From answer patterns, which are all that agreement depends on.
 */
export function classAgreement(
  field: MeasuredField,
  classes: readonly string[],
  patterns: readonly { pattern: string; n: number }[],
): ClassAgreement[] {
  if (patterns.length === 0) return [];
  const parsed = [...patterns]
    .sort((a, b) => (a.pattern < b.pattern ? -1 : 1))
    .map((one) => ({ votes: votesOf(one.pattern), n: one.n }));
  return classes.map((value) => {
    const isGiven = (answer: string) =>
      field.isSet === true ? labelsOf(answer).includes(value) : answer === value;
    const outcomes = parsed.map(({ votes, n }) => outcomeOf(votes, isGiven, n));
    const table = outcomes.map(
      ({ compared, right, n }): AnswerPattern => ({ counts: Float64Array.of(compared - right, right), n }),
    );
    const options = { levels: LEVELS, weights: 'none' } as const;
    return {
      value,
      kappa: figureOf(patternKappa(table, { ...options, coefficient: 'fleiss' })),
      gwetAc: figureOf(patternKappa(table, { ...options, coefficient: 'gwet_ac' })),
      share: figureOf(clusteredProportion(outcomes, { reason: 'no_data', name: 'answer_share' })),
    };
  });
}

/** The same from a batch's running counts over all days; empty for numbers and free text. */
export async function classAgreementOf(
  q: Queryable,
  of: { batchId: string; field: MeasuredField; classes: readonly string[] },
): Promise<ClassAgreement[]> {
  const { batchId, field, classes } = of;
  if (classes.length === 0) return [];
  return classAgreement(
    field,
    classes,
    await batchPatternsOf(q, { batchId, field: field.key, day: ALL_DAYS }),
  );
}
