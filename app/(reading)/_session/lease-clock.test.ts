import { expect, test } from 'vitest';
import { heartbeatMs, shortLeaseMs } from './lease-clock.ts';

test('a lease is prolonged well before it ends, and not too often', () => {
  expect(heartbeatMs(30)).toBe(15_000);
  expect(heartbeatMs(120)).toBe(30_000);
  expect(heartbeatMs(28_800)).toBe(60_000);
});

test('lease time is said only when it is short', () => {
  expect(shortLeaseMs(1_000_000, 1800, 0)).toBeNull();
  expect(shortLeaseMs(119_000, 1800, 0)).toBe(119_000);
  expect(shortLeaseMs(50_000, 120, 0)).toBeNull();
  expect(shortLeaseMs(30_000, 120, 0)).toBe(30_000);
  expect(shortLeaseMs(0, 120, 5_000)).toBe(0);
});
