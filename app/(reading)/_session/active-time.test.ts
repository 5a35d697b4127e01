import { describe, expect, test } from 'vitest';
import { activeMs, IDLE_MS, NO_TIME, noteActivity, stopTime } from './active-time.ts';

describe('active time', () => {
  test('counts the time between signs of life', () => {
    let time = noteActivity(NO_TIME, 1_000);
    time = noteActivity(time, 21_000);
    expect(activeMs(time, 31_000)).toBe(30_000);
  });

  test('a gap counts for one idle limit, however long it was', () => {
    let time = noteActivity(NO_TIME, 0);
    time = noteActivity(time, 3_600_000);
    expect(activeMs(time, 3_600_000)).toBe(IDLE_MS);
    expect(activeMs(time, 7_200_000)).toBe(2 * IDLE_MS);
  });

  test('looking at a case without moving counts, up to the limit', () => {
    expect(activeMs(noteActivity(NO_TIME, 0), 45_000)).toBe(45_000);
  });

  test('nothing counts while it stands', () => {
    const stopped = stopTime(noteActivity(NO_TIME, 0), 10_000);
    expect(activeMs(stopped, 900_000)).toBe(10_000);
    expect(activeMs(noteActivity(stopped, 900_000), 905_000)).toBe(15_000);
  });

  test('a clock that was set back takes nothing away', () => {
    expect(activeMs(noteActivity({ countedMs: 5_000, lastAt: 50_000 }, 10_000), 10_000)).toBe(5_000);
  });
});
