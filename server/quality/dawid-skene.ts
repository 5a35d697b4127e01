import { type ConfusionEmOptions, type ConfusionEmResult, confusionEm } from './confusion-em.ts';
import { normaliseConfusions } from './em-normalise.ts';
import type { RatingTable } from './rating-table.ts';

/** Pseudo-counts added to every rater's confusion matrix: by diagonal, or truth × answer (see `ordinalSmoothing`). */
export type ConfusionSmoothing = { readonly diagonal: number; readonly offDiagonal: number } | Float64Array;

export type DawidSkeneOptions = ConfusionEmOptions & {
  /**
   * None (default) is the published method; with fewer than about ten reads per rater use e.g. { diagonal: 1, offDiagonal: 0.1 }
   * (maximum a posteriori: keeps error rates away from 0 and 1).
   */
  readonly smoothing?: ConfusionSmoothing;
};

export type DawidSkeneResult = ConfusionEmResult;

/**
 * Dawid–Skene consensus: estimates every annotator's confusion matrix and every item's class together, by EM on the
 * likelihood of the observed reads. Repeated reads by one rater count as repeats.
 *
 * E: T_ij ∝ p_j Π_reads π^(rater)_{j,answer}. M: p_j = mean T_ij, π^(a)_{jl} ∝ Σ T_ij · [a answered l on i] + smoothing.
 * Starts from vote fractions (M first). The observed-data objective (log-likelihood, plus log prior under smoothing) never
 * falls: asserted. The solution is a local maximum; other starts can reach other ones, which is why `starts` exists
 * and disagreement with plurality is reported. Gold items are clamped and anchor the matrices.
 *
 * Source: Dawid & Skene 1979, Applied Statistics 28(1), 20–28.
 *
 * @example dawidSkene(buildRatingTable(reads, { categories: [1, 2, 3, 4], duplicates: 'keep' })).label
 */
export function dawidSkene(table: RatingTable, options: DawidSkeneOptions = {}): DawidSkeneResult {
  const { smoothing } = options;
  const pseudo = smoothing === undefined ? null : pseudoCounts(smoothing, table.categories.length);
  const method = `dawid_skene${pseudo === null ? '' : ':smoothed'}${options.gold === undefined ? '' : ':gold_anchored'}`;
  return confusionEm(table, method, (problem) => normaliseConfusions(problem, pseudo), options);
}

function pseudoCounts(smoothing: ConfusionSmoothing, K: number): Float64Array {
  if (smoothing instanceof Float64Array) return smoothing;
  return Float64Array.from({ length: K * K }, (_, cell) =>
    cell % (K + 1) === 0 ? smoothing.diagonal : smoothing.offDiagonal,
  );
}

/**
 * Pseudo-counts for ordered categories: an annotator errs to a near level rather than to a far one. `strength` counts on the
 * diagonal, halved for every level of distance.
 *
 * @example dawidSkene(table, { smoothing: ordinalSmoothing(5, 1) })
 */
export function ordinalSmoothing(nCategories: number, strength: number): Float64Array {
  return Float64Array.from(
    { length: nCategories * nCategories },
    (_, cell) => strength * 0.5 ** Math.abs(Math.floor(cell / nCategories) - (cell % nCategories)),
  );
}
