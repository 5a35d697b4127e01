import { expect, test } from 'vitest';
import type { ServiceLevels } from './schemas.ts';
import { type BatchPerformance, creditOf, judgeTargets, timesOfPart, unpausedDays } from './sla-rules.ts';

const levels: ServiceLevels = {
  turnaroundDays: 10,
  accuracy: { field: 'grade', atLeast: 0.9 },
  readsPerDay: 100,
  creditBasisPoints: 500,
  capBasisPoints: 800,
};
const good: BatchPerformance = {
  days: 8,
  paceDays: 8,
  reads: 1000,
  accuracy: { value: 0.95, interval: [0.92, 0.97], n: 300 },
};
const verdicts = (over: Partial<BatchPerformance>) =>
  Object.fromEntries(
    judgeTargets(levels, {
      ...good,
      ...(over.days === undefined ? {} : { paceDays: over.days }),
      ...over,
    }).map((one) => [one.target, one.verdict]),
  );

test('a batch that meets everything owes nothing', () => {
  const targets = judgeTargets(levels, good);
  expect(targets.map((one) => one.verdict)).toEqual(['met', 'met', 'met']);
  expect(creditOf(levels, targets, 100_000n)).toBe(0n);
});

test('accuracy has three answers, and what is undecided or unmeasured costs nothing (R8, R10)', () => {
  expect(verdicts({ accuracy: { value: 0.89, interval: [0.86, 0.92], n: 300 } }).accuracy).toBe('undecided');
  expect(verdicts({ accuracy: { value: 0.85, interval: [0.81, 0.88], n: 300 } }).accuracy).toBe('missed');
  expect(verdicts({ accuracy: { value: 0.93, interval: [0.9, 0.95], n: 300 } }).accuracy).toBe('met');
  const none = judgeTargets(levels, { ...good, accuracy: { value: null, interval: null, n: 0 } });
  expect(none.at(-1)).toMatchObject({ verdict: 'undecided', says: expect.stringContaining('not measured') });
  expect(creditOf(levels, none, 100_000n)).toBe(0n);
});

test('each missed target gives back its share, up to the cap, rounded half up', () => {
  const late = judgeTargets(levels, { ...good, days: 10.5, paceDays: 10.5 });
  expect(late.filter((one) => one.verdict === 'missed').map((one) => one.target)).toEqual([
    'turnaround',
    'throughput',
  ]);
  expect(creditOf(levels, late, 100_000n)).toBe(8_000n);
  const one = judgeTargets({ ...levels, readsPerDay: null }, { ...good, days: 10.5 });
  expect(creditOf(levels, one, 99_990n)).toBe(5_000n);
});

test('a small batch read in an hour does not miss its pace', () => {
  expect(verdicts({ days: 0.05, reads: 40 }).throughput).toBe('met');
});

test('a part of a shared batch: pace from its first reads, turnaround from the last that were given to it, both to its own last read', () => {
  const day = (n: number) => new Date(Date.UTC(2026, 10, n));
  const part = { openedAt: day(1), closedAt: day(20), givenAt: [day(1)], lastReadAt: day(6), unread: 0 };
  expect(timesOfPart(part)).toEqual({ from: day(1), paceFrom: day(1), to: day(6) });
  // An overflow gave it more on the 4th.
  expect(timesOfPart({ ...part, givenAt: [day(4), day(1)] })).toEqual({
    from: day(4),
    paceFrom: day(1),
    to: day(6),
  });
  // All of it came by an overflow.
  expect(timesOfPart({ ...part, givenAt: [day(4)] })).toEqual({ from: day(4), paceFrom: day(4), to: day(6) });
  // What it left unread took it until the batch was closed, whatever it read before.
  expect(timesOfPart({ ...part, unread: 3 }).to).toEqual(day(20));
  expect(timesOfPart({ ...part, lastReadAt: null }).to).toEqual(day(20));
  expect(timesOfPart({ ...part, givenAt: [] })).toEqual({ from: day(1), paceFrom: day(1), to: day(6) });
});

test('pace has its own days: reads that came late do not make a vendor look fast', () => {
  expect(verdicts({ days: 2, paceDays: 11, reads: 1000 }).throughput).toBe('missed');
  expect(verdicts({ days: 2, paceDays: 10, reads: 1000 }).throughput).toBe('met');
});

test('days on which the sponsor paused it do not count', () => {
  const day = (n: number) => new Date(Date.UTC(2026, 10, n));
  expect(unpausedDays(day(1), day(11), [])).toBe(10);
  expect(unpausedDays(day(1), day(11), [{ from: day(3), to: day(5) }])).toBe(8);
  expect(unpausedDays(day(1), day(11), [{ from: day(9), to: null }])).toBe(8);
  expect(unpausedDays(day(3), day(11), [{ from: day(1), to: day(2) }])).toBe(8);
});
