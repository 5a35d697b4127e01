import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';
import type { Interval } from './measurement.ts';

/**
 * Clopper–Pearson ("exact") interval for a proportion: never covers less than its level, and is wider than needed. Null for
 * n = 0.
 *
 * [B(α/2; x, n − x + 1), B(1 − α/2; x + 1, n − x)] with B the Beta quantile.
 *
 * Source: Clopper & Pearson 1934.
 *
 * @example clopperPearsonInterval(95, 100) // [.887165, .983568]
 */
export function clopperPearsonInterval(successes: number, n: number, level = 0.95): Interval | null {
  if (!(n > 0) || successes < 0 || successes > n) return null;
  const tail = (1 - level) / 2;
  return [
    successes === 0 ? 0 : betaQuantile(tail, successes, n - successes + 1),
    successes === n ? 1 : betaQuantile(1 - tail, successes + 1, n - successes),
  ];
}
