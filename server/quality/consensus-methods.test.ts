import { describe, expect, it } from 'vitest';
import { chooseConsensus, consensusMethods, runConsensus } from './choose-consensus.ts';
import { glad } from './glad.ts';
import { mace } from './mace.ts';
import { anaesthesiaReads, readsOf } from './published-reads.fixture.ts';
import { buildRatingTable } from './rating-table.ts';
import { goldAccuracy, readSharedCsv, readSharedReads } from './shared-data.fixture.ts';
import { wawa } from './wawa.ts';

/** Five tasks, five workers, yes/no: the toy example that the crowd-kit tests publish. */
const toy = buildRatingTable(readsOf(['nyyyy', 'yynyn', '.ynyn', 'ynyyn', 'nnnyn']), {
  categories: ['n', 'y'],
});
const yes = (posterior: Float64Array) => [1, 3, 5, 7, 9].map((cell) => posterior[cell]!);

describe('wawa', () => {
  it('equals the published toy posteriors and skills', () => {
    const result = wawa(toy);
    expect(result.annotators.map(({ accuracy }) => accuracy)).toEqual([0.6, 0.8, 1, 0.4, 0.8]);
    for (const [item, value] of [0.461538, 0.666667, 0.277778, 1, 0.166667].entries()) {
      expect(yes(result.posterior)[item]).toBeCloseTo(value, 6);
    }
  });
});

describe('mace', () => {
  it('decides the toy example as the published run does, surely', () => {
    const expected = [0.972179, 0.99846, 0.000785, 0.999767, 0.000309];
    for (const [item, value] of yes(mace(toy).posterior).entries()) {
      expect(Math.abs(value - expected[item]!)).toBeLessThan(0.05);
    }
  });
});

describe('glad', () => {
  it('starts from the published E-step: two agreeing answers at ability and log-ease 1 give .995664', () => {
    const table = buildRatingTable(readsOf(['g', 'g']), { categories: ['g', 'p'] });
    const start = glad(table, { maxIterations: 0 });
    expect(start.posterior[0]).toBeCloseTo(0.995664, 6);
    expect(start.posterior[1]).toBeCloseTo(0.004336, 6);
  });

  it('decides the toy example as the published run does and finds the contrary worker', () => {
    const result = glad(toy);
    expect([...result.label]).toEqual([1, 1, 0, 1, 0]);
    expect(result.ability[0]!).toBeLessThan(0.3);
    expect(Math.min(...result.ability.slice(1, 3))).toBeGreaterThan(0.8);
  });
});

describe.each(consensusMethods)('%s', (method) => {
  it('does not depend on the order of the reads, does not write to its input, and leaves an empty item unlabelled', () => {
    const reads = [...anaesthesiaReads, { item: '99', rater: '1', value: '' }];
    const options = { categories: [1, 2, 3, 4], duplicates: 'keep' } as const;
    const table = buildRatingTable(reads, options);
    const before = structuredClone(table);
    const result = runConsensus(table, method);
    expect(table).toEqual(before);
    expect([...result.label].at(-1)).toBe(-1);
    const again = runConsensus(buildRatingTable([...reads].reverse(), options), method);
    expect(again.label).toEqual(result.label);
    for (let base = 0; base < result.posterior.length; base += 4) {
      expect(result.posterior.slice(base, base + 4).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
    }
  });
});

it.each(consensusMethods.filter((method) => method !== 'majority' && method !== 'wawa'))(
  '%s holds gold items at their known class',
  (method) => {
    const table = buildRatingTable(anaesthesiaReads, { categories: [1, 2, 3, 4], duplicates: 'keep' });
    const gold = new Int32Array(45).fill(-1);
    gold[1] = 1;
    const result = runConsensus(table, method, { gold });
    expect(result.label[1]).toBe(1);
    expect(result.confidence[1]).toBe(1);
  },
);

describe.each([
  {
    folder: 'rte',
    accuracies: { majority: 0.9187, wawa: 0.9213, 'one-coin': 0.925, 'dawid-skene': 0.9275, mace: 0.9263 },
    glad: 0.92,
  },
  {
    folder: 'bluebird',
    accuracies: { majority: 0.7593, wawa: 0.7593, 'one-coin': 0.5833, 'dawid-skene': 0.8981, mace: 0.8611 },
    glad: 0.7222,
  },
])('consensus on $folder', ({ folder, accuracies, glad: gladAtLeast }) => {
  const reads = readSharedReads(folder);
  it.skipIf(reads === null)(
    'reaches the reference accuracies, and auto is at least as good as each',
    () => {
      const table = buildRatingTable(reads!, { categories: [0, 1] });
      const gold = new Map(
        readSharedCsv(`${folder}/gold.csv`)!.map(([item, label]) => [item, Number(label)]),
      );
      const choice = chooseConsensus(
        table,
        Int32Array.from(table.items, (item) => gold.get(item) ?? -1),
      );
      for (const { method, accuracy } of choice.candidates) {
        if (method === 'glad') expect(accuracy.value).toBeGreaterThanOrEqual(gladAtLeast);
        else expect(accuracy.value).toBeCloseTo(accuracies[method], 3);
      }
      const best = Math.max(...choice.candidates.map(({ accuracy }) => accuracy.value!));
      expect(goldAccuracy(folder, table.items, choice.consensus.label)).toBeCloseTo(best, 9);
      expect(choice.reason).toContain(choice.method);
      expect(choice.accuracy.value).toBeLessThanOrEqual(best);
    },
    30_000,
  );
});

it('chooses by the amount of data and says so when there is too little gold', () => {
  const choice = chooseConsensus(toy, new Int32Array(5).fill(-1));
  expect(choice).toMatchObject({ method: 'majority', accuracy: { value: null, reason: 'no_reference' } });
  expect(choice.reason).toMatch(/Only 0 gold items/);
});
