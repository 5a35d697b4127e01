import quantile from '@stdlib/stats-base-dists-t-quantile';

/** Two-sided critical value of Student's t for a coverage and degrees of freedom, e.g. (0.95, 49) → 2.0096. */
export function studentCritical(level: number, degreesOfFreedom: number): number {
  return quantile(1 - (1 - level) / 2, degreesOfFreedom);
}
