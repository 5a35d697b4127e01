import { AppError } from '#server/core/errors.ts';

/**
 * The limit at which `bernoulliCusum` raises a false alarm once in `falseAlarmLength` right-or-wrong answers on average when
 * the true share is `good`. The run length is exact for the chain whose states are the score in steps of 1/`steps` of
 * the limit (Brook & Evans 1972), and the limit is found by bisection; the chain's rounding costs some per cent.
 *
 * Source: Reynolds & Stoumbos 1999; Brook & Evans 1972.
 *
 * @example bernoulliCusumLimit({ good: 0.9, bad: 0.75, falseAlarmLength: 500 })
 */
export function bernoulliCusumLimit(plan: {
  readonly good: number;
  readonly bad: number;
  readonly falseAlarmLength: number;
}): number {
  const { good, bad, falseAlarmLength } = plan;
  if (!(bad > 0 && bad < good && good < 1 && falseAlarmLength > 1)) {
    throw new AppError({
      kind: 'invalid',
      reason: 'bad_cusum_plan',
      message: 'A CUSUM of answers needs 0 < bad < good < 1 and a false-alarm length above 1.',
    });
  }
  let low = 0;
  let high = 12;
  for (let round = 0; round < 24; round += 1) {
    const middle = (low + high) / 2;
    if (bernoulliCusumRunLength({ good, bad, limit: middle, share: good }) < falseAlarmLength) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Average number of answers until `bernoulliCusum` signals when the true share of right answers is `share`.
 *
 * Source: Brook & Evans 1972.
 */
export function bernoulliCusumRunLength(plan: {
  readonly good: number;
  readonly bad: number;
  readonly limit: number;
  readonly share: number;
  readonly steps?: number;
}): number {
  const { good, bad, limit, share, steps = 120 } = plan;
  const right = Math.log(bad / good);
  const wrong = Math.log((1 - bad) / (1 - good));
  const width = limit / steps;
  const stateAfter = (state: number, move: number) => Math.max(0, Math.round((state * width + move) / width));
  // (I − Q) L = 1 over the states that are not a signal; Gauss–Seidel from a good start converges slowly, so solved.
  const size = steps + 1;
  const rows: Float64Array[] = Array.from({ length: size }, (_, state) => {
    const row: Float64Array = new Float64Array(size + 1);
    row[state] = 1;
    row[size] = 1;
    for (const [move, chance] of [
      [right, share],
      [wrong, 1 - share],
    ] as const) {
      const next = stateAfter(state, move);
      if (next < size) row[next] = (row[next] as number) - chance;
    }
    return row;
  });
  for (let pivot = 0; pivot < size; pivot += 1) {
    let best = pivot;
    for (let row = pivot + 1; row < size; row += 1)
      if (Math.abs(rows[row]?.[pivot] ?? 0) > Math.abs(rows[best]?.[pivot] ?? 0)) best = row;
    const top = rows[best] as Float64Array;
    rows[best] = rows[pivot] as Float64Array;
    rows[pivot] = top;
    for (let row = pivot + 1; row < size; row += 1) {
      const own = rows[row] as Float64Array;
      const factor = (own[pivot] as number) / (top[pivot] as number);
      if (factor === 0) continue;
      for (let column = pivot; column <= size; column += 1)
        own[column] = (own[column] as number) - factor * (top[column] as number);
    }
  }
  const lengths = new Float64Array(size);
  for (let state = size - 1; state >= 0; state -= 1) {
    const row = rows[state] as Float64Array;
    let sum = row[size] as number;
    for (let column = state + 1; column < size; column += 1)
      sum -= (row[column] as number) * (lengths[column] as number);
    lengths[state] = sum / (row[state] as number);
  }
  return lengths[0] as number;
}
