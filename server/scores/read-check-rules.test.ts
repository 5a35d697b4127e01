import { describe, expect, test } from 'vitest';
import { counterUniform } from '#server/quality/counter-hash.ts';
import {
  extremeChecks,
  fastChecks,
  fastLimit,
  labelMixChecks,
  type PairCount,
  type TimeCount,
  unitChecks,
  unitFactor,
} from './read-check-rules.ts';
import { timeBin } from './task-counts.ts';

const grade = { key: 'grade', label: 'Grade', scale: 'ordinal' as const, categories: ['0', '1', '2', '3'] };
/** Readers with these counts of the four grades. */
const given = (rows: Record<string, readonly number[]>) =>
  Object.entries(rows).flatMap(([readerId, counts]) =>
    counts.map((n, at) => ({ readerId, answer: String(at), n })),
  );
/** Reads at these times in milliseconds. */
const timed = (readerId: string, times: readonly number[]): TimeCount[] =>
  times.map((ms) => ({ readerId, bin: timeBin(ms), n: 1 }));
const around = (readerId: string, median: number, n: number, stream: number) =>
  timed(
    readerId,
    Array.from({ length: n }, (_, at) => median * 2 ** (counterUniform(stream, at, 1) - 0.5)),
  );

describe('what is unusual about somebody’s reads', () => {
  test('a mix of answers far from that of all others, with both shares and an adjusted p', () => {
    const counts = given({
      a: [50, 25, 15, 10],
      b: [52, 24, 14, 10],
      c: [49, 26, 15, 10],
      odd: [90, 5, 5, 0],
    });
    const [found, ...rest] = labelMixChecks(grade, counts);
    expect(rest).toEqual([]);
    expect(found).toMatchObject({ readerId: 'odd', kind: 'label_mix', evidence: { answer: '0' } });
    expect(found?.evidence.own).toMatchObject({ value: 0.9, n: 100 });
    expect(found?.evidence.others.value).toBeCloseTo(151 / 300);
    expect(found?.evidence.p).toBeLessThan(0.01);
  });

  test('few reads, like mixes and differences that chance explains are left alone', () => {
    expect(labelMixChecks(grade, given({ a: [50, 50, 0, 0], b: [20, 0, 0, 0] }))).toEqual([]);
    expect(labelMixChecks(grade, given({ a: [20, 20, 0, 0], b: [25, 15, 0, 0], c: [18, 22, 0, 0] }))).toEqual(
      [],
    );
    expect(
      labelMixChecks({ ...grade, scale: null }, given({ a: [100, 0, 0, 0], b: [0, 100, 0, 0] })),
    ).toEqual([]);
  });

  test('answers at the ends of a scale, or at the limits of a number', () => {
    const [found] = extremeChecks(
      grade,
      given({ a: [10, 40, 40, 10], b: [12, 38, 40, 10], ends: [45, 5, 5, 45] }),
    );
    expect(found).toMatchObject({ readerId: 'ends', kind: 'extremes', evidence: { own: { value: 0.9 } } });
    const size = { key: 'mm', label: 'Size', scale: 'interval' as const, categories: [] };
    const counts = ['a', 'b', 'c'].flatMap((readerId) => [
      { readerId, answer: 'at_limit', n: readerId === 'c' ? 60 : 2 },
      { readerId, answer: 'within', n: 60 },
    ]);
    expect(extremeChecks(size, counts).map((one) => one.readerId)).toContain('c');
    // Two or three answers have no middle: the ends are all there is.
    expect(extremeChecks({ ...grade, categories: ['0', '1'] }, given({ a: [90, 10, 0, 0] }))).toEqual([]);
  });

  test('reads three standard deviations under the usual time, never by being faster than others alone', () => {
    const times = [
      ...around('a', 20_000, 60, 1),
      ...around('b', 30_000, 60, 2),
      ...around('quick', 9000, 60, 3),
    ];
    expect(fastLimit(times)?.medianMs).toBeGreaterThan(10_000);
    expect(fastChecks(times)).toEqual([]);
    const clicked = timed(
      'clicks',
      Array.from({ length: 8 }, () => 700),
    );
    const found = fastChecks([...times, ...clicked, ...around('clicks', 20_000, 40, 4)]);
    expect(found).toMatchObject([{ readerId: 'clicks', kind: 'too_fast', evidence: { own: { n: 48 } } }]);
    expect(found[0]?.evidence.own.value).toBeCloseTo(8 / 48);
    expect(found[0]?.evidence.seconds?.limit).toBeGreaterThanOrEqual(1);
  });

  test('the floor that a batch names holds, however usual it is there to be faster', () => {
    const times = [...around('a', 20_000, 60, 1), ...around('b', 9000, 60, 2)];
    expect(fastChecks(times)).toEqual([]);
    // Nobody reads these with care in under fifteen seconds.
    expect(fastLimit(times, 15)?.limitMs).toBe(15_000);
    expect(fastChecks(times, 15).map((one) => one.readerId)).toContain('b');
    expect(fastChecks(times, 15).find((one) => one.readerId === 'b')?.evidence.seconds?.limit).toBe(15);
    // A floor needs no statistics: it holds from the first reads on.
    expect(fastLimit(times.slice(0, 5))).toBeNull();
    const few = timed('c', [2000, 2000, 2000, 30_000]);
    expect(fastChecks(few, 15)).toMatchObject([{ readerId: 'c', evidence: { own: { value: 0.75 } } }]);
  });

  test('two fast reads, or a batch with few timed reads, say nothing', () => {
    const times = around('a', 20_000, 60, 5);
    expect(fastChecks([...times, ...timed('b', [500, 500])])).toEqual([]);
    expect(fastLimit(times.slice(0, 20))).toBeNull();
    expect(timeBin(0)).toBe(-1);
  });
});

