import { type Measurement, measured, unmeasured } from './measurement.ts';
import { wilsonInterval } from './wilson-interval.ts';

/**
 * Difference of two independent proportions (first − second) with Newcombe's interval, which squares and adds the Wilson
 * bounds and never leaves [−1, 1]. `n` is the smaller group. Null with `empty_group` when one has no cases.
 *
 * Source: Newcombe 1998b (method 10).
 *
 * @example differenceOfProportions([56, 70], [48, 80]).ci // [.0524, .3339]
 */
export function differenceOfProportions(
  first: readonly [successes: number, n: number],
  second: readonly [successes: number, n: number],
  level = 0.95,
): Measurement {
  const method = `difference_of_proportions;newcombe:${level}`;
  const left = wilsonInterval(...first, { level });
  const right = wilsonInterval(...second, { level });
  const n = Math.min(first[1], second[1]);
  if (left === null || right === null) return unmeasured({ reason: 'empty_group', method });
  const p = first[0] / first[1];
  const q = second[0] / second[1];
  const value = p - q;
  const below = Math.sqrt((p - left[0]) ** 2 + (right[1] - q) ** 2);
  const above = Math.sqrt((left[1] - p) ** 2 + (q - right[0]) ** 2);
  const se = Math.sqrt((p * (1 - p)) / first[1] + (q * (1 - q)) / second[1]);
  return measured({ value, ci: [value - below, value + above], se, n, method });
}
