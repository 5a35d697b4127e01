import { describe, expect, test } from 'vitest';
import {
  arrivesAt,
  asksAgainAt,
  dueJobs,
  inStep,
  SETTLE_EVERY_MS,
  TALLY_EVERY_MS,
  waitMs,
} from './pacing.ts';
import { Timeline } from './timeline.ts';

describe('the line of time', () => {
  test('gives events in the order of their instants, whatever order they came in', () => {
    const line = new Timeline<{ at: number }>();
    // A fixed shuffle of 0…4,999: 3,001 and 5,000 have no common divisor.
    for (let i = 0; i < 5000; i += 1) line.put({ at: (i * 3001) % 5000 });
    const order: number[] = [];
    for (let event = line.take(Number.POSITIVE_INFINITY); event; event = line.take(Number.POSITIVE_INFINITY))
      order.push(event.at);
    expect(order).toEqual(Array.from({ length: 5000 }, (_, i) => i));
  });

  test('keeps what comes at or after the end, and gives what is put in later and comes earlier first', () => {
    const line = new Timeline<{ at: number; name: string }>();
    expect(line.take(10)).toBeNull();
    line.put({ at: 5, name: 'b' });
    line.put({ at: 10, name: 'end' });
    line.put({ at: 1, name: 'a' });
    expect(line.take(10)?.name).toBe('a');
    line.put({ at: 2, name: 'between' });
    expect([line.take(10)?.name, line.take(10)?.name]).toEqual(['between', 'b']);
    expect(line.take(10)).toBeNull();
    expect(line.take(11)?.name).toBe('end');
  });
});

describe('the pace of a crowd', () => {
  test('people come in over the first twentieth of the time, no two of the first thousand at once', () => {
    const sessionMs = 300_000;
    const times = Array.from({ length: 997 }, (_, index) => arrivesAt(index, sessionMs));
    expect(Math.min(...times)).toBe(0);
    expect(Math.max(...times)).toBeLessThan(sessionMs * 0.05);
    expect(new Set(times).size).toBe(997);
  });

  test('who finds nothing waits twice as long each time, at most 80 seconds, and goes home when all is settled', () => {
    expect([0, 1, 2, 3, 4, 20].map(waitMs)).toEqual([10_000, 20_000, 40_000, 80_000, 80_000, 80_000]);
    expect(asksAgainAt({ at: 7_000, asked: 1, isSettled: false })).toBe(27_000);
    expect(asksAgainAt({ at: 7_000, asked: 1, isSettled: true })).toBeNull();
  });

  test('jobs are due by the crowd’s time since they ran last, each at its own pace', () => {
    const last = { settledAt: 1_000, talliedAt: 0 };
    expect(dueJobs(last, 1_000 + SETTLE_EVERY_MS - 1)).toEqual({ settle: false, tally: false });
    expect(dueJobs(last, 1_000 + SETTLE_EVERY_MS)).toEqual({ settle: true, tally: false });
    expect(dueJobs(last, TALLY_EVERY_MS)).toEqual({ settle: true, tally: true });
  });

  test('nobody goes on while the jobs run, which run once however many come', async () => {
    let isDue = true;
    let runs = 0;
    let end = () => {};
    const pass = inStep(
      () => isDue,
      () => {
        runs += 1;
        return new Promise<void>((done) => {
          end = done;
        });
      },
    );
    const passed: number[] = [];
    const all = [1, 2, 3].map((one) => pass().then(() => passed.push(one)));
    // Who comes while they run waits too, although nothing is due any more.
    isDue = false;
    all.push(pass().then(() => passed.push(4)));
    await Promise.resolve();
    expect([runs, passed]).toEqual([1, []]);
    end();
    await Promise.all(all);
    expect([runs, passed]).toEqual([1, [1, 2, 3, 4]]);
    await pass();
    expect(runs).toBe(1);
    isDue = true;
    const again = pass();
    end();
    await again;
    expect(runs).toBe(2);
  });

  test('jobs that fail let the next who comes try again', async () => {
    let runs = 0;
    const pass = inStep(
      () => true,
      () => {
        runs += 1;
        return runs === 1 ? Promise.reject(new Error('The database is away.')) : Promise.resolve();
      },
    );
    await expect(pass()).rejects.toThrow('away');
    await pass();
    expect(runs).toBe(2);
  });
});
