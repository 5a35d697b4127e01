import type { Queryable } from '#db/client.ts';
import { type AnswerPattern, patternKappa } from '#server/quality/pattern-agreement.ts';
import { proportion } from '#server/quality/proportion.ts';
import { ALL_DAYS } from './counts.ts';
import type { ScoreFigure } from './figure-schema.ts';
import { figureOf } from './figures.ts';
import { labelsOf } from './label-sets.ts';
import type { MeasuredField } from './rules.ts';
import { batchPatternsOf } from './running-reads.ts';

/** Agreement of a batch's readers on one class or label by itself. */
export type ClassAgreement = {
  value: string;
  /** Fleiss' kappa of "this, or not"; beside it Gwet's AC1, because kappa of a rare class is small whatever readers do. */
  kappa: ScoreFigure;
  gwetAc: ScoreFigure;
  /** Share of the answers that are (or hold) it. */
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
    .map((one) => ({ votes: JSON.parse(one.pattern) as [string, number][], n: one.n }));
  return classes.map((value) => {
    const isGiven = (answer: string) =>
      field.isSet === true ? labelsOf(answer).includes(value) : answer === value;
    let [given, all] = [0, 0];
    const table = parsed.map(({ votes, n }): AnswerPattern => {
      const counts = Float64Array.of(0, 0);
      for (const [answer, votesOfIt] of votes) {
        const at = Number(isGiven(answer));
        counts[at] = (counts[at] ?? 0) + votesOfIt;
      }
      given += n * (counts[1] ?? 0);
      all += n * ((counts[0] ?? 0) + (counts[1] ?? 0));
      return { counts, n };
    });
    const options = { levels: LEVELS, weights: 'none' } as const;
    return {
      value,
      kappa: figureOf(patternKappa(table, { ...options, coefficient: 'fleiss' })),
      gwetAc: figureOf(patternKappa(table, { ...options, coefficient: 'gwet_ac' })),
      share: figureOf(proportion(given, all, { reason: 'no_data', name: 'answer_share' })),
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
