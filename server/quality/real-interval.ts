import type { Measurement } from './measurement.ts';

/** A measurement that says why it has no interval. */
export type IntervalMeasurement = Measurement & {
  /** Null where there is an interval, and where there is no value either (`reason` says why then). */
  readonly ciReason: string | null;
};

/**
 * The measurement without an interval that is none: where all items say the same, errors taken from how items differ are zero, and
 * "1 [1, 1]" after two items would claim certainty. Reasons: `needs_two_items`, `no_variation_between_items`,
 * `too_large_to_resample`, `too_few_defined_resamples`, `no_residual_variation` (an ICC without error), `not_estimated`.
 *
 * @example withRealInterval(kappaOfTwoItems).ciReason // 'no_variation_between_items'
 */
export function withRealInterval(measurement: Measurement): IntervalMeasurement {
  const { value, ci, se, n } = measurement;
  if (value === null) return { ...measurement, ciReason: null };
  if (ci !== null && ci[1] - ci[0] > 1e-12) return { ...measurement, ciReason: null };
  const isEmpty = ci !== null;
  return {
    ...measurement,
    ci: null,
    se: se !== null && se > 1e-12 ? se : null,
    ciReason: n < 2 ? 'needs_two_items' : isEmpty ? 'no_variation_between_items' : whyNone(measurement),
  };
}

function whyNone({ method }: Measurement): string {
  if (method.includes('too_large_to_resample')) return 'too_large_to_resample';
  if (method.includes('bootstrap')) return 'too_few_defined_resamples';
  return method.startsWith('icc') ? 'no_residual_variation' : 'not_estimated';
}
