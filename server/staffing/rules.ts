import type { StaffRate } from './schemas.ts';

const MS_PER_HOUR = 3_600_000n;

export type StaffWork = { reads: number; activeMs: number; currency: string };

/**
 * What a person's work costs their vendor, in minor units rounded half up once at the end: accepted reads times the rate, or active
 * hours times the rate. Null without a rate in the currency of the work: an unknown cost is not nought.
 *
 * @example staffCost({ reads: 10, activeMs: 0, currency: 'USD' }, { basis: 'per_read', amountMinor: 80n, currency: 'USD' }) // 800n
 */
export function staffCost(
  work: StaffWork,
  rate: Pick<StaffRate, 'basis' | 'amountMinor' | 'currency'> | undefined,
): bigint | null {
  if (!rate || rate.currency !== work.currency) return null;
  if (rate.basis === 'per_read') return rate.amountMinor * BigInt(work.reads);
  return (rate.amountMinor * BigInt(work.activeMs) + MS_PER_HOUR / 2n) / MS_PER_HOUR;
}

/** Earned less cost, and its share of what was earned; null where the cost is not known. */
export function marginOf(
  earnedMinor: bigint,
  costMinor: bigint | null,
): { marginMinor: bigint | null; marginShare: number | null } {
  if (costMinor === null) return { marginMinor: null, marginShare: null };
  const marginMinor = earnedMinor - costMinor;
  const marginShare = earnedMinor === 0n ? null : Number(marginMinor) / Number(earnedMinor);
  return { marginMinor, marginShare };
}
