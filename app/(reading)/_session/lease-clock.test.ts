import { expect, test } from 'vitest';
import { clockAhead, heartbeatMs, shortLeaseMs } from './lease-clock.ts';

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

test('a device whose clock is wrong by an hour, ahead or behind, still says what is left of a lease', () => {
  const hour = 3_600_000;
  for (const wrong of [-hour, 0, hour]) {
    const device = (server: number) => server + wrong;
    const given = 1_000_000;
    const ahead = clockAhead(given + 900_000, 900, device(given));
    expect(ahead).toBe(wrong);
    expect(shortLeaseMs(given + 900_000 + ahead, 900, device(given + 840_000))).toBe(60_000);
    expect(shortLeaseMs(given + 900_000 + ahead, 900, device(given + 60_000))).toBeNull();
  }
  expect(clockAhead(1_000_000 + 900_000, 900, 1_000_400)).toBe(0);
});
