import { type Exclusions, exclusionsOf, type Measurement } from '#server/quality/measurement.ts';
import type { ScoreFigure } from './figure-schema.ts';

/** A measurement as it is stored in evidence and shown: value, interval, n, reason. */
export function figureOf(
  m: Pick<Measurement, 'value' | 'ci' | 'n' | 'reason' | 'nExcluded' | 'exclusion' | 'exclusions'>,
): ScoreFigure {
  return {
    value: m.value,
    interval: m.ci === null ? null : [m.ci[0], m.ci[1]],
    n: m.n,
    reason: m.reason,
    ...leftOut(exclusionsOf(m)),
  };
}

/** What was left out, where something was. */
export function leftOut(exclusions: Exclusions | undefined): Pick<ScoreFigure, 'excluded'> {
  return exclusions === undefined || Object.keys(exclusions).length === 0
    ? {}
    : { excluded: { ...exclusions } };
}

/** A stored score as a figure; `no_data` when it was never computed. */
export function storedFigure(
  row:
    | {
        value: number | null;
        lower: number | null;
        upper: number | null;
        n: number;
        reason?: string | null;
        exclusions?: Exclusions;
      }
    | undefined,
): ScoreFigure {
  if (!row) return { value: null, interval: null, n: 0, reason: 'no_data' };
  const interval: [number, number] | null =
    row.lower === null || row.upper === null ? null : [row.lower, row.upper];
  return {
    value: row.value,
    interval,
    n: row.n,
    reason: row.value === null ? (row.reason ?? 'no_data') : null,
    ...leftOut(row.exclusions),
  };
}
