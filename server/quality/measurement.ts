/** Both bounds of an interval, lower first. */
export type Interval = readonly [number, number];

/** Units left out by reason, in snake_case. */
export type Exclusions = Readonly<Record<string, number>>;

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
  /** Why they were left out, in snake_case; several reasons are joined by `+`; null when none was. */
  readonly exclusion: string | null;
  /** How many were left out for each reason, where there may be several; see `exclusionsOf`. */
  readonly exclusions?: Exclusions;
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
  /** In the place of `nExcluded` and `exclusion`: how many for which reason. */
  exclusions?: Exclusions;
  method: string;
}): Measurement {
  const { value, ci = null, se = null, n, method } = input;
  if (!Number.isFinite(value)) return unmeasured({ ...input, reason: 'not_finite' });
  return {
    value,
    ci: ci !== null && Number.isFinite(ci[0]) && Number.isFinite(ci[1]) ? ci : null,
    se: se !== null && Number.isFinite(se) ? se : null,
    n,
    ...leftOut(input),
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
  exclusions?: Exclusions;
  method: string;
}): Measurement {
  const { reason, n = 0, method } = input;
  return { value: null, ci: null, se: null, n, ...leftOut(input), reason, method };
}

/** How many units a measurement left out, by reason; empty when none was. */
export function exclusionsOf(m: Pick<Measurement, 'nExcluded' | 'exclusion' | 'exclusions'>): Exclusions {
  if (m.exclusions !== undefined) return m.exclusions;
  return m.nExcluded > 0 ? { [m.exclusion ?? 'not_measured']: m.nExcluded } : {};
}

type LeftOut = Pick<Measurement, 'nExcluded' | 'exclusion' | 'exclusions'>;

function leftOut(input: { nExcluded?: number; exclusion?: string; exclusions?: Exclusions }): LeftOut {
  const { exclusions } = input;
  if (exclusions === undefined) {
    const { nExcluded = 0, exclusion = 'not_measured' } = input;
    return { nExcluded, exclusion: nExcluded > 0 ? exclusion : null };
  }
  const named = Object.entries(exclusions).filter(([, n]) => n > 0);
  named.sort(([a], [b]) => (a < b ? -1 : 1));
  const nExcluded = named.reduce((sum, [, n]) => sum + n, 0);
  const exclusion = named.length === 0 ? null : named.map(([reason]) => reason).join('+');
  return { nExcluded, exclusion, ...(named.length > 1 ? { exclusions: Object.fromEntries(named) } : {}) };
}
