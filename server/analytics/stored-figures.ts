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

/** Reads on gold with every gated field right, from the readers' counters, with Wilson's interval (R8 without gold). */
export function goldFigure(totals: { goldN: number; goldOk: number }): Figure {
  const { value, ci, n, reason } = proportion(totals.goldOk, totals.goldN);
  return { value, interval: ci === null ? null : [ci[0], ci[1]], n, reason };
}

/** Stands for what is not shown while a pilot is read. */
export const WITHHELD: Figure = { value: null, interval: null, n: 0, reason: 'withheld' };
