import { type Measurement, measured, unmeasured } from './measurement.ts';
import { wilsonInterval } from './wilson-interval.ts';

/**
 * A share with its Wilson interval, e.g. accuracy on gold. `n` counts the trials; null with `reason` (default
 * `no_reference`, R8) when there are none.
 *
 * @example proportion(95, 100) // value .95, ci [.888250, .978456]
 */
export function proportion(
  successes: number,
  n: number,
  options: { level?: number; nExcluded?: number; exclusion?: string; reason?: string; name?: string } = {},
): Measurement {
  const {
    level = 0.95,
    nExcluded = 0,
    exclusion = 'no_reference',
    reason = 'no_reference',
    name = 'proportion',
  } = options;
  const method = `${name};wilson:${level}`;
  if (!(n > 0)) return unmeasured({ reason, nExcluded, exclusion, method });
  const value = successes / n;
  return measured({
    value,
    ci: wilsonInterval(successes, n, { level }),
    se: Math.sqrt((value * (1 - value)) / n),
    n,
    nExcluded,
    exclusion,
    method,
  });
}
