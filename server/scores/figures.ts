import type { Measurement } from '#server/quality/measurement.ts';
import type { ScoreFigure } from './figure-schema.ts';

/** A measurement as it is stored in evidence and shown: value, interval, n, reason. */
export function figureOf(m: Pick<Measurement, 'value' | 'ci' | 'n' | 'reason'>): ScoreFigure {
  return { value: m.value, interval: m.ci === null ? null : [m.ci[0], m.ci[1]], n: m.n, reason: m.reason };
}

/** A stored score as a figure; `no_data` when it was never computed. */
export function storedFigure(
  row:
    | { value: number | null; lower: number | null; upper: number | null; n: number; reason?: string | null }
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
  };
}
