import { type CaseOutcome, clusteredProportion } from './clustered-proportion.ts';
import type { ConfusionMatrix } from './confusion-matrix.ts';
import { type Measurement, measured, unmeasured } from './measurement.ts';

export type ClassScores = {
  readonly category: string;
  /** Share of this class that was answered as this class; `n` = cases of the class. */
  readonly sensitivity: Measurement;
  /** Share of the other classes that was not answered as this class; `n` = cases of the other classes. */
  readonly specificity: Measurement;
  /** Share of the answers of this class that were right; `n` = cases with such an answer. */
  readonly precision: Measurement;
  /** Share of this class answered at most one level away (ordinal fields only); `n` = cases of the class. */
  readonly withinOne: Measurement;
};

export type PerClassScores = {
  readonly accuracy: Measurement;
  readonly balancedAccuracy: Measurement;
  readonly withinOne: Measurement;
  readonly classes: readonly ClassScores[];
};

/** `n` cases that were read alike: per read the index of the truth's and the answer's category, −1 for an answer left blank. */
export type CaseAnswers = {
  readonly reads: ReadonlyArray<{ readonly truth: number; readonly answer: number }>;
  readonly n: number;
};

/**
 * Accuracy per class (R9) of pairs that have nothing to do with each other, such as one reader's answers. As
 * `classScoresOfCases` with every pair a case of its own; pairs without truth or answer are left out and counted.
 *
 * @example perClassScores(buildConfusionMatrix(pairs, { categories: [0, 1] })).classes[1]?.sensitivity.ci
 */
export function perClassScores(matrix: ConfusionMatrix, options: { level?: number } = {}): PerClassScores {
  const K = matrix.categories.length;
  const cases = [...matrix.counts].flatMap((n, cell): CaseAnswers[] =>
    n === 0 ? [] : [{ reads: [{ truth: Math.floor(cell / K), answer: cell % K }], n }],
  );
  const exclusions = { no_truth_or_answer: matrix.nExcluded };
  return classScoresOfCases(cases, { ...options, categories: matrix.categories, exclusions });
}

/**
 * Accuracy per class (R9), each over n cases with the interval of reads clustered by case (`clusteredProportion`; plain Wilson where
 * every case has one read), and balanced accuracy: the mean sensitivity over the classes that have cases, so that always
 * answering "normal" scores 1/K whatever the prevalence. Its interval is MOVER over the bounds of the sensitivities:
 * ±√Σ(distance to each bound)²/K. A class without cases has null scores with reason `no_reference` and is counted in
 * `balancedAccuracy.nExcluded`; with fewer than two classes present balanced accuracy is null with reason `one_class`. "Within
 * one" takes the order of `categories` as the order of the levels.
 *
 * An answer left blank where the truth is known is not right: it counts against accuracy, sensitivity, specificity and within
 * one. Were it left out, leaving hard cases blank would look like reading them well.
 *
 * Source: Donner & Zou 2012 (MOVER); Brodersen et al. 2010 (balanced accuracy); Schuetz et al. 2012, BMJ 345, e6717
 * (answers not given count against both sensitivity and specificity: "intention to diagnose").
 *
 * @example classScoresOfCases([{ reads: [{ truth: 0, answer: 0 }, { truth: 0, answer: -1 }], n: 40 }], { categories: ['no', 'yes'] })
 */
export function classScoresOfCases(
  cases: readonly CaseAnswers[],
  options: {
    categories: readonly string[];
    level?: number;
    exclusions?: Readonly<Record<string, number>>;
  },
): PerClassScores {
  const { categories, level = 0.95, exclusions = {} } = options;
  const share = (name: string, isOf: Judge, isRight: Judge) =>
    clusteredProportion(outcomesOf(cases, isOf, isRight), { level, name, exclusions });
  const always: Judge = () => true;
  const isNear: Judge = (truth, answer) => answer >= 0 && Math.abs(truth - answer) <= 1;
  const classes = categories.map((category, k): ClassScores => {
    const isClass: Judge = (truth) => truth === k;
    return {
      category,
      sensitivity: share('sensitivity', isClass, (_, answer) => answer === k),
      specificity: share(
        'specificity',
        (truth) => truth !== k,
        (_, answer) => answer >= 0 && answer !== k,
      ),
      precision: share('precision', (_, answer) => answer === k, isClass),
      withinOne: share('within_one', isClass, isNear),
    };
  });
  return {
    accuracy: share('accuracy', always, (truth, answer) => truth === answer),
    withinOne: share('within_one', always, isNear),
    balancedAccuracy: balancedAccuracy(classes, level),
    classes,
  };
}

/** A question about one read, by the indexes of truth and answer. */
type Judge = (truth: number, answer: number) => boolean;

function outcomesOf(cases: readonly CaseAnswers[], isOf: Judge, isRight: Judge): CaseOutcome[] {
  return cases.map(({ reads, n }) => {
    let compared = 0;
    let right = 0;
    for (const { truth, answer } of reads) {
      if (!isOf(truth, answer)) continue;
      compared += 1;
      if (isRight(truth, answer)) right += 1;
    }
    return { compared, right, n };
  });
}

function balancedAccuracy(classes: readonly ClassScores[], level: number): Measurement {
  const method = `balanced_accuracy;mover_wilson_by_case:${level}`;
  let n = 0;
  let nPresent = 0;
  let sum = 0;
  let below = 0;
  let above = 0;
  let variance = 0;
  for (const { sensitivity } of classes) {
    if (sensitivity.value === null || sensitivity.ci === null) continue;
    nPresent += 1;
    n += sensitivity.n;
    sum += sensitivity.value;
    below += (sensitivity.value - sensitivity.ci[0]) ** 2;
    above += (sensitivity.ci[1] - sensitivity.value) ** 2;
    variance += (sensitivity.se ?? 0) ** 2;
  }
  const nExcluded = classes.length - nPresent;
  const exclusion = 'class_without_cases';
  if (nPresent === 0) return unmeasured({ reason: 'no_reference', nExcluded, exclusion, method });
  if (nPresent === 1) return unmeasured({ reason: 'one_class', n, nExcluded, exclusion, method });
  const value = sum / nPresent;
  return measured({
    value,
    ci: [Math.max(0, value - Math.sqrt(below) / nPresent), Math.min(1, value + Math.sqrt(above) / nPresent)],
    se: Math.sqrt(variance) / nPresent,
    n,
    nExcluded,
    exclusion,
    method,
  });
}
