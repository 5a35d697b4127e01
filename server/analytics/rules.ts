/** Reads submitted in one hour, by its start. */
export type HourOfReads = { at: Date; reads: number };

/** When the rest will be read at the present pace, with an 80 % interval; dates are null when the pace may be zero. */
export type Forecast = {
  remainingReads: number;
  readsPerDay: number;
  finishAt: Date | null;
  earliest: Date | null;
  /** Null: the slow end of the pace is not above zero, so no last date can be given. */
  latest: Date | null;
  /** Stretches of equal length that the interval rests on. */
  n: number;
};

/**
 * Reads that people will make until `left` ordinary ones are in, where `goldShare` (0..1) of all that they read is gold that is dealt
 * among them: the pace counts both.
 */
export const readsWithGold = (left: number, goldShare: number): number =>
  Math.ceil(left / (1 - Math.min(0.99, goldShare)));

/** The share of dealt gold among what people read in a batch, 0..1; null where none is dealt. */
export const goldShareOf = (batch: { goldMode: string; goldShareBasisPoints: number }): number | null =>
  batch.goldMode === 'dealt' ? batch.goldShareBasisPoints / 10_000 : null;

const HOUR = 3_600_000;
/** Two-sided 80 % of the normal distribution. */
const Z = 1.2816;
const MOST_BLOCKS = 12;

/**
 * Forecast of the end from the pace so far. The time from the first read until now is cut into at most twelve equal
 * stretches of at least an hour; the interval is mean ± 1.28 standard errors of their counts, so nights and breaks widen it
 * as they should. `remainingReads` and the hours count alike, dealt gold included (`readsWithGold`). Null when there is nothing left, fewer than three stretches, or no read.
 */
export function forecastFinish(
  hours: readonly HourOfReads[],
  remainingReads: number,
  now: Date,
): Forecast | null {
  const first = hours.find((hour) => hour.reads > 0);
  if (!first || remainingReads <= 0) return null;
  const start = first.at.getTime();
  const elapsed = now.getTime() - start;
  const blocks = Math.min(MOST_BLOCKS, Math.floor(elapsed / HOUR));
  if (blocks < 3) return null;
  const length = elapsed / blocks;
  const counts = new Array<number>(blocks).fill(0);
  for (const hour of hours) {
    const index = Math.min(blocks - 1, Math.max(0, Math.floor((hour.at.getTime() - start) / length)));
    counts[index] = (counts[index] ?? 0) + hour.reads;
  }
  const mean = counts.reduce((a, b) => a + b, 0) / blocks;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (blocks - 1);
  const error = Math.sqrt(variance / blocks);
  const finish = (perBlock: number) =>
    perBlock > 0 ? new Date(now.getTime() + (remainingReads / perBlock) * length) : null;
  return {
    remainingReads,
    readsPerDay: (mean / length) * 24 * HOUR,
    finishAt: finish(mean),
    earliest: finish(mean + Z * error),
    latest: finish(mean - Z * error),
    n: blocks,
  };
}

/** How a forecast stands to the deadline, a calendar day that counts to its end (UTC). */
export type Standing = 'on_track' | 'at_risk' | 'late' | 'unknown';

/** On track when even the slow end is in time, late when even the fast end is not, else at risk. */
export function standingOf(forecast: Forecast | null, deadline: string): Standing {
  if (!forecast?.finishAt) return 'unknown';
  const end = new Date(`${deadline}T23:59:59.999Z`);
  if (forecast.latest !== null && forecast.latest <= end) return 'on_track';
  return forecast.earliest !== null && forecast.earliest > end ? 'late' : 'at_risk';
}

/**
 * Whether a batch should be scored again: at its tenth read, then whenever it has grown by a quarter, and once more when it
 * has been settled. So a history has some tens of points however large the batch.
 */
export function isScoreDue(input: {
  reads: number;
  scoredReads: number;
  scoredAt: Date | null;
  settledAt: Date | null;
}): boolean {
  if (input.reads < 2) return false;
  if (input.settledAt !== null) return input.scoredAt === null || input.scoredAt < input.settledAt;
  return input.reads >= 10 && input.reads >= input.scoredReads * 1.25;
}

/** Hours from the first to the last with what was read in each, the empty ones as zero; at most `most`, the latest. */
export function fillHours<T extends { at: Date; reads: number; activeMs: number }>(
  hours: readonly T[],
  most: number,
): { at: Date; reads: number; activeMs: number }[] {
  const [first, last] = [hours[0], hours.at(-1)];
  if (!first || !last) return [];
  const known = new Map(hours.map((hour) => [hour.at.getTime(), hour]));
  const from = Math.max(first.at.getTime(), last.at.getTime() - (most - 1) * HOUR);
  const filled: { at: Date; reads: number; activeMs: number }[] = [];
  for (let at = from; at <= last.at.getTime(); at += HOUR) {
    const hour = known.get(at);
    filled.push({ at: new Date(at), reads: hour?.reads ?? 0, activeMs: hour?.activeMs ?? 0 });
  }
  return filled;
}
