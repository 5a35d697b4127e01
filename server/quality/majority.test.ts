import { describe, expect, it } from 'vitest';
import { leaveOneOutAgreement } from './leave-one-out-agreement.ts';
import { majority, randomTieExpectedAccuracy } from './majority.ts';
import { panelAgreement } from './panel-agreement.ts';
import { readsOf } from './published-reads.fixture.ts';
import { buildRatingTable } from './rating-table.ts';
import { readSharedCsv, readSharedReads } from './shared-data.fixture.ts';

describe('majority', () => {
  it('gives ties to the lowest category and reports them', () => {
    const result = majority(buildRatingTable(readsOf(['12.', '21.', '.2.']), { categories: [1, 2] }));
    expect([...result.label]).toEqual([0, 1, -1]);
    expect([...result.isTied]).toEqual([1, 0, 0]);
    expect([result.nTies, result.nUnlabelled]).toEqual([1, 1]);
    expect(result.confidence[1]).toBeCloseTo(2 / 3, 12);
  });

  const reads = readSharedReads('rte');
  it.skipIf(reads === null)(
    'reports the random-tie expectation beside the lowest-label accuracy (rte)',
    () => {
      const table = buildRatingTable(reads!, { categories: [0, 1] });
      const gold = new Map(readSharedCsv('rte/gold.csv')!.map(([item, label]) => [item, Number(label)]));
      const truth = Int32Array.from(table.items, (item) => gold.get(item) ?? -1);
      const result = majority(table);
      expect(result.label.filter((label, item) => label === truth[item]).length / 800).toBeCloseTo(0.9187, 3);
      expect(randomTieExpectedAccuracy(result, truth).value).toBeCloseTo(0.8969, 4);
      expect(result.nTies).toBe(65);
    },
  );
});

describe('leaveOneOutAgreement', () => {
  it('compares a read with the plurality of the others, leaving ties and lone reads out (R8)', () => {
    const table = buildRatingTable(readsOf(['11', '12', '12']), { categories: [1, 2] });
    const result = leaveOneOutAgreement(table);
    expect(result.overall).toMatchObject({ value: 3 / 4, n: 2, nExcluded: 2, exclusion: 'others_tied' });
    expect([result.nTies, result.nAlone]).toEqual([2, 0]);
    const alone = leaveOneOutAgreement(buildRatingTable(readsOf(['111']), { categories: [1, 2] }));
    expect(alone.overall).toMatchObject({
      value: null,
      reason: 'no_overlap',
      nExcluded: 3,
      exclusion: 'alone',
    });
    expect(alone.nAlone).toBe(3);
  });
});

describe.each([
  { folder: 'path-prostate-control', others: 0.7576, n: 4716, ties: 84, panel: 0.7404, nPanel: 2250 },
  { folder: 'path-prostate-ai', others: 0.8495, n: 4764, ties: 36, panel: 0.847, nPanel: 2320 },
])('consensus agreement on $folder', ({ folder, others, n, ties, panel, nPanel }) => {
  const reads = readSharedReads(folder);
  it.skipIf(reads === null)(
    'equals the reference, against the others and against the panel of readers 0 to 9',
    () => {
      const table = buildRatingTable(reads!, { categories: [0, 1, 2, 3, 4] });
      const result = leaveOneOutAgreement(table);
      expect(result.overall.value).toBeCloseTo(others, 4);
      const nReads = (one: typeof result) => one.raters.reduce((sum, { agreement }) => sum + agreement.n, 0);
      expect([nReads(result), result.nTies]).toEqual([n, ties]);
      expect(result.overall.n).toBe(240);
      expect(result.overall.ci![0]).toBeLessThan(others);
      const ids = Array.from({ length: 10 }, (_, id) => `${id}`);
      const against = panelAgreement(table, { panel: ids });
      expect(against.overall.value).toBeCloseTo(panel, 4);
      expect(nReads(against)).toBe(nPanel);
      expect(against.raters).toHaveLength(10);
    },
  );
});
