import { describe, expect, it } from 'vitest';
import { marginOf, staffCost } from './rules.ts';

const work = { reads: 7, activeMs: 90 * 60_000, currency: 'USD' };

describe('what staff cost a vendor', () => {
  it('is reads or active hours times the rate, rounded once', () => {
    expect(staffCost(work, { basis: 'per_read', amountMinor: 80n, currency: 'USD' })).toBe(560n);
    expect(staffCost(work, { basis: 'per_active_hour', amountMinor: 4_001n, currency: 'USD' })).toBe(6_002n);
    expect(
      staffCost({ ...work, activeMs: 0 }, { basis: 'per_active_hour', amountMinor: 4_000n, currency: 'USD' }),
    ).toBe(0n);
  });

  it('is unknown, not nought, without a rate in the currency of the work', () => {
    expect(staffCost(work, undefined)).toBeNull();
    expect(staffCost(work, { basis: 'per_read', amountMinor: 80n, currency: 'EUR' })).toBeNull();
  });

  it('leaves a margin that may be negative, and no share of nothing', () => {
    expect(marginOf(1_000n, 600n)).toEqual({ marginMinor: 400n, marginShare: 0.4 });
    expect(marginOf(500n, 600n)).toEqual({ marginMinor: -100n, marginShare: -0.2 });
    expect(marginOf(0n, 0n)).toEqual({ marginMinor: 0n, marginShare: null });
    expect(marginOf(1_000n, null)).toEqual({ marginMinor: null, marginShare: null });
  });
});
