/** How far apart two answers are taken to be. */
export type Scale = 'nominal' | 'ordinal' | 'interval' | 'ratio';

/** Squared difference of two categories by index; symmetric, zero on the diagonal. */
export type CustomDifference = (left: number, right: number) => number;

/**
 * Krippendorff's squared differences between every two categories, row-major K × K.
 *
 * nominal: 1 if they differ · interval: (a − b)² · ratio: ((a − b)/(a + b))² · ordinal: the squared number of
 * answers between them, (Σ_{g=a..b} n_g − (n_a + n_b)/2)², which is why it needs the `marginals` n. Writes into `out`.
 *
 * Source: Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability".
 */
export function scaleDifferences(
  scale: Scale | CustomDifference,
  levels: Float64Array,
  marginals: Float64Array,
  out: Float64Array,
): void {
  const nCategories = levels.length;
  for (let left = 0; left < nCategories; left += 1) {
    let between = marginals[left] as number;
    out[left * nCategories + left] = 0;
    for (let right = left + 1; right < nCategories; right += 1) {
      between += marginals[right] as number;
      const difference =
        scale === 'ordinal'
          ? (between - ((marginals[left] as number) + (marginals[right] as number)) / 2) ** 2
          : fixedDifference(scale, levels, left, right);
      out[left * nCategories + right] = difference;
      out[right * nCategories + left] = difference;
    }
  }
}

function fixedDifference(
  scale: Exclude<Scale, 'ordinal'> | CustomDifference,
  levels: Float64Array,
  left: number,
  right: number,
): number {
  if (typeof scale === 'function') return scale(left, right);
  if (scale === 'nominal') return 1;
  const a = levels[left] as number;
  const b = levels[right] as number;
  if (scale === 'interval') return (a - b) ** 2;
  return a + b === 0 ? 0 : ((a - b) / (a + b)) ** 2;
}
