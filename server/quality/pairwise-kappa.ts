import { type KappaMeasurement, type KappaOptions, kappaOfCrossTable } from './cohen-kappa.ts';
import { pairwiseCrossTables } from './cross-table.ts';
import { lightKappa } from './light-kappa.ts';
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
  const empty = kappaOfCrossTable(new Float64Array(table.categories.length ** 2), table, options);
  const cells = Array.from({ length: nRaters }, (_, row) =>
    Array.from({ length: nRaters }, (_unused, column) => (row === column ? null : empty)),
  );
  for (const [key, counts] of pairwiseCrossTables(table)) {
    const first = Math.floor(key / nRaters);
    const second = key % nRaters;
    const kappa = kappaOfCrossTable(counts, table, options);
    const row = cells[first];
    const mirror = cells[second];
    if (row !== undefined) row[second] = kappa;
    if (mirror !== undefined) mirror[first] = kappa;
  }
  const { value: mean, nPairs, nUndefinedPairs } = lightKappa(table, options);
  return { raters: table.raters, cells, mean, nPairs, nUndefinedPairs };
}
