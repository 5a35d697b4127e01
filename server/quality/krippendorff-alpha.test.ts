import { describe, expect, it } from 'vitest';
import { krippendorffAlpha } from './krippendorff-alpha.ts';
import { krippendorffExampleC, readsOf } from './published-reads.fixture.ts';
import { buildRatingTable, inferCategories } from './rating-table.ts';
import { reliabilityReport } from './reliability-report.ts';
import { readSharedReads } from './shared-data.fixture.ts';

describe('krippendorffAlpha', () => {
  it('equals the published values with missing data on every scale (Krippendorff 2011, example C)', () => {
    const table = buildRatingTable(krippendorffExampleC, { categories: [1, 2, 3, 4, 5] });
    const alpha = (scale: 'nominal' | 'ordinal' | 'interval' | 'ratio') =>
      krippendorffAlpha(table, { scale }).value;
    expect(alpha('nominal')).toBeCloseTo(0.7434210526, 9);
    expect(alpha('ordinal')).toBeCloseTo(0.8153875038, 9);
    expect(alpha('interval')).toBeCloseTo(0.8491071429, 9);
    expect(alpha('ratio')).toBeCloseTo(0.7974027747, 9);
  });

  it('equals the published values for two observers', () => {
    const binary = buildRatingTable(readsOf(['0100000010', '1110010000']), { categories: [0, 1] });
    expect(krippendorffAlpha(binary, { scale: 'nominal' }).value).toBeCloseTo(0.0952380952, 9);
    const words = buildRatingTable(readsOf(['aabbdcccedda', 'babbbccceddd']), {
      categories: ['a', 'b', 'c', 'd', 'e'],
    });
    expect(krippendorffAlpha(words, { scale: 'nominal' }).value).toBeCloseTo(0.6919642857, 9);
    const hole = buildRatingTable(readsOf(['aabbdcccedda', 'babbbccce.dd']), {
      categories: ['a', 'b', 'c', 'd', 'e'],
    });
    const result = krippendorffAlpha(hole, { scale: 'nominal' });
    expect(result.value).toBeCloseTo(0.664893617, 9);
    expect([result.n, result.nExcluded, result.nPairable]).toEqual([11, 1, 22]);
  });

  it('is null with a reason where it is undefined, never NaN or 1', () => {
    const constant = buildRatingTable(readsOf(['111', '111']), { categories: [0, 1] });
    expect(krippendorffAlpha(constant, { scale: 'ordinal' })).toMatchObject({
      value: null,
      ci: null,
      reason: 'one_category',
    });
    const apart = buildRatingTable(readsOf(['1..', '.01']), { categories: [0, 1] });
    expect(krippendorffAlpha(apart, { scale: 'nominal' })).toMatchObject({
      value: null,
      reason: 'no_overlap',
      nExcluded: 3,
    });
    const words = buildRatingTable(readsOf(['ab', 'ab']), { categories: ['a', 'b'] });
    expect(krippendorffAlpha(words, { scale: 'interval' })).toMatchObject({
      value: null,
      reason: 'non_numeric_scale',
    });
  });

  it('handles measurements with thousands of different values, equal to the sum over all pairs', () => {
    const reads = Array.from({ length: 1500 }, (_, row) => ({
      item: `${row % 500}`,
      rater: `${Math.floor(row / 500)}`,
      value: (row % 500) + Math.sin(row) * 20,
    }));
    const table = buildRatingTable(reads, { categories: inferCategories(reads) });
    expect(table.categories.length).toBeGreaterThan(1000);
    const alpha = krippendorffAlpha(table, { scale: 'interval', resamples: 200 });
    const pairs = (values: number[]) =>
      values.reduce((sum, a) => sum + values.reduce((s, b) => s + (a - b) ** 2, 0), 0);
    const byItem = Array.from({ length: 500 }, (_, item) =>
      reads.filter((r) => r.item === `${item}`).map((r) => r.value),
    );
    const observed = byItem.reduce((sum, values) => sum + pairs(values) / 2, 0) / 1500;
    const expected = pairs(reads.map((r) => r.value)) / (1500 * 1499);
    expect(alpha.value).toBeCloseTo(1 - observed / expected, 9);
    expect(alpha.ci![0]).toBeLessThan(alpha.value!);
    expect(krippendorffAlpha(table, { scale: 'ordinal' })).toMatchObject({
      value: null,
      reason: 'too_many_categories',
    });
    const report = reliabilityReport(table, { scale: 'interval', method: 'bootstrap', resamples: 200 });
    expect(report.coefficients.gwet_ac.reason).toBe('too_many_categories');
    expect(report.coefficients.icc_2_1.value).toBeGreaterThan(0.9);
  });

  it('does not depend on the order of the reads, and repeats exactly with the same seed', () => {
    const table = buildRatingTable(krippendorffExampleC, { categories: [1, 2, 3, 4, 5] });
    const reversed = buildRatingTable([...krippendorffExampleC].reverse(), { categories: [1, 2, 3, 4, 5] });
    const options = { scale: 'ordinal', resamples: 500, seed: 7 } as const;
    expect(krippendorffAlpha(reversed, options)).toEqual(krippendorffAlpha(table, options));
  });
});

