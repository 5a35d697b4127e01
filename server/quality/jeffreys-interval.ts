import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';
import type { Interval } from './measurement.ts';

/**
 * Jeffreys' equal-tailed interval for a proportion: Beta quantiles of the posterior under the Beta(½, ½) prior. Null for n = 0.
 *
 * Source: Brown, Cai & DasGupta 2001.
 *
 * @example jeffreysInterval(95, 100) // [.893900, .980668]
 */
export function jeffreysInterval(successes: number, n: number, level = 0.95): Interval | null {
  if (!(n > 0) || successes < 0 || successes > n) return null;
  const tail = (1 - level) / 2;
  return [
    betaQuantile(tail, successes + 0.5, n - successes + 0.5),
    betaQuantile(1 - tail, successes + 0.5, n - successes + 0.5),
  ];
}
