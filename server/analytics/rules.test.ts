import { describe, expect, test } from 'vitest';
import { fillHours, forecastFinish, isScoreDue, standingOf } from './rules.ts';

const start = Date.UTC(2026, 10, 20, 8);
const hour = (index: number, reads: number) => ({ at: new Date(start + index * 3_600_000), reads });
const now = new Date(start + 10 * 3_600_000);

describe('forecastFinish', () => {
  test('a steady pace gives one date without width', () => {
    const forecast = forecastFinish(
      Array.from({ length: 10 }, (_, index) => hour(index, 20)),
      100,
      now,
    );
    expect(forecast).toMatchObject({ remainingReads: 100, n: 10 });
    expect(forecast?.readsPerDay).toBeCloseTo(480);
    expect(forecast?.finishAt).toEqual(new Date(now.getTime() + 5 * 3_600_000));
    expect(forecast?.earliest).toEqual(forecast?.latest);
  });

  test('an uneven pace is wider, and has no last date when its slow end stands still', () => {
    const uneven = forecastFinish([hour(0, 40), hour(2, 10), hour(5, 50), hour(8, 30)], 100, now);
    expect(uneven?.earliest?.getTime()).toBeLessThan(uneven?.finishAt?.getTime() ?? 0);
    expect(uneven?.latest?.getTime()).toBeGreaterThan(uneven?.finishAt?.getTime() ?? 0);
    expect(forecastFinish([hour(0, 100)], 100, now)?.latest).toBeNull();
  });

  test('says nothing when there is nothing left, no read, or less than three hours', () => {
    expect(forecastFinish([hour(0, 5)], 0, now)).toBeNull();
    expect(forecastFinish([], 10, now)).toBeNull();
    expect(forecastFinish([hour(8, 5)], 10, now)).toBeNull();
  });
});

describe('standingOf', () => {
  const forecast = (earliest: string, latest: string | null) => ({
    remainingReads: 1,
    readsPerDay: 1,
    finishAt: new Date(`${earliest}T12:00:00Z`),
    earliest: new Date(`${earliest}T00:00:00Z`),
    latest: latest === null ? null : new Date(`${latest}T00:00:00Z`),
    n: 12,
  });

  test('on track only when the slow end is in time, late only when the fast end is not', () => {
    expect(standingOf(forecast('2026-12-01', '2026-12-10'), '2026-12-10')).toBe('on_track');
    expect(standingOf(forecast('2026-12-01', '2026-12-12'), '2026-12-10')).toBe('at_risk');
    expect(standingOf(forecast('2026-12-01', null), '2026-12-10')).toBe('at_risk');
    expect(standingOf(forecast('2026-12-11', '2026-12-20'), '2026-12-10')).toBe('late');
    expect(standingOf(null, '2026-12-10')).toBe('unknown');
  });
});

test('a batch is scored at ten reads, at each growth by a quarter, and once after it was settled', () => {
  const at = (minutes: number) => new Date(start + minutes * 60_000);
  const due = (reads: number, scoredReads: number) =>
    isScoreDue({ reads, scoredReads, scoredAt: scoredReads === 0 ? null : at(0), settledAt: null });
  expect([due(9, 0), due(10, 0), due(12, 10), due(13, 10)]).toEqual([false, true, false, true]);
  const over = (scoredAt: Date | null) =>
    isScoreDue({ reads: 40, scoredReads: 40, scoredAt, settledAt: at(5) });
  expect([over(null), over(at(1)), over(at(6))]).toEqual([true, true, false]);
});

test('hours without reads are zero, and only the latest are kept', () => {
  const rows = [hour(0, 3), hour(3, 4)].map((row) => ({ ...row, activeMs: row.reads * 1000 }));
  expect(fillHours(rows, 100).map((row) => row.reads)).toEqual([3, 0, 0, 4]);
  expect(fillHours(rows, 2).map((row) => row.reads)).toEqual([0, 4]);
  expect(fillHours([], 2)).toEqual([]);
});
