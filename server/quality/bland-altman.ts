import { type Measurement, measured, unmeasured } from './measurement.ts';
import { studentCritical } from './student-critical.ts';

export type BlandAltman = {
  /** Mean difference (first − second), with its t interval. */
  readonly bias: Measurement;
  /** Lower and upper limit of agreement, each with its approximate interval. */
  readonly lower: Measurement;
  readonly upper: Measurement;
};

/**
 * Bland–Altman limits of agreement of two ways of measuring: the range in which 95 % of their differences lie.
 *
 * bias ± 1.96 s; the limits have standard error s √(1/n + 1.96²/(2(n − 1))). Pairs with a missing or non-finite value are excluded and
 * counted. Null with `needs_two_pairs`.
 *
 * Source: Bland & Altman 1986, 1999.
 *
 * @example blandAltman([[10, 9.5], [11, 11.2], [9, 8.7]]).bias.value
 */
export function blandAltman(
  pairs: ReadonlyArray<readonly [number | null, number | null]>,
  options: { level?: number } = {},
): BlandAltman {
  const { level = 0.95 } = options;
  const method = `bland_altman;t:${level}`;
  const differences = pairs.flatMap(([first, second]) =>
    first !== null && second !== null && Number.isFinite(first - second) ? [first - second] : [],
  );
  const n = differences.length;
  const nExcluded = pairs.length - n;
  const exclusion = 'missing_value';
  if (n < 2) {
    const nothing = unmeasured({ reason: 'needs_two_pairs', n, nExcluded, exclusion, method });
    return { bias: nothing, lower: nothing, upper: nothing };
  }
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / n;
  const variance = differences.reduce((sum, difference) => sum + (difference - mean) ** 2, 0) / (n - 1);
  const sd = Math.sqrt(variance);
  const critical = studentCritical(level, n - 1);
  const of = (value: number, se: number) =>
    measured({
      value,
      ci: [value - critical * se, value + critical * se],
      se,
      n,
      nExcluded,
      exclusion,
      method,
    });
  const limitError = sd * Math.sqrt(1 / n + 1.96 ** 2 / (2 * (n - 1)));
  return {
    bias: of(mean, sd / Math.sqrt(n)),
    lower: of(mean - 1.96 * sd, limitError),
    upper: of(mean + 1.96 * sd, limitError),
  };
}
