import type { Interval } from './measurement.ts';
import { normalCritical } from './normal-quantile.ts';

/**
 * Wilson's score interval for a proportion: never leaves [0, 1] and holds its coverage for small n and near 0 or 1.
 *
 * centre (p + z²/2n)/(1 + z²/n), half-width z√(p(1−p)/n + z²/4n²)/(1 + z²/n); with `continuity` Newcombe's corrected
 * form. Null for n = 0.
 *
 * Source: Wilson 1927; Newcombe 1998 (methods 3 and 4).
 *
 * @example wilsonInterval(95, 100) // [.888250, .978456]
 */
export function wilsonInterval(
  successes: number,
  n: number,
  options: { level?: number; continuity?: boolean } = {},
): Interval | null {
  if (!(n > 0) || successes < 0 || successes > n) return null;
  const { level = 0.95, continuity = false } = options;
  const z = normalCritical(level);
  const p = successes / n;
  if (continuity) return corrected(p, n, z);
  const scale = 1 + z ** 2 / n;
  const centre = (p + z ** 2 / (2 * n)) / scale;
  const half = (z * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2))) / scale;
  return [successes === 0 ? 0 : centre - half, successes === n ? 1 : centre + half];
}

function corrected(p: number, n: number, z: number): Interval {
  const q = 1 - p;
  const scale = 2 * (n + z ** 2);
  const low = 2 * n * p + z ** 2 - 1 - z * Math.sqrt(z ** 2 - 2 - 1 / n + 4 * p * (n * q + 1));
  const high = 2 * n * p + z ** 2 + 1 + z * Math.sqrt(z ** 2 + 2 - 1 / n + 4 * p * (n * q - 1));
  return [p === 0 ? 0 : Math.max(0, low / scale), p === 1 ? 1 : Math.min(1, high / scale)];
}
