import { expect, it } from 'vitest';
import { bootstrapCoefficient } from './bootstrap-coefficients.ts';
import { bootstrapInterval, bootstrapOfItems } from './bootstrap-interval.ts';
import { bootstrapLightKappa } from './bootstrap-light-kappa.ts';
import { congerKappa } from './conger-kappa.ts';
import { counterUniform } from './counter-hash.ts';
import { lightKappa } from './light-kappa.ts';
import { buildRatingTable, type RatingTable } from './rating-table.ts';
import { reliabilityReport } from './reliability-report.ts';

/** `items` × three of `raters`, each right in 7 of 10, over `classes`. */
function tableOf(items: number, raters: number, classes: number): RatingTable {
  const reads = Array.from({ length: items * 3 }, (_, row) => {
    const item = Math.floor(row / 3);
    const truth = Math.floor(counterUniform(1, item, 3) * classes);
    const isRight = counterUniform(2, row, 3) < 0.7;
    const value = isRight ? truth : Math.floor(counterUniform(3, row, 3) * classes);
    return { item: `${item}`, rater: `${(item * 7 + (row % 3) * 5) % raters}`, value };
  });
  return buildRatingTable(reads, { categories: Array.from({ length: classes }, (_, k) => k) });
}

/** The table with the items of a resample, each as an item of its own. */
function resampled(table: RatingTable, items: Int32Array): RatingTable {
  const itemStart = new Int32Array(items.length + 1);
  const rater: number[] = [];
  const value: number[] = [];
  for (const [index, item] of items.entries()) {
    for (let row = table.itemStart[item]!; row < table.itemStart[item + 1]!; row += 1) {
      rater.push(table.rater[row]!);
      value.push(table.value[row]!);
    }
    itemStart[index + 1] = rater.length;
  }
  const names = Array.from(items, (_, index) => `${index}`);
  return { ...table, items: names, itemStart, rater: Int32Array.from(rater), value: Uint16Array.from(value) };
}

it.each(['none', 'linear'] as const)(
  'resampling sums is computing the coefficient anew from the items drawn, weights %s',
  (weights) => {
    const table = tableOf(60, 8, 6);
    const options = { resamples: 150, seed: 4 };
    const anew = (of: (table: RatingTable) => number | null) =>
      bootstrapOfItems({
        nItems: table.items.length,
        statistic: (items) => of(resampled(table, items)),
        ...options,
      });
    for (const [found, expected] of [
      [
        bootstrapLightKappa(table, { ...options, weights }),
        anew((one) => lightKappa(one, { weights }).value),
      ],
      [
        bootstrapCoefficient(table, 'conger_kappa', { ...options, weights }),
        anew((one) => congerKappa(one, { weights }).value),
      ],
    ] as const) {
      expect(found.se).toBeCloseTo(expected.se!, 9);
      for (const side of [0, 1] as const) expect(found.ci![side]).toBeCloseTo(expected.ci![side], 9);
    }
  },
);

it('rows that are mostly zero give the same sums to the last bit', () => {
  const width = 40;
  const sparse = new Float64Array(50 * width);
  for (let item = 0; item < 50; item += 1)
    for (const at of [item % width, (item * 7) % width]) sparse[item * width + at]! += 0.1 * (item + 1);
  // The same columns behind as many filled ones, which the statistic leaves aside.
  const dense = Float64Array.from({ length: 50 * width * 2 }, (_, at) =>
    at % (width * 2) < width ? sparse[Math.floor(at / (width * 2)) * width + (at % width)]! : 1,
  );
  const statistic = (sums: Float64Array) =>
    sums.subarray(0, width).reduce((sum, own, column) => sum + own * (column + 1), 0);
  const run = (contributions: Float64Array, own: number) =>
    bootstrapInterval({ contributions, width: own, statistic, resamples: 200, seed: 2 });
  expect(run(sparse, width)).toEqual(run(dense, width * 2));
});

it('three hundred categories and thirty raters are resampled in seconds', () => {
  // Cross tables of all pairs and every column of every item took many minutes here.
  const started = performance.now();
  const { coefficients } = reliabilityReport(tableOf(1000, 30, 300), {
    scale: 'nominal',
    method: 'bootstrap',
    resamples: 200,
  });
  expect(performance.now() - started).toBeLessThan(20_000);
  for (const name of ['cohen_kappa', 'conger_kappa', 'krippendorff_alpha', 'gwet_ac'] as const)
    expect(coefficients[name].ci![1] - coefficients[name].ci![0]).toBeGreaterThan(0.01);
}, 60_000);
