import { describe, expect, test } from 'vitest';
import { present } from '#server/core/assert.ts';
import { HOUR } from '#server/core/clock.ts';
import { atLeast, type LiveCounts, liveView, roughly } from './live-rules.ts';

const now = new Date('2026-11-21T12:10:00Z');
const hours = [0, 1, 2, 3].map((n) => ({ at: new Date(now.getTime() - (4 - n) * HOUR), reads: 100 + n }));
const counts = (change: Partial<LiveCounts> = {}): LiveCounts => ({
  status: 'open',
  taskCount: 1000,
  goldShare: 0.1,
  submitted: 450,
  reads: 430,
  held: 12,
  activeReaders: 5,
  activeDeciders: 1,
  progress: {
    tasks: { open: 700, labelled: 13, final: 287 },
    readsDone: 430,
    readsNeeded: 1500,
    asOf: now,
  },
  hours,
  ...change,
});

/** The counts after one more ordinary read, and after one more read of dealt gold. */
const afterOrdinary = counts({
  submitted: 451,
  reads: 431,
  progress: {
    tasks: { open: 699, labelled: 14, final: 287 },
    readsDone: 431,
    readsNeeded: 1500,
    asOf: now,
  },
});
const afterGold = counts({ submitted: 451 });

describe('what is shown live of a batch', () => {
  test('the sponsor sees it exactly, without the gold that comes on top of its own reads', () => {
    expect(liveView('sponsor', counts(), now)).toMatchObject({
      isRough: false,
      reads: 430,
      readsNeeded: 1500,
      activeReaders: 5,
      whole: { readsOpen: 1058, casesSettled: 287, casesWaiting: 13, finish: { basis: 'pace', n: 4 } },
    });
  });

  test('to the vendor, whose people read in it, a gold read and an ordinary one look the same (R21)', () => {
    expect(liveView('vendor', afterGold, now)).toEqual(liveView('vendor', afterOrdinary, now));
    expect(liveView('sponsor', afterGold, now)).not.toEqual(liveView('sponsor', afterOrdinary, now));
    const view = liveView('vendor', counts(), now);
    expect(view).toMatchObject({ isRough: true, reads: 450, readsNeeded: null, whole: { readsOpen: 2000 } });
    expect(view.whole?.finish.at?.getMinutes()).toBe(0);
  });

  test('nothing in it says how right anybody is (R15, R21)', () => {
    for (const viewer of ['sponsor', 'vendor'] as const) {
      const text = JSON.stringify(liveView(viewer, counts(), now));
      expect(text).not.toMatch(/gold|accura|right|ok/i);
    }
  });

  test('the end is told by all that people still read, gold dealt among it included', () => {
    const finish = (goldShare: number | null) => {
      const at = liveView('sponsor', counts({ goldShare }), now).whole?.finish.at;
      return (present(at, 'the forecast').getTime() - now.getTime()) / HOUR;
    };
    expect(finish(0.5) / finish(null)).toBeCloseTo(2, 2);
    expect(finish(0.1) / finish(0)).toBeCloseTo(1 / 0.9, 2);
  });

  test('says why there is no forecast', () => {
    const basis = (change: Partial<LiveCounts>) =>
      liveView('sponsor', counts(change), now).whole?.finish.basis;
    expect(basis({ hours: [] })).toBe('too_early');
    expect(basis({ status: 'paused' })).toBe('not_open');
    const done = { tasks: { final: 1000 }, readsDone: 1500, readsNeeded: 1500, asOf: now };
    expect(basis({ progress: done, reads: 1500 })).toBe('nothing_left');
  });

  test('R27: only what may still be given out is in the queue', () => {
    const queue = (viewer: 'sponsor' | 'vendor', status: LiveCounts['status']) =>
      liveView(viewer, counts({ status }), now).whole?.readsOpen;
    expect(
      (['open', 'paused', 'closing', 'settled'] as const).map((status) => queue('sponsor', status)),
    ).toEqual([1058, 1058, 0, 0]);
    expect(queue('vendor', 'settled')).toBe(0);
  });

  test.each([
    [0, 0],
    [1, 5],
    [7, 10],
    [11, 20],
    [50, 50],
    [99, 100],
    [101, 200],
    [1058, 2000],
    [123_456, 200_000],
  ])('%i is about %i', (n, about) => expect(roughly(n)).toBe(about));

  test.each([
    [0, 0],
    [4, 0],
    [5, 5],
    [27, 20],
    [50, 50],
    [99, 50],
    [1058, 1000],
  ])('%i are at least %i', (n, least) => expect(atLeast(n)).toBe(least));

  test('the vendor is told at least how many cases are settled, and exactly once all are', () => {
    const settled = (final: number) =>
      liveView('vendor', counts({ progress: { ...counts().progress, tasks: { final } } }), now).whole
        ?.casesSettled;
    expect([settled(287), settled(999), settled(1000)]).toEqual([200, 500, 1000]);
  });
});
