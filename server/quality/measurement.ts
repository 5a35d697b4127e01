/** Both bounds of an interval, lower first. */
export type Interval = readonly [number, number];

/**
 * One statistic with everything needed to judge it.
 *
 * Guarantees: no field is ever NaN or infinite. `value` is null exactly when the statistic is undefined for
 * the data, and `reason` then says why in snake_case (`no_reference`, `one_category`, …). `n` counts the units the
 * value rests on (each function says which: items, reads or pairs), `nExcluded` those left out.
 */
export type Measurement = {
  readonly value: number | null;
  readonly ci: Interval | null;
  /** Standard error, where the method has one. */
  readonly se: number | null;
  readonly n: number;
  readonly nExcluded: number;
  /** Why they were left out, in snake_case; null when none was. */
  readonly exclusion: string | null;
  /** Why `value` is null; null when there is a value. */
  readonly reason: string | null;
  /** Name of estimator and interval, e.g. `krippendorff_alpha:ordinal;bootstrap_percentile:10000:1`. */
  readonly method: string;
};

/** Builds a measurement with a value; throws nothing and turns non-finite numbers into null. */
export function measured(input: {
  value: number;
  ci?: Interval | null;
  se?: number | null;
  n: number;
  nExcluded?: number;
  exclusion?: string;
  method: string;
}): Measurement {
  const { value, ci = null, se = null, n, nExcluded = 0, method } = input;
  if (!Number.isFinite(value)) return unmeasured({ ...input, reason: 'not_finite' });
  return {
    value,
    ci: ci !== null && Number.isFinite(ci[0]) && Number.isFinite(ci[1]) ? ci : null,
    se: se !== null && Number.isFinite(se) ? se : null,
    n,
    nExcluded,
    exclusion: exclusionOf(input),
    reason: null,
    method,
  };
}

/** Builds the measurement of something that is undefined for this data. */
export function unmeasured(input: {
  reason: string;
  n?: number;
  nExcluded?: number;
  exclusion?: string;
  method: string;
}): Measurement {
  const { reason, n = 0, nExcluded = 0, method } = input;
  return { value: null, ci: null, se: null, n, nExcluded, exclusion: exclusionOf(input), reason, method };
}

function exclusionOf(input: { nExcluded?: number; exclusion?: string }): string | null {
  return (input.nExcluded ?? 0) > 0 ? (input.exclusion ?? 'not_measured') : null;
}
