import { kappaOfCrossTable } from '#server/quality/cohen-kappa.ts';
import { buildConfusionMatrix, type ConfusionMatrix } from '#server/quality/confusion-matrix.ts';
import { type Measurement, unmeasured } from '#server/quality/measurement.ts';
import { type AnswerPattern, patternAlpha, patternKappa } from '#server/quality/pattern-agreement.ts';
import { perClassScores } from '#server/quality/per-class.ts';
import { proportion } from '#server/quality/proportion.ts';
import type { MeasuredField } from './rules.ts';

/** Version of the way running scores follow from counts; stored with each. */
export const RUNNING_VERSION = '1';

/** Counts of one subject, field and day. */
export type SubjectCounts = {
  cells: readonly { reference: string; truth: string; answer: string; n: number }[];
  patterns: readonly { pattern: string; n: number }[];
};

export type RunningMeasure = { metric: string; className: string; measurement: Measurement };

/**
 * Every running score that the counts of one subject, field and day carry, each with n and interval (`level`, default
 * 95 %). Reliability of a batch or team from its answer patterns, accuracy from gold, agreement with the others' plurality
 * under its own name (R8). What cannot be said is absent, save accuracy, which says `no_reference`.
 */
export function runningMeasures(
  field: MeasuredField,
  counts: SubjectCounts,
  options: { level?: number } = {},
): RunningMeasure[] {
  const { level = 0.95 } = options;
  const found: RunningMeasure[] = [];
  const add = (metric: string, measurement: Measurement, className = '') =>
    found.push({ metric, className, measurement });
  if (counts.patterns.length > 0)
    for (const one of reliabilityOf(field, counts.patterns, level)) add(one.metric, one.measurement);
  const gold = matrixOf(field, counts, 'gold');
  const scores = perClassScores(gold, { level });
  add('accuracy', scores.accuracy);
  if (field.scale !== 'interval') {
    add('balanced_accuracy', scores.balancedAccuracy);
    if (field.scale === 'ordinal') add('within_one', scores.withinOne);
    for (const one of scores.classes) {
      add('sensitivity', one.sensitivity, one.category);
      add('specificity', one.specificity, one.category);
    }
    const given = counts.cells.filter((cell) => cell.reference === 'answers');
    const total = sumOf(given);
    for (const category of field.categories) {
      const own = sumOf(given.filter((cell) => cell.answer === category));
      add(
        'answer_share',
        proportion(own, total, { level, reason: 'no_data', name: 'answer_share' }),
        category,
      );
    }
  }
  add('consensus_agreement', consensusOf(counts, level));
  return found;
}

/** Alpha on the field's scale, weighted kappa and AC, from answer patterns. */
export function reliabilityOf(
  field: MeasuredField,
  patterns: readonly { pattern: string; n: number }[],
  level = 0.95,
): { metric: 'krippendorff_alpha' | 'weighted_kappa' | 'gwet_ac'; measurement: Measurement }[] {
  // Sums of fractions depend on their order in the last bit; sorted, the same counts give the same number.
  const parsed = [...patterns]
    .sort((a, b) => (a.pattern < b.pattern ? -1 : 1))
    .map((one) => ({ votes: JSON.parse(one.pattern) as [string, number][], n: one.n }));
  const categories = categoriesIn(
    field,
    parsed.flatMap(({ votes }) => votes.map(([value]) => value)),
  );
  const index = new Map(categories.map((category, at) => [category, at]));
  const table = parsed.map(({ votes, n }): AnswerPattern => {
    const counts = new Float64Array(categories.length);
    for (const [value, votesOfIt] of votes) counts[index.get(value) ?? 0] = votesOfIt;
    return { counts, n };
  });
  const levels = levelsOf(categories);
  const isOrdered = field.scale === 'ordinal' || field.scale === 'interval';
  const weights = isOrdered ? 'quadratic' : 'none';
  const kappa = { levels, level, weights } as const;
  return [
    {
      metric: 'krippendorff_alpha',
      measurement: patternAlpha(table, field.scale ?? 'nominal', { levels, level }),
    },
    { metric: 'weighted_kappa', measurement: patternKappa(table, { ...kappa, coefficient: 'fleiss' }) },
    { metric: 'gwet_ac', measurement: patternKappa(table, { ...kappa, coefficient: 'gwet_ac' }) },
  ];
}

