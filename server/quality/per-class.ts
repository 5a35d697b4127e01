import type { ConfusionMatrix } from './confusion-matrix.ts';
import { type Measurement, measured, unmeasured } from './measurement.ts';
import { proportion } from './proportion.ts';

export type ClassScores = {
  readonly category: string;
  /** Share of this class that was answered as this class; `n` = cases of the class. */
  readonly sensitivity: Measurement;
  /** Share of the other classes that was not answered as this class; `n` = cases of the other classes. */
  readonly specificity: Measurement;
  /** Share of the answers of this class that were right; `n` = such answers. */
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

/**
 * Accuracy per class (R9), each with its n and Wilson interval, and balanced accuracy: the mean sensitivity over the
 * classes that have cases, so that always answering "normal" scores 1/K whatever the prevalence. Its interval is MOVER
 * over the Wilson bounds: ±√Σ(distance to each bound)²/K. A class without cases has null scores with reason
 * `no_reference` and is counted in `balancedAccuracy.nExcluded`; with fewer than two classes present balanced accuracy is null with
 * reason `one_class`. "Within one" takes the order of `categories` as the order of the levels.
 *
 * Source: Donner & Zou 2012 (MOVER); Brodersen et al. 2010 (balanced accuracy).
 *
 * @example perClassScores(buildConfusionMatrix(pairs, { categories: [0, 1] })).classes[1]?.sensitivity.ci
 */
export function perClassScores(matrix: ConfusionMatrix, options: { level?: number } = {}): PerClassScores {
  const { level = 0.95 } = options;
  const nCategories = matrix.categories.length;
  const sumWhere = (keep: (truth: number, answer: number) => boolean): number => {
    let sum = 0;
    for (const [cell, count] of matrix.counts.entries()) {
      if (keep(Math.floor(cell / nCategories), cell % nCategories)) sum += count;
    }
    return sum;
  };
  const share = (name: string, successes: number, n: number) =>
    proportion(successes, n, { level, name, nExcluded: matrix.nExcluded, exclusion: 'no_truth_or_answer' });
  const near = (truth: number, answer: number) => Math.abs(truth - answer) <= 1;

  const classes = matrix.categories.map((category, k): ClassScores => {
    const inClass = sumWhere((truth) => truth === k);
    const outside = sumWhere((truth) => truth !== k);
    const answered = sumWhere((_, answer) => answer === k);
    const hits = sumWhere((truth, answer) => truth === k && answer === k);
    return {
      category,
      sensitivity: share('sensitivity', hits, inClass),
      specificity: share('specificity', outside - (answered - hits), outside),
      precision: share('precision', hits, answered),
      withinOne: share(
        'within_one',
        sumWhere((truth, answer) => truth === k && near(truth, answer)),
        inClass,
      ),
    };
  });
  const total = sumWhere(() => true);
  return {
    accuracy: share(
      'accuracy',
      sumWhere((truth, answer) => truth === answer),
      total,
    ),
    withinOne: share('within_one', sumWhere(near), total),
    balancedAccuracy: balancedAccuracy(classes, level),
    classes,
  };
}

function balancedAccuracy(classes: readonly ClassScores[], level: number): Measurement {
  const method = `balanced_accuracy;mover_wilson:${level}`;
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
