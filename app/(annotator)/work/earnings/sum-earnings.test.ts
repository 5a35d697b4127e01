import { expect, test } from 'vitest';
import { sumEarnings } from './sum-earnings.ts';

test('earnings are summed per currency with the effective hourly rate', () => {
  const lines = [
    { accruedMinor: 600n, activeMs: 1_200_000, currency: 'USD' },
    { accruedMinor: 600n, activeMs: 600_000, currency: 'USD' },
    { accruedMinor: 50n, activeMs: 30_000, currency: 'EUR' },
    { accruedMinor: 0n, activeMs: 90_000, currency: 'GBP' },
  ];
  expect(sumEarnings(lines)).toEqual([
    { currency: 'USD', accruedMinor: 1200n, activeMs: 1_800_000, perActiveHourMinor: 2400n },
    { currency: 'EUR', accruedMinor: 50n, activeMs: 30_000, perActiveHourMinor: null },
  ]);
});
