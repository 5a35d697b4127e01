import { describe, expect, test } from 'vitest';
import type { Database } from '#db/client.ts';
import { manualClock } from '#server/core/clock.ts';
import { spokenLately, spokenNow } from './spoken-sums.ts';

/** A database whose sums end one by one, when the test says so, with the number of the statement. */
function slowSums() {
  const ends: { say: () => void; fail: () => void }[] = [];
  const execute = () =>
    new Promise<{ minor: string }[]>((resolve, reject) => {
      const n = ends.length + 1;
      ends.push({ say: () => resolve([{ minor: String(n) }]), fail: () => reject(new Error('gone')) });
    });
  const clock = manualClock('2026-03-01T09:00:00Z');
  return { asks: { db: { execute } as unknown as Database, clock }, ends, clock };
}

const BATCH = 'b';
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('the sum of what is spoken for (R29)', () => {
  test('who asks while one is under way shares the next, which was begun after they asked: never two at a time', async () => {
    const { asks, ends } = slowSums();
    const first = spokenNow(asks, BATCH);
    const later = Array.from({ length: 20_000 }, () => spokenNow(asks, BATCH));
    expect(ends).toHaveLength(1);
    ends[0]?.say();
    expect(await first).toBe(1n);
    await settle();
    expect(ends).toHaveLength(2);
    const third = spokenNow(asks, BATCH);
    ends[1]?.say();
    expect(new Set(await Promise.all(later))).toEqual(new Set([2n]));
    await settle();
    expect(ends).toHaveLength(3);
    ends[2]?.say();
    expect(await third).toBe(3n);
  });

  test('one of up to 15 seconds ago is known to all, of its own batch', async () => {
    const { asks, ends, clock } = slowSums();
    expect(spokenLately(asks, BATCH)).toBeNull();
    const sum = spokenNow(asks, BATCH);
    ends[0]?.say();
    await sum;
    clock.advance(14_999);
    expect(await spokenLately(asks, BATCH)).toBe(1n);
    expect(spokenLately(asks, 'another')).toBeNull();
    clock.advance(1);
    expect(spokenLately(asks, BATCH)).toBeNull();
  });

  test('one that failed is not kept, and keeps nobody after it waiting', async () => {
    const { asks, ends } = slowSums();
    const failed = spokenNow(asks, BATCH);
    const next = spokenNow(asks, BATCH);
    ends[0]?.fail();
    await expect(failed).rejects.toThrow('gone');
    await settle();
    ends[1]?.say();
    expect(await next).toBe(2n);
    expect(await spokenLately(asks, BATCH)).toBe(2n);
  });
});
