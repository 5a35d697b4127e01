import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { congerKappa } from './conger-kappa.ts';
import { buildRatingTable, type Read } from './rating-table.ts';

describe('Conger’s kappa from column sums', () => {
  /** The definition as it is printed: every pair of different raters, every pair of categories. */
  function byDefinition(
    reads: readonly Read[],
    categories: readonly number[],
    credit: (d: number) => number,
  ) {
    const raters = [...Map.groupBy(reads, (read) => read.rater).values()];
    const mixes = raters.map((own) =>
      categories.map((k) => own.filter((read) => read.value === k).length / own.length),
    );
    let sum = 0;
    for (const [g, left] of mixes.entries())
      for (const [h, right] of mixes.entries())
        if (g !== h)
          for (const [k, p] of left.entries())
            for (const [l, q] of right.entries()) sum += credit(Math.abs(k - l)) * p * q;
    const expected = sum / (raters.length * (raters.length - 1));
    const pairable = [...Map.groupBy(reads, (read) => read.item).values()].filter((own) => own.length > 1);
    const observed = pairable.map((own) => {
      let agreed = 0;
      for (const [i, a] of own.entries())
        for (const [j, b] of own.entries())
          if (i !== j) agreed += credit(Math.abs(Number(a.value) - Number(b.value)));
      return agreed / (own.length * (own.length - 1));
    });
    const mean = observed.reduce((total, one) => total + one, 0) / observed.length;
    return (mean - expected) / (1 - expected);
  }

  it('is its definition, whatever the weights and whoever skipped what', () => {
    const read = fc.record({
      item: fc.integer({ min: 0, max: 11 }).map(String),
      rater: fc.integer({ min: 0, max: 5 }).map(String),
      value: fc.integer({ min: 0, max: 4 }),
    });
    const selector = (one: Read) => `${one.item} ${one.rater}`;
    const reads = fc.uniqueArray(read, { minLength: 20, maxLength: 60, selector });
    const categories = [0, 1, 2, 3, 4];
    fc.assert(
      fc.property(reads, (given) => {
        const table = buildRatingTable(given, { categories });
        const credits = {
          none: (d: number) => Number(d === 0),
          linear: (d: number) => 1 - d / 4,
          quadratic: (d: number) => 1 - (d / 4) ** 2,
        } as const;
        for (const weights of ['none', 'linear', 'quadratic'] as const) {
          const found = congerKappa(table, { weights });
          if (found.value === null) continue;
          expect(found.value).toBeCloseTo(byDefinition(given, categories, credits[weights]), 9);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('takes no longer for a thousand categories and two thousand raters than the counting of answers does', () => {
    // Every rater against every other, category by category, would not end within the test's time.
    const [K, R, nItems] = [1000, 2000, 4000];
    const reads = Array.from({ length: nItems * 3 }, (_, row) => ({
      item: `${Math.floor(row / 3)}`,
      rater: `${(Math.floor(row / 3) * 13 + (row % 3) * 7) % R}`,
      value: (Math.floor(row / 3) * 31 + (row % 5 === 0 ? row : 0)) % K,
    }));
    const table = buildRatingTable(reads, { categories: Array.from({ length: K }, (_, k) => k) });
    const weighted = congerKappa(table, { weights: 'quadratic' });
    expect(weighted.value).toBeGreaterThan(0.5);
  });
});
