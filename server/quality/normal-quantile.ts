import quantile from '@stdlib/stats-base-dists-normal-quantile';

/**
 * Two-sided critical value of the standard normal for a coverage, e.g. 0.95 → 1.959963984540054.
 * (From @stdlib: full double accuracy, unlike simple-statistics' probit.)
 */
export function normalCritical(level: number): number {
  return quantile(1 - (1 - level) / 2, 0, 1);
}
