import { describe, expect, it } from 'vitest';
import { bootstrapIntraclass } from './bootstrap-intraclass.ts';
import { intraclassCorrelations } from './intraclass-correlation.ts';
import { readsOf } from './published-reads.fixture.ts';
import { buildRatingTable, inferCategories } from './rating-table.ts';
import { readSharedReads } from './shared-data.fixture.ts';

const shroutFleiss = ['9 2 5 8', '6 1 3 2', '8 4 6 8', '7 1 2 6', '10 5 6 9', '6 2 4 7'].flatMap(
  (row, item) => row.split(' ').map((value, rater) => ({ item: `${item}`, rater: `${rater}`, value })),
);

describe('intraclassCorrelations', () => {
  it('equals Shrout & Fleiss 1979 with the intervals of psych', () => {
    const icc = intraclassCorrelations(
      buildRatingTable(shroutFleiss, { categories: inferCategories(shroutFleiss) }),
    );
    const expected = {
      icc11: [0.16574177, -0.132932, 0.72256],
      icc21: [0.28976378, 0.018787, 0.761084],
      icc31: [0.71484071, 0.342465, 0.945858],
      icc1k: [0.44279713, -0.884442, 0.912415],
      icc2k: [0.62005055, 0.071137, 0.927232],
      icc3k: [0.90931554, 0.675675, 0.985892],
    } as const;
    for (const key of Object.keys(expected) as Array<keyof typeof expected>) {
      expect(icc[key].value).toBeCloseTo(expected[key][0], 8);
      expect(icc[key].ci![0]).toBeCloseTo(expected[key][1], 5);
      expect(icc[key].ci![1]).toBeCloseTo(expected[key][2], 5);
    }
  });

  const reads = readSharedReads('path-nottingham');
  it.skipIf(reads === null)('equals psych on nine pathologists', () => {
    const icc = intraclassCorrelations(buildRatingTable(reads!, { categories: [1, 2, 3] }));
    expect(icc.icc11.value).toBeCloseTo(0.691002, 6);
    expect(icc.icc21.value).toBeCloseTo(0.691905, 6);
    expect(icc.icc21.ci![0]).toBeCloseTo(0.622978, 5);
    expect(icc.icc21.ci![1]).toBeCloseTo(0.758474, 5);
    expect(icc.icc31.value).toBeCloseTo(0.710588, 6);
    expect(icc.icc2k.value).toBeCloseTo(0.952856, 6);
  });

  it.each([
    { rows: ['12', '1.'], reason: 'incomplete_matrix' },
    { rows: ['11', '11'], reason: 'no_variation' },
    { rows: ['12'], reason: 'needs_two_raters' },
    { rows: ['1', '2'], reason: 'needs_two_items' },
  ])('is null with the reason $reason', ({ rows, reason }) => {
    const icc = intraclassCorrelations(buildRatingTable(readsOf(rows), { categories: [1, 2] }));
    expect(icc.icc21).toMatchObject({ value: null, ci: null, reason });
  });
});

it('does not depend on the unit of the measurements, however small, nor does its bootstrap', () => {
  const tableOf = (unit: number) => {
    const reads = shroutFleiss.map((read) => ({ ...read, value: Number(read.value) * unit }));
    return buildRatingTable(reads, { categories: inferCategories(reads) });
  };
  const plain = intraclassCorrelations(tableOf(1));
  const boot = bootstrapIntraclass(tableOf(1), { resamples: 200 });
  for (const unit of [1e-9, 1e9]) {
    const found = intraclassCorrelations(tableOf(unit));
    expect(found.icc21.value).toBeCloseTo(plain.icc21.value!, 9);
    expect(bootstrapIntraclass(tableOf(unit), { resamples: 200 }).icc21.ci![0]).toBeCloseTo(
      boot.icc21.ci![0],
      9,
    );
  }
  const same = tableOf(0);
  expect(intraclassCorrelations(same).icc21.reason).toBe('no_variation');
});
