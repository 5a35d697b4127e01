import { expect, test } from 'vitest';
import type { ServiceLevels } from './schemas.ts';
import { type BatchPerformance, creditOf, judgeTargets, unpausedDays } from './sla-rules.ts';

const levels: ServiceLevels = {
  turnaroundDays: 10,
  accuracy: { field: 'grade', atLeast: 0.9 },
  readsPerDay: 100,
  creditBasisPoints: 500,
  capBasisPoints: 800,
};
const good: BatchPerformance = {
  days: 8,
  reads: 1000,
  accuracy: { value: 0.95, interval: [0.92, 0.97], n: 300 },
};
const verdicts = (over: Partial<BatchPerformance>) =>
  Object.fromEntries(judgeTargets(levels, { ...good, ...over }).map((one) => [one.target, one.verdict]));

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
  const late = judgeTargets(levels, { ...good, days: 10.5 });
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

test('days on which the sponsor paused it do not count', () => {
  const day = (n: number) => new Date(Date.UTC(2026, 10, n));
  expect(unpausedDays(day(1), day(11), [])).toBe(10);
  expect(unpausedDays(day(1), day(11), [{ from: day(3), to: day(5) }])).toBe(8);
  expect(unpausedDays(day(1), day(11), [{ from: day(9), to: null }])).toBe(8);
  expect(unpausedDays(day(3), day(11), [{ from: day(1), to: day(2) }])).toBe(8);
});
