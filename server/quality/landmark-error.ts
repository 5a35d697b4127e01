import { type Measurement, measured, unmeasured } from './measurement.ts';
import { studentCritical } from './student-critical.ts';

/**
 * Mean distance between marked and true landmarks, in the unit of the points (millimetres when they are), with its t interval. Points may have
 * any number of dimensions; pairs with a missing side are excluded and counted. Null with `no_pairs`.
 *
 * @example landmarkError([{ marked: [10, 12], truth: [10, 10] }]).value // 2
 */
export function landmarkError(
  pairs: ReadonlyArray<{
    readonly marked: readonly number[] | null;
    readonly truth: readonly number[] | null;
  }>,
  options: { level?: number } = {},
): Measurement {
  const { level = 0.95 } = options;
  const method = `landmark_error;t:${level}`;
  const distances = pairs.flatMap(({ marked, truth }) => {
    if (marked === null || truth === null || marked.length !== truth.length) return [];
    const distance = Math.hypot(...marked.map((value, axis) => value - (truth[axis] ?? Number.NaN)));
    return Number.isFinite(distance) ? [distance] : [];
  });
  const n = distances.length;
  const nExcluded = pairs.length - n;
  const exclusion = 'missing_mark';
  if (n === 0) return unmeasured({ reason: 'no_pairs', nExcluded, exclusion, method });
  const value = distances.reduce((sum, distance) => sum + distance, 0) / n;
  if (n === 1) return measured({ value, n, nExcluded, exclusion, method });
  const variance = distances.reduce((sum, distance) => sum + (distance - value) ** 2, 0) / (n - 1);
  const se = Math.sqrt(variance / n);
  const margin = studentCritical(level, n - 1) * se;
  return measured({
    value,
    ci: [Math.max(0, value - margin), value + margin],
    se,
    n,
    nExcluded,
    exclusion,
    method,
  });
}