const published = [
  {
    folder: 'path-prostate-control',
    nominal: 0.547701,
    ordinal: 0.76153,
    interval: 0.771852,
    ci: [0.71, 0.805],
  },
  {
    folder: 'path-prostate-ai',
    nominal: 0.706687,
    ordinal: 0.840268,
    interval: 0.855126,
    ci: [0.797, 0.876],
  },
] as const;

describe.each(published)('krippendorffAlpha on $folder', ({ folder, nominal, ordinal, interval, ci }) => {
  const reads = readSharedReads(folder);
  it.skipIf(reads === null)('equals the reference values, with the reference bootstrap interval', () => {
    const table = buildRatingTable(reads!, { categories: [0, 1, 2, 3, 4] });
    expect(krippendorffAlpha(table, { scale: 'nominal', interval: 'none' }).value).toBeCloseTo(nominal, 5);
    expect(krippendorffAlpha(table, { scale: 'interval', interval: 'none' }).value).toBeCloseTo(interval, 5);
    const alpha = krippendorffAlpha(table, { scale: 'ordinal' });
    expect(alpha.value).toBeCloseTo(ordinal, 5);
    expect(Math.abs(alpha.ci![0] - ci[0])).toBeLessThan(0.004);
    expect(Math.abs(alpha.ci![1] - ci[1])).toBeLessThan(0.004);
  });
});

it('a thousand categories cost what their answers cost, not every pair of categories on every item', () => {
  const [K, nItems] = [1000, 4000];
  const reads = Array.from({ length: nItems * 3 }, (_, row) => ({
    item: `${Math.floor(row / 3)}`,
    rater: `${row % 3}`,
    value: (Math.floor(row / 3) * 31 + (row % 5 === 0 ? row : 0)) % K,
  }));
  const table = buildRatingTable(reads, { categories: Array.from({ length: K }, (_, k) => k) });
  // All pairs of categories on all items would be two thousand million steps.
  const alpha = krippendorffAlpha(table, { scale: 'nominal', interval: 'analytic' });
  // Resampling would keep half a million pairs for each item; the analytic interval stands in, and says so.
  expect(krippendorffAlpha(table, { scale: 'nominal', interval: 'bootstrap' })).toEqual(alpha);
  // Nominal alpha from the definition, by answers: 1 − (n − 1) Σ o_mismatch / (n² − Σ n_k²).
  const all = new Map<number, number>();
  let mismatched = 0;
  for (let item = 0; item < nItems; item += 1) {
    const own = reads.slice(item * 3, item * 3 + 3).map((read) => read.value);
    for (const value of own) all.set(value, (all.get(value) ?? 0) + 1);
    for (const [i, a] of own.entries())
      for (const [j, b] of own.entries()) if (i !== j && a !== b) mismatched += 1 / 2;
  }
  const n = reads.length;
  const squares = [...all.values()].reduce((sum, count) => sum + count ** 2, 0);
  expect(alpha.value).toBeCloseTo(1 - ((n - 1) * mismatched) / (n ** 2 - squares), 10);
});
