import { type Interval, type Measurement, measured, unmeasured } from './measurement.ts';
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
  const left = wilsonInterval(...first, { level });
  const right = wilsonInterval(...second, { level });
  const method = `difference_of_proportions;newcombe:${level}`;
  const share = ([successes, n]: readonly [number, number], ci: Interval | null) => {
    const value = n > 0 ? successes / n : null;
    return { value, ci, n, se: value === null ? null : Math.sqrt((value * (1 - value)) / n) };
  };
  return differenceOfShares(share(first, left), share(second, right), method);
}

/**
 * Difference of two unrelated shares (first − second) from the interval that each has, whatever the way it was found: the squared distances to the
 * bounds add up (MOVER; with Wilson's bounds Newcombe's method 10). Never leaves [−1, 1]. `n` is the smaller side. Null with `empty_group`
 * when one has no value.
 *
 * Source: Zou & Donner 2008, Statistics in Medicine 27, 1693–1702.
 *
 * @example differenceOfShares(clusteredProportion(after), clusteredProportion(before)).ci
 */
export function differenceOfShares(
  first: Pick<Measurement, 'value' | 'ci' | 'se' | 'n'>,
  second: Pick<Measurement, 'value' | 'ci' | 'se' | 'n'>,
  method = 'difference_of_shares;mover',
): Measurement {
  if (first.value === null || second.value === null || first.ci === null || second.ci === null)
    return unmeasured({ reason: 'empty_group', method });
  const value = first.value - second.value;
  const below = Math.sqrt((first.value - first.ci[0]) ** 2 + (second.ci[1] - second.value) ** 2);
  const above = Math.sqrt((first.ci[1] - first.value) ** 2 + (second.value - second.ci[0]) ** 2);
  const se = Math.sqrt((first.se ?? 0) ** 2 + (second.se ?? 0) ** 2);
  const n = Math.min(first.n, second.n);
  return measured({ value, ci: [value - below, value + above], se, n, method });
}
