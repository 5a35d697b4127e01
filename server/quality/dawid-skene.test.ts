import { describe, expect, it } from 'vitest';
import { counterUniform } from './counter-hash.ts';
import { dawidSkene } from './dawid-skene.ts';
import { anaesthesiaReads, readsOf } from './published-reads.fixture.ts';
import { buildRatingTable, type RatingTable, type Read } from './rating-table.ts';
import { goldAccuracy, readSharedReads } from './shared-data.fixture.ts';

const anaesthesia = buildRatingTable(anaesthesiaReads, { categories: [1, 2, 3, 4], duplicates: 'keep' });

const published = {
  classes: '1 4 2 2 2 2 1 3 2 2 4 3 1 2 1 1 1 1 2 2 2 2 2 2 1 1 2 1 1 1 1 3 1 2 2 4 2 3 3 1 1 1 2 1 2'
    .split(' ')
    .map(Number),
  prior: [0.4, 0.4216, 0.1118, 0.0667],
  logLikelihoods: [-203.11303, -192.39815, -190.99578, -190.77926, -190.74834],
  errorRates: [
    [
      [0.9074, 0.0926, 0, 0],
      [0.0703, 0.8766, 0.0531, 0],
      [0, 0.3388, 0.6612, 0],
      [0, 0, 0.5556, 0.4444],
    ],
    [
      [0.8333, 0.1667, 0, 0],
      [0.0528, 0.6326, 0.3147, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ],
    [
      [1, 0, 0, 0],
      [0.1055, 0.7891, 0.1054, 0],
      [0, 0.4036, 0.1988, 0.3976],
      [0, 0, 0.6667, 0.3333],
    ],
    [
      [0.9445, 0.0555, 0, 0],
      [0.0527, 0.8434, 0.1038, 0],
      [0, 0, 0.8012, 0.1988],
      [0, 0, 0.3333, 0.6667],
    ],
    [
      [1, 0, 0, 0],
      [0.1582, 0.7352, 0.1065, 0],
      [0, 0.2091, 0.7909, 0],
      [0, 0, 0.3333, 0.6667],
    ],
  ],
};

describe('dawidSkene on the anaesthesia table (Dawid & Skene 1979)', () => {
  const result = dawidSkene(anaesthesia);

  it('reproduces the published classes; only patients 35 and 38 are below .999', () => {
    expect([...result.label].map((label) => label + 1)).toEqual(published.classes);
    const doubtful = [...result.confidence].flatMap((confidence, item) =>
      confidence < 0.999 ? [item + 1] : [],
    );
    expect(doubtful).toEqual([35, 38]);
    expect(result.confidence[34]).toBeCloseTo(0.9482, 3);
    expect(result.confidence[37]).toBeCloseTo(0.9787, 3);
    expect(result.nDifferFromMajority).toBe(3);
  });

  it('reproduces the published class mix and error rates', () => {
    for (const [k, share] of published.prior.entries()) expect(result.prior[k]).toBeCloseTo(share, 3);
    for (const [rater, rows] of published.errorRates.entries()) {
      expect(result.annotators[rater]?.rater).toBe(`${rater + 1}`);
      for (const [cell, rate] of rows.flat().entries()) {
        expect(Math.abs(result.annotators[rater]!.confusion![cell]! - rate)).toBeLessThan(2e-4);
      }
    }
    expect(result.annotators[0]?.nReads).toBe(135);
  });

  it('climbs the reference log-likelihoods and never falls', () => {
    for (const [iteration, value] of published.logLikelihoods.entries()) {
      expect(result.logLikelihoods[iteration]).toBeCloseTo(value, 4);
    }
    expect(result.converged).toBe(true);
    expect(dawidSkene(anaesthesia, { tolerance: 1e-12 }).logLikelihood).toBeCloseTo(-190.7309966, 5);
    for (let i = 1; i < result.logLikelihoods.length; i += 1) {
      expect(result.logLikelihoods[i]!).toBeGreaterThanOrEqual(result.logLikelihoods[i - 1]! - 1e-6);
    }
  });

  it('finds a likelier solution with several seeded starts, the same one each time', () => {
    const several = dawidSkene(anaesthesia, { starts: 30, seed: 3 });
    expect(several.logLikelihood).toBeGreaterThanOrEqual(result.logLikelihood);
    expect(several.meanDiagonal).toBeGreaterThan(0.25);
    expect(dawidSkene(anaesthesia, { starts: 30, seed: 3 })).toEqual(several);
  });

  it('clamps gold items and lets them teach the confusion matrices', () => {
    const gold = new Int32Array(45).fill(-1);
    gold[34] = 2;
    const anchored = dawidSkene(anaesthesia, { gold });
    expect(anchored.label[34]).toBe(2);
    expect(anchored.confidence[34]).toBe(1);
    expect(anchored.logLikelihood).toBeLessThan(result.logLikelihood);
  });
});

describe('dawidSkene', () => {
  /** Five tasks, yes/no, five workers; the saturating toy example of the facts. */
  const toy = buildRatingTable(readsOf(['nyyyy', 'yynyn', '.ynyn', 'ynyyn', 'nnnyn']), {
    categories: ['n', 'y'],
  });

  it('saturates on the toy example as the reference does, and smoothing keeps it from certainty', () => {
    const saturated = dawidSkene(toy);
    expect([...saturated.label]).toEqual([1, 1, 0, 1, 0]);
    const first = dawidSkene(toy, { maxIterations: 1, tolerance: 0 });
    const expected = [0.648062, 0.739779, 0.1266, 1, 0.052982];
    for (const [item, yes] of expected.entries()) expect(first.posterior[item * 2 + 1]).toBeCloseTo(yes, 4);
    const smoothed = dawidSkene(toy, { smoothing: { diagonal: 2, offDiagonal: 1 } });
    expect(Math.max(...smoothed.confidence)).toBeLessThan(0.999);
  });

  it('does not depend on the order of the reads, and changes nothing it was given', () => {
    const table = buildRatingTable([...anaesthesiaReads].reverse(), {
      categories: [1, 2, 3, 4],
      duplicates: 'keep',
    });
    const before = structuredClone(table);
    const result = dawidSkene(table);
    expect(table).toEqual(before);
    expect(result.logLikelihood).toBeCloseTo(dawidSkene(anaesthesia).logLikelihood, 9);
  });

  it('relabels with its categories: swapping two categories swaps the answers and nothing else', () => {
    const swapped = buildRatingTable(anaesthesiaReads, { categories: [2, 1, 3, 4], duplicates: 'keep' });
    const mapped = [...dawidSkene(swapped).label].map((label) => [2, 1, 3, 4][label]);
    expect(mapped).toEqual(published.classes);
  });

  it('gives an item without reads no label and a class mix that ignores it', () => {
    const reads: Read[] = [...anaesthesiaReads, { item: '99', rater: '1', value: '' }];
    const table = buildRatingTable(reads, { categories: [1, 2, 3, 4], duplicates: 'keep' });
    const result = dawidSkene(table);
    expect(result.label[45]).toBe(-1);
    expect(result.prior[0]).toBeCloseTo(0.4, 3);
    expect(result.logLikelihood).toBeCloseTo(dawidSkene(anaesthesia).logLikelihood, 6);
  });
});

/** The paper's EM in logarithms, one array per quantity: posteriors and log-likelihood after some iterations. */
function textbook(table: RatingTable, iterations: number, gold: Int32Array) {
  const K = table.categories.length;
  const reads = table.items.map((_, item) =>
    Array.from({ length: table.itemStart[item + 1]! - table.itemStart[item]! }, (_unused, at) => ({
      rater: table.rater[table.itemStart[item]! + at]!,
      answer: table.value[table.itemStart[item]! + at]!,
    })),
  );
  const isClass = (item: number, k: number) => (gold[item]! < 0 ? null : Number(gold[item] === k));
  let posterior = reads.map((own, item) =>
    table.categories.map(
      (_, k) => isClass(item, k) ?? own.filter(({ answer }) => answer === k).length / own.length,
    ),
  );
  let logLikelihood = 0;
  for (let iteration = 0; iteration < iterations; iteration += 1) {
    const mix = table.categories.map(() => 1e-10);
    const counts = table.raters.map(() => new Array<number>(K * K).fill(1e-10));
    for (const [item, own] of reads.entries()) {
      if (own.length === 0) continue;
      for (let k = 0; k < K; k += 1) mix[k]! += posterior[item]![k]!;
      for (const { rater, answer } of own)
        for (let k = 0; k < K; k += 1) counts[rater]![k * K + answer]! += posterior[item]![k]!;
    }
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    logLikelihood = 0;
    posterior = reads.map((own, item) => {
      const logs = mix.map((share, k) => {
        if (isClass(item, k) === 0) return Number.NEGATIVE_INFINITY;
        const rate = ({ rater, answer }: (typeof own)[number]) =>
          counts[rater]![k * K + answer]! / sum(counts[rater]!.slice(k * K, k * K + K));
        return Math.log(share / sum(mix)) + sum(own.map((read) => Math.log(rate(read))));
      });
      const largest = Math.max(...logs);
      const weights = logs.map((log) => Math.exp(log - largest));
      if (own.length > 0) logLikelihood += largest + Math.log(sum(weights));
      return weights.map((weight) => weight / sum(weights));
    });
  }
  return { posterior: posterior.flat(), logLikelihood };
}

describe.each([1, 2, 3, 4, 5, 6, 9, 14])('dawidSkene with %i classes', (K) => {
  it('equals EM as the paper writes it: few reads and many, gold, an item without reads', () => {
    const reads: Read[] = Array.from({ length: 60 }, (_, item) => item).flatMap((item) => {
      const truth = Math.floor(counterUniform(1, item, 5) * K);
      // Every seventh item is read often enough for products to be rescaled.
      const n = item % 7 === 0 ? 40 : 3;
      return Array.from({ length: n }, (_, at) => ({
        item: `${item}`,
        rater: `${(item + at * 3) % 11}`,
        value:
          counterUniform(2, item * 100 + at, 5) < 0.7
            ? truth
            : Math.floor(counterUniform(3, item * 100 + at, 5) * K),
      }));
    });
    const table = buildRatingTable([...reads, { item: '60', rater: '1', value: '' }], {
      categories: Array.from({ length: K }, (_, k) => k),
      duplicates: 'keep',
    });
    const gold = Int32Array.from(table.items, (_, item) => (item % 10 === 3 ? item % K : -1));
    const expected = textbook(table, 6, gold);
    const result = dawidSkene(table, { gold, maxIterations: 6, tolerance: 0 });
    expect(result.logLikelihood).toBeCloseTo(expected.logLikelihood, 6);
    for (const [at, value] of expected.posterior.entries()) {
      if (at < 60 * K) expect(Math.abs(result.posterior[at]! - value)).toBeLessThan(1e-8);
    }
    expect(result.label[60]).toBe(-1);
  });
});

describe.each([
  { folder: 'rte', logLikelihood: -3679.629, accuracy: 0.9275 },
  { folder: 'bluebird', logLikelihood: -1888.1168, accuracy: 0.8981 },
])('dawidSkene on $folder', ({ folder, logLikelihood, accuracy }) => {
  const reads = readSharedReads(folder);
  it.skipIf(reads === null)('matches the oracle in log-likelihood and accuracy on gold', () => {
    const table = buildRatingTable(reads!, { categories: [0, 1] });
    const result = dawidSkene(table);
    expect(result.logLikelihood).toBeCloseTo(logLikelihood, 2);
    expect(goldAccuracy(folder, table.items, result.label)).toBeCloseTo(accuracy, 4);
  });
});