/** Cohen's kappa of two readers from their cross table, quadratic when the answers have an order. */
export function pairKappa(
  field: MeasuredField,
  cells: readonly { firstAnswer: string; secondAnswer: string; n: number }[],
): Measurement {
  const categories = categoriesIn(
    field,
    cells.flatMap((cell) => [cell.firstAnswer, cell.secondAnswer]),
  );
  if (categories.length > 200) return unmeasured({ reason: 'too_many_categories', method: 'cohen_kappa' });
  const index = new Map(categories.map((category, at) => [category, at]));
  const counts = new Float64Array(categories.length ** 2);
  for (const cell of cells)
    counts[(index.get(cell.firstAnswer) ?? 0) * categories.length + (index.get(cell.secondAnswer) ?? 0)] =
      cell.n;
  const isOrdered = field.scale === 'ordinal' || field.scale === 'interval';
  const { value, ci, se, n, nExcluded, exclusion, reason, method } = kappaOfCrossTable(
    counts,
    { levels: levelsOf(categories), items: { length: sumOf(cells) } },
    { weights: isOrdered ? 'quadratic' : 'none' },
  );
  return { value, ci, se, n, nExcluded, exclusion, reason, method };
}

/** Counts of truth by answer for a reference; answers left empty and classes that are gone are excluded and counted. */
export function matrixOf(
  field: MeasuredField,
  counts: Pick<SubjectCounts, 'cells'>,
  reference: 'gold' | 'others' | 'final',
): ConfusionMatrix {
  const own = counts.cells.filter((cell) => cell.reference === reference);
  const categories =
    field.scale === 'interval'
      ? ['right', 'wrong']
      : categoriesIn(
          field,
          own.flatMap((cell) => [cell.truth, cell.answer]).filter((text) => text !== ''),
        );
  const empty = buildConfusionMatrix([], { categories });
  const index = new Map(categories.map((category, at) => [category, at]));
  let nExcluded = 0;
  for (const cell of own) {
    const [row, column] = [index.get(cell.truth), index.get(cell.answer)];
    if (row === undefined || column === undefined) nExcluded += cell.n;
    else empty.counts[row * categories.length + column] = cell.n;
  }
  return { ...empty, nExcluded };
}

function consensusOf(counts: SubjectCounts, level: number): Measurement {
  const held = counts.cells.filter((cell) => cell.reference === 'others');
  const ties = sumOf(counts.cells.filter((cell) => cell.reference === 'tied'));
  return proportion(sumOf(held.filter((cell) => cell.truth === cell.answer)), sumOf(held), {
    level,
    nExcluded: ties,
    exclusion: 'others_tied',
    reason: 'no_overlap',
    name: 'leave_one_out_agreement',
  });
}

/** The field's own categories in their order, then whatever else was answered (sets and numbers). */
function categoriesIn(field: MeasuredField, seen: readonly string[]): string[] {
  const known = new Set(field.scale === 'interval' ? [] : field.categories);
  const others = [...new Set(seen)].filter((value) => !known.has(value));
  const isNumeric = others.every((value) => value !== '' && Number.isFinite(Number(value)));
  others.sort((a, b) => (isNumeric ? Number(a) - Number(b) : a < b ? -1 : 1));
  return [...known, ...others];
}

function levelsOf(categories: readonly string[]): Float64Array {
  const isNumeric = categories.every((value) => value !== '' && Number.isFinite(Number(value)));
  return Float64Array.from(categories, (value, at) => (isNumeric ? Number(value) : at));
}

const sumOf = (rows: readonly { n: number }[]): number => rows.reduce((sum, row) => sum + row.n, 0);
