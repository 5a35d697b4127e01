import { type KappaMeasurement, type KappaOptions, kappaOfCrossTable } from './cohen-kappa.ts';
import { crossTable } from './cross-table.ts';
import type { RatingTable } from './rating-table.ts';

export type PairwiseKappa = {
  readonly raters: readonly string[];
  /** `cells[i][j]` is the kappa of raters i and j (symmetric); the diagonal is null. */
  readonly cells: ReadonlyArray<ReadonlyArray<KappaMeasurement | null>>;
  /** Mean of the defined pairs (Light's kappa when unweighted); null when no pair is defined. */
  readonly mean: number | null;
  readonly nPairs: number;
  readonly nUndefinedPairs: number;
};

/**
 * Cohen's (weighted) kappa of every two raters, with intervals, and their mean. Pairs without common items or without
 * variation are null with their reason and are left out of the mean, counted in `nUndefinedPairs`.
 *
 * Source: Light 1971 (mean of pairwise kappas); Cohen 1968.
 *
 * @example pairwiseKappa(table, { weights: 'quadratic' }).cells[0]?.[1]?.value
 */
export function pairwiseKappa(table: RatingTable, options: KappaOptions = {}): PairwiseKappa {
  const nRaters = table.raters.length;
  const cells = Array.from({ length: nRaters }, () => new Array<KappaMeasurement | null>(nRaters).fill(null));
  let sum = 0;
  let nDefined = 0;
  for (let first = 0; first < nRaters; first += 1) {
    for (let second = first + 1; second < nRaters; second += 1) {
      const counts = crossTable(table, first, second);
      const kappa = kappaOfCrossTable(counts, table, options);
      const row = cells[first];
      const mirror = cells[second];
      if (row !== undefined) row[second] = kappa;
      if (mirror !== undefined) mirror[first] = kappa;
      if (kappa.value === null) continue;
      sum += kappa.value;
      nDefined += 1;
    }
  }
  const nPairs = (nRaters * (nRaters - 1)) / 2;
  return {
    raters: table.raters,
    cells,
    mean: nDefined === 0 ? null : sum / nDefined,
    nPairs,
    nUndefinedPairs: nPairs - nDefined,
  };
}
