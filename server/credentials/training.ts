/** How long privacy training holds, in months (default cadence; facts/compliance B6). */
export const TRAINING_MONTHS = 12;

/** The instant at which privacy training done at `passedAt` stops to count: the same day a year later. */
export function trainingValidUntil(passedAt: Date): Date {
  const until = new Date(passedAt);
  until.setUTCMonth(until.getUTCMonth() + TRAINING_MONTHS);
  return until;
}
