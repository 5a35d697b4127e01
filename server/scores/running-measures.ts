import { type CaseOutcome, clusteredProportion } from '#server/quality/clustered-proportion.ts';
import { kappaOfCrossTable } from '#server/quality/cohen-kappa.ts';
import { buildConfusionMatrix, type ConfusionMatrix } from '#server/quality/confusion-matrix.ts';
import { type Measurement, unmeasured } from '#server/quality/measurement.ts';
import {
  MOMENTS,
  type MomentGroup,
  momentAlpha,
  momentKappa,
  momentsOfItem,
} from '#server/quality/moment-agreement.ts';
import {
  type AnswerPattern,
  MOST_PATTERN_CATEGORIES,
  patternAlpha,
  patternKappa,
} from '#server/quality/pattern-agreement.ts';
import { classScoresOfCases } from '#server/quality/per-class.ts';
import type { CustomDifference } from '#server/quality/scale-differences.ts';
import { caseOutcome, readsOfCase } from './count-cases.ts';
import { setDistance } from './label-sets.ts';
import type { MeasuredField } from './rules.ts';

/** Counts of one subject, field and day. */
export type SubjectCounts = {
  cells: readonly { reference: string; truth: string; answer: string; n: number }[];
  patterns: readonly { pattern: string; n: number }[];
  /** Of number fields, in the place of patterns. */
  moments: readonly { answers: number; moment: string; total: bigint }[];
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
  for (const one of reliabilityOf(field, counts, level)) add(one.metric, one.measurement);
  const scores = goldScores(field, counts, level);
  add('accuracy', scores.accuracy);
  if (field.scale !== 'interval') {
    add('balanced_accuracy', scores.balancedAccuracy);
    if (field.scale === 'ordinal') add('within_one', scores.withinOne);
    for (const one of scores.classes) {
      add('sensitivity', one.sensitivity, one.category);
      add('specificity', one.specificity, one.category);
    }
    for (const category of field.categories) add('answer_share', shareOf(counts, category, level), category);
  }
  add('consensus_agreement', consensusOf(counts, level));
  return found;
}

/**
 * Share of the answers given that are this one: of a batch or team over cases, from answer patterns; of a reader, who has none, over their
 * reads, one to a case. Answers left blank are left out and counted.
 */
function shareOf(counts: SubjectCounts, category: string, level: number): Measurement {
  const given = counts.cells.filter((cell) => cell.reference === 'answers');
  const outcomes =
    counts.patterns.length > 0
      ? counts.patterns.map(({ pattern, n }) =>
          outcomeOf(votesOf(pattern), (answer) => answer === category, n),
        )
      : given.flatMap(({ answer, n }) =>
          answer === '' ? [] : [{ compared: 1, right: Number(answer === category), n }],
        );
  const blank = sumOf(given.filter((cell) => cell.answer === ''));
  const exclusions: Record<string, number> = blank === 0 ? {} : { blank };
  return clusteredProportion(outcomes, { level, exclusions, reason: 'no_data', name: 'answer_share' });
}

/** How often each answer was given on the cases of a pattern. */
export const votesOf = (pattern: string): [answer: string, votes: number][] =>
  JSON.parse(pattern) as [string, number][];

/** `n` cases with these votes, of which those for some answers are asked about. */
export function outcomeOf(
  votes: readonly (readonly [answer: string, votes: number])[],
  isIt: (answer: string) => boolean,
  n: number,
): CaseOutcome {
  let [compared, right] = [0, 0];
  for (const [answer, times] of votes) {
    compared += times;
    if (isIt(answer)) right += times;
  }
  return { compared, right, n };
}

type Reliability = { metric: 'krippendorff_alpha' | 'weighted_kappa' | 'gwet_ac'; measurement: Measurement };

/**
 * Alpha on the field's scale, Fleiss' kappa (quadratic weights where answers have an order) and Gwet's AC, of a batch or team; empty
 * for a reader. Numbers from their sums (AC needs a list of categories, so it has none); sets of labels by MASI distance.
 */
