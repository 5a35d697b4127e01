import { agreementWeights } from './agreement-weights.ts';
import { type KappaMeasurement, type KappaOptions, kappaOfCrossTable } from './cohen-kappa.ts';
import { pairwiseCrossTables } from './cross-table.ts';
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
  return { raters: table.raters, cells, ...meanPairwiseKappa(table, options) };
}

/** The mean over the defined pairs alone, without the matrix: for many raters. */
export function meanPairwiseKappa(
  table: RatingTable,
  options: KappaOptions = {},
): Pick<PairwiseKappa, 'mean' | 'nPairs' | 'nUndefinedPairs'> {
  const weights = agreementWeights(options.weights ?? 'none', table.levels);
  let sum = 0;
  let nDefined = 0;
  for (const counts of pairwiseCrossTables(table).values()) {
    const value = kappaValue(counts, weights);
    if (value === null) continue;
    sum += value;
    nDefined += 1;
  }
  const nPairs = (table.raters.length * (table.raters.length - 1)) / 2;
  return { mean: nDefined === 0 ? null : sum / nDefined, nPairs, nUndefinedPairs: nPairs - nDefined };
}

/** Kappa of a cross table of counts, null where it is undefined; agrees with `kappaOfCrossTable`. */
function kappaValue(counts: Float64Array, weights: Float64Array): number | null {
  const K = Math.sqrt(counts.length);
  const rows = new Float64Array(K);
  const columns = new Float64Array(K);
  let n = 0;
  let observed = 0;
  for (let cell = 0; cell < counts.length; cell += 1) {
    const count = counts[cell] as number;
    if (count === 0) continue;
    const row = Math.floor(cell / K);
    const column = cell % K;
    rows[row] = (rows[row] as number) + count;
    columns[column] = (columns[column] as number) + count;
    n += count;
    observed += count * (weights[cell] as number);
  }
  let expected = 0;
  for (let cell = 0; cell < counts.length; cell += 1) {
    expected +=
      (weights[cell] as number) * (rows[Math.floor(cell / K)] as number) * (columns[cell % K] as number);
  }
  const chance = expected / n ** 2;
  return 1 - chance < 1e-12 ? null : (observed / n - chance) / (1 - chance);
}
