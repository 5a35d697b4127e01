import { type CaseOutcome, clusteredProportion } from '#server/quality/clustered-proportion.ts';
import type { Measurement } from '#server/quality/measurement.ts';
import { proportion } from '#server/quality/proportion.ts';

import { leftOut, type StoredScore } from '#server/scores/reads.ts';
import type { Figure } from './schemas.ts';

/** A stored score as a figure; `no_data` when it was never computed. */
export function figureOf(score: StoredScore | undefined): Figure {
  if (!score) return { value: null, interval: null, n: 0, reason: 'no_data' };
  const { value, lower, upper, n, reason, exclusions } = score;
  const interval: Figure['interval'] = lower === null || upper === null ? null : [lower, upper];
  return { value, interval, n, reason, ...leftOut(exclusions) };
}

/** A measurement that is not kept, as a figure. */
export const figureFrom = ({ value, ci, n, reason }: Measurement): Figure => ({
  value,
  interval: ci && [ci[0], ci[1]],
  n,
  reason,
});

/**
 * Reads on gold with every gated field right of a batch or vendor, from the running counts: reads of one case go together, so `n` counts
 * cases and the interval is by case (ADR 021). `no_reference` without a read on gold (R8), `no_data` while those that were submitted (`goldN`) are not counted yet.
 */
export function goldOfCases(outcomes: readonly CaseOutcome[], goldN: number): Figure {
  const { value, ci, n, reason } = clusteredProportion(outcomes, {
    name: 'gated_accuracy',
    reason: goldN > 0 ? 'no_data' : 'no_reference',
  });
  return { value, interval: ci === null ? null : [ci[0], ci[1]], n, reason };
}

/** The same of one reader, from their counters; they read a case once, so it is Wilson's interval over reads. */
export function goldFigure(totals: { goldN: number; goldOk: number }): Figure {
  const { value, ci, n, reason } = proportion(totals.goldOk, totals.goldN);
  return { value, interval: ci === null ? null : [ci[0], ci[1]], n, reason };
}

/** Stands for what is not shown while a pilot is read. */
export const WITHHELD: Figure = { value: null, interval: null, n: 0, reason: 'withheld' };
