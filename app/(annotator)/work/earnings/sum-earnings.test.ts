import { expect, test } from 'vitest';
import { sumEarnings } from './sum-earnings.ts';

test('currencies are never added up; the rate counts accepted and waiting pay, and needs a minute of work', () => {
  const sums = sumEarnings([
    { acceptedMinor: 600n, waitingMinor: 0n, activeMs: 1_200_000, currency: 'USD' },
    { acceptedMinor: 200n, waitingMinor: 400n, activeMs: 600_000, currency: 'USD' },
    { acceptedMinor: 0n, waitingMinor: 50n, activeMs: 30_000, currency: 'EUR' },
    { acceptedMinor: 0n, waitingMinor: 0n, activeMs: 90_000, currency: 'GBP' },
  ]);
  expect(sums).toEqual([
    {
      currency: 'USD',
      acceptedMinor: 800n,
      waitingMinor: 400n,
      activeMs: 1_800_000,
      perActiveHourMinor: 2400n,
    },
    { currency: 'EUR', acceptedMinor: 0n, waitingMinor: 50n, activeMs: 30_000, perActiveHourMinor: null },
  ]);
});
