import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval } from './bootstrap-interval.ts';
import { counterUniform } from './counter-hash.ts';
import { buildRatingTable, inferCategories, type Read, sortIds } from './rating-table.ts';

const repeated: Read[] = [
  { item: 'a', rater: 'x', value: 1 },
  { item: 'a', rater: 'y', value: 1 },
  { item: 'a', rater: 'x', value: 2 },
];

describe('buildRatingTable', () => {
  it('applies the duplicate policy and counts what it did', () => {
    const values = (duplicates: 'first' | 'last' | 'keep') => {
      const table = buildRatingTable(repeated, { categories: [1, 2], duplicates });
      return { values: [...table.value], n: table.nDuplicates };
    };
    expect(values('first')).toEqual({ values: [0, 0], n: 1 });
    expect(values('last')).toEqual({ values: [1, 0], n: 1 });
    expect(values('keep')).toEqual({ values: [0, 1, 0], n: 1 });
    expect(() => buildRatingTable(repeated, { categories: [1, 2], duplicates: 'refuse' })).toThrow(/twice/);
  });

  it('is the same table whatever the order of the reads', () => {
    const read = fc.record({
      item: fc.constantFrom('1', '2', '10', 'ü'),
      rater: fc.constantFrom('a', 'b', 'c'),
      value: fc.constantFrom('0', '1', ''),
    });
    const unique = fc.uniqueArray(read, { selector: (r) => `${r.item} ${r.rater}` });
    fc.assert(
      fc.property(unique, (reads) => {
        const frozen = Object.freeze(reads.map((r) => Object.freeze(r)));
        const table = buildRatingTable(frozen, { categories: [0, 1] });
        expect(buildRatingTable([...frozen].reverse(), { categories: [0, 1] })).toEqual(table);
        expect(table.itemStart.at(-1)).toBe(table.value.length);
      }),
    );
  });

  it('refuses answers outside the categories by row, without quoting them, and odd category lists', () => {
    const bad = [...repeated, { item: 'b', rater: 'x', value: 'John Doe' }];
    expect(() => buildRatingTable(bad, { categories: [1, 2] })).toThrow(
      expect.objectContaining({
        reason: 'unknown_category',
        details: [expect.objectContaining({ code: 'reads.3.value' })],
      }),
    );
    expect(() => buildRatingTable(repeated, { categories: [1, 1] })).toThrow(/twice/);
    expect(() => buildRatingTable(repeated, { categories: [] })).toThrow(/at least one/);
  });

  it('counts missing answers and keeps their items', () => {
    const reads = [
      ...repeated,
      { item: 'b', rater: 'x', value: '' },
      { item: 'c', rater: 'x', value: Number.NaN },
    ];
    const table = buildRatingTable(reads, { categories: [1, 2] });
    expect([table.nMissing, table.items.length]).toEqual([2, 3]);
  });

  it('orders numeric ids by number and others by code unit', () => {
    expect(sortIds(['10', '9', '1'])).toEqual(['1', '9', '10']);
    expect(sortIds(['b10', 'b9', 'a'])).toEqual(['a', 'b10', 'b9']);
    expect(inferCategories([...repeated, { item: 'z', rater: 'x', value: '' }])).toEqual(['1', '2']);
  });
});

it('counterUniform equals the benchmark generator (first rows, K = 5)', () => {
  const acceptsFirst = Math.floor(counterUniform(3, 0, 20240607) * 1000);
  expect(acceptsFirst).toBe(550);
  expect(Math.floor(counterUniform(3, 1, 20240607) * 1000)).toBe(933);
});

describe('bootstrapInterval', () => {
  const contributions = Float64Array.from({ length: 400 }, (_, item) => Number(item % 5 === 0));
  const mean = (sums: Float64Array) => sums[0]! / 400;

  it('repeats with its seed and agrees with the analytic error of a mean', () => {
    const first = bootstrapInterval({ contributions, width: 1, statistic: mean, seed: 5 });
    expect(bootstrapInterval({ contributions, width: 1, statistic: mean, seed: 5 })).toEqual(first);
    expect(bootstrapInterval({ contributions, width: 1, statistic: mean, seed: 6 }).ci).not.toEqual(first.ci);
    const se = Math.sqrt((0.2 * 0.8) / 400);
    expect(Math.abs(first.se! - se)).toBeLessThan((2 / Math.sqrt(10_000)) * se * 2);
    expect(first.ci![0]).toBeCloseTo(0.2 - 1.96 * se, 2);
  });

  it('gives no interval when the statistic is often undefined', () => {
    const result = bootstrapInterval({ contributions, width: 1, statistic: () => null, resamples: 100 });
    expect(result).toMatchObject({ ci: null, se: null, nUndefined: 100 });
  });
});