export function reliabilityOf(field: MeasuredField, counts: SubjectCounts, level = 0.95): Reliability[] {
  if (counts.moments.length > 0) {
    const groups = momentGroups(counts.moments);
    const ac = unmeasured({ reason: 'no_categories', method: 'gwet_ac' });
    return [
      { metric: 'krippendorff_alpha', measurement: momentAlpha(groups, { level }) },
      { metric: 'weighted_kappa', measurement: momentKappa(groups, { level }) },
      { metric: 'gwet_ac', measurement: ac },
    ];
  }
  if (counts.patterns.length === 0) return [];
  const { table, categories } = patternTable(field, counts.patterns);
  const levels = levelsOf(categories);
  const distance = field.isSet === true ? setDistance(categories) : null;
  const weights = distance !== null ? creditOf(distance, levels.length) : weightsOf(field);
  const kappa = { levels, level, weights } as const;
  const alpha = patternAlpha(table, distance ?? field.scale ?? 'nominal', { levels, level });
  return [
    { metric: 'krippendorff_alpha', measurement: namedSet(alpha, distance !== null) },
    { metric: 'weighted_kappa', measurement: patternKappa(table, { ...kappa, coefficient: 'fleiss' }) },
    { metric: 'gwet_ac', measurement: patternKappa(table, { ...kappa, coefficient: 'gwet_ac' }) },
  ];
}

const weightsOf = (field: MeasuredField): 'quadratic' | 'none' =>
  field.scale === 'ordinal' || field.scale === 'interval' ? 'quadratic' : 'none';

const namedSet = (m: Measurement, isSet: boolean): Measurement =>
  isSet ? { ...m, method: m.method.replace('custom', 'masi') } : m;

/** Agreement weights from a distance between 0 and 1; none are needed beyond what patterns can be told apart. */
function creditOf(distance: CustomDifference, K: number): Float64Array {
  if (K > MOST_PATTERN_CATEGORIES) return new Float64Array(0);
  return Float64Array.from({ length: K * K }, (_, cell) => 1 - distance(Math.floor(cell / K), cell % K));
}

function momentGroups(rows: SubjectCounts['moments']): MomentGroup[] {
  // Sums of fractions depend on their order in the last bit; sorted, the same counts give the same number.
  return [...Map.groupBy(rows, (row) => row.answers)]
    .sort(([a], [b]) => a - b)
    .map(([answers, own]) => {
      const sums = momentsOfItem([]);
      for (const moment of MOMENTS) sums[moment] = own.find((row) => row.moment === moment)?.total ?? 0n;
      return { answers, sums };
    });
}

/** Answer patterns over the field's categories, sorted for the same reason. */
export function patternTable(
  field: MeasuredField,
  patterns: SubjectCounts['patterns'],
): { table: AnswerPattern[]; categories: string[] } {
  const parsed = [...patterns]
    .sort((a, b) => (a.pattern < b.pattern ? -1 : 1))
    .map((one) => ({ votes: votesOf(one.pattern), n: one.n }));
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
  return { table, categories };
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

/**
 * Right and wrong on gold, per class: of a batch or team over cases (reads of one case go together), of a reader over their reads, one to a
 * case. An answer left blank counts as not right.
 */
function goldScores(field: MeasuredField, counts: Pick<SubjectCounts, 'cells'>, level: number) {
  const byCase = counts.cells.filter((cell) => cell.reference === 'gold_case');
  const cases =
    byCase.length > 0
      ? byCase.map((cell) => ({ reads: readsOfCase(cell.truth), n: cell.n, name: cell.truth }))
      : counts.cells
          .filter((cell) => cell.reference === 'gold')
          .map(({ truth, answer, n }) => ({ reads: [[truth, answer] as const], n, name: truth + answer }));
  cases.sort((a, b) => (a.name < b.name ? -1 : 1));
  const categories =
    field.scale === 'interval'
      ? ['right', 'wrong']
      : categoriesIn(
          field,
          cases.flatMap(({ reads }) => reads.flat()).filter((text) => text !== ''),
        );
  const index = new Map(categories.map((category, at) => [category, at]));
  const placed = cases.map(({ reads, n }) => ({
    reads: reads.map(([truth, answer]) => ({
      truth: index.get(truth) ?? -1,
      answer: index.get(answer) ?? -1,
    })),
    n,
  }));
  return classScoresOfCases(placed, { categories, level });
}

/** Agreement with the others' plurality (R8): of a batch or team over cases, of a reader over their reads. */
function consensusOf(counts: Pick<SubjectCounts, 'cells'>, level: number): Measurement {
  const of = (reference: string) => counts.cells.filter((cell) => cell.reference === reference);
  const [held, byCase] = [of('others'), of('others_case')];
  const tied = sumOf(of('tied'));
  const answered = sumOf(of('answers').filter((cell) => cell.answer !== ''));
  const outcomes =
    byCase.length > 0
      ? byCase.map((cell) => caseOutcome(cell, 'others'))
      : held.map(({ truth, answer, n }) => ({ compared: 1, right: Number(truth === answer), n }));
  return clusteredProportion(outcomes, {
    level,
    exclusions: { others_tied: tied, alone: answered - sumOf(held) - tied },
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