describe('numbers in another unit', () => {
  const size = { key: 'size', label: 'Size', scale: 'interval' as const, categories: [] };
  const pair = (firstId: string, secondId: string, first: number, second: number, n = 1): PairCount => ({
    firstId,
    secondId,
    firstAnswer: String(first),
    secondAnswer: String(second),
    n,
  });

  test.each([
    [12, 1.2, 10],
    [1.25, 12, 10],
    [25, 0.98, 25.4],
    [-3, -3000, 1000],
    [12, 13, null],
    [12, 3, null],
    [12, 0, null],
    [12, -1.2, null],
  ])('%d beside %d is off by a unit of %s', (one, other, factor) => {
    expect(unitFactor(one, other)).toBe(factor);
  });

  test('name who differs from several others, not the others, with the factor', () => {
    const found = unitChecks(size, [
      pair('a', 'b', 12, 12.5, 20),
      pair('a', 'odd', 12, 1.2, 5),
      pair('a', 'odd', 12, 12, 15),
      pair('b', 'odd', 12.5, 1.2, 5),
      pair('b', 'odd', 12.5, 12, 15),
    ]);
    expect(found).toMatchObject([
      {
        readerId: 'odd',
        kind: 'unit',
        evidence: { factor: 10, own: { value: 0.25, n: 40 }, others: { value: 0, n: 20 } },
      },
    ]);
  });

  test('name both of two who differ alike, and nobody for a slip or two or for a field that is no number', () => {
    const both = [pair('a', 'b', 12, 1.2, 6), pair('a', 'b', 12, 12, 6)];
    expect(unitChecks(size, both).map((one) => one.readerId)).toEqual(['a', 'b']);
    expect(unitChecks(size, [pair('a', 'b', 12, 1.2, 2), pair('a', 'b', 12, 12, 6)])).toEqual([]);
    expect(unitChecks(size, [pair('a', 'b', 12, 1.2, 3), pair('a', 'b', 12, 12, 97)])).toEqual([]);
    expect(unitChecks(grade, both)).toEqual([]);
    expect(unitChecks(size, [])).toEqual([]);
  });
});
