/** A stretch of time, in any one unit: start before end. */
export type TimeSpan = { readonly start: number; readonly end: number };

/**
 * Overlap of two annotations of a time series: the time that both mark over the time that either marks (IoU), and
 * Dice. Stretches of one annotation may touch or overlap: they are joined first. Null when neither marks anything.
 *
 * @example timeOverlap([{ start: 0, end: 2 }], [{ start: 1, end: 3 }]) // { iou: 1/3, dice: 1/2 }
 */
export function timeOverlap(
  first: readonly TimeSpan[],
  second: readonly TimeSpan[],
): { iou: number | null; dice: number | null } {
  const a = joined(first);
  const b = joined(second);
  let both = 0;
  for (const left of a) {
    for (const right of b)
      both += Math.max(0, Math.min(left.end, right.end) - Math.max(left.start, right.start));
  }
  const total = lengthOf(a) + lengthOf(b);
  return total === 0 ? { iou: null, dice: null } : { iou: both / (total - both), dice: (2 * both) / total };
}

function joined(spans: readonly TimeSpan[]): TimeSpan[] {
  const out: TimeSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = out.at(-1);
    if (last !== undefined && span.start <= last.end) {
      out[out.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    } else out.push(span);
  }
  return out;
}

function lengthOf(spans: readonly TimeSpan[]): number {
  return spans.reduce((sum, { start, end }) => sum + (end - start), 0);
}
