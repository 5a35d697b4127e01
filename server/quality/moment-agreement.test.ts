import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fleissKappa } from './fleiss-kappa.ts';
import { krippendorffAlpha } from './krippendorff-alpha.ts';
import type { Measurement } from './measurement.ts';
import { MOMENTS, type MomentGroup, momentAlpha, momentKappa, momentsOfItem } from './moment-agreement.ts';
import { buildRatingTable } from './rating-table.ts';

/** Running sums by number of answers, as a batch keeps them. */
function groupsOf(items: readonly (readonly number[])[]): MomentGroup[] {
  return [...Map.groupBy(items, (answers) => answers.length)].map(([answers, own]) => {
    const sums = momentsOfItem([]);
    for (const key of MOMENTS) sums[key] = 0n;
    for (const item of own) {
      const moved = momentsOfItem(item.map(BigInt));
      for (const key of MOMENTS) sums[key] += moved[key];
    }
    return { answers, sums };
  });
}

const tableOf = (items: readonly (readonly number[])[]) =>
  buildRatingTable(
    items.flatMap((answers, item) =>
      answers.map((value, rater) => ({ item: `i${item}`, rater: `r${rater}`, value })),
    ),
    { categories: [...new Set(items.flat())].sort((a, b) => a - b) },
  );

function expectSame(live: Measurement, whole: Measurement) {
  expect([live.reason, live.n, live.nExcluded]).toEqual([whole.reason, whole.n, whole.nExcluded]);
  if (whole.value !== null) expect(live.value).toBeCloseTo(whole.value, 9);
  if (whole.se !== null) expect(live.se).toBeCloseTo(whole.se, 7);
  if (whole.ci !== null)
    for (const side of [0, 1] as const) expect(live.ci?.[side]).toBeCloseTo(whole.ci[side], 7);
}

describe('agreement of measurements from running sums equals agreement from items', () => {
  // A two-rater table has its own variance (item-agreement.ts); sums do not know who read.
  const items = fc
    .array(fc.array(fc.integer({ min: 1_000_000, max: 1_000_030 }), { minLength: 1, maxLength: 4 }), {
      minLength: 3,
      maxLength: 30,
    })
    .map((some) => [...some, [1_000_000, 1_000_004, 1_000_009]]);

  test('alpha and quadratic Fleiss, any overlap, far from zero', () => {
    fc.assert(
      fc.property(items, (reads) => {
        const table = tableOf(reads);
        const groups = groupsOf(reads);
        expectSame(
          momentAlpha(groups),
          krippendorffAlpha(table, { scale: 'interval', interval: 'analytic' }),
        );
        expectSame(momentKappa(groups), fleissKappa(table, { weights: 'quadratic' }));
      }),
      { numRuns: 80, seed: 6 },
    );
  });

  test('Krippendorff 2011, interval data with missing answers: .849', () => {
    const rows = [
      '11.1',
      '2232',
      '3333',
      '3333',
      '2222',
      '1234',
      '4444',
      '1121',
      '2222',
      '.555',
      '..11',
      '..3.',
    ];
    const reads = rows.map((row) => [...row].filter((mark) => mark !== '.').map(Number));
    const alpha = momentAlpha(groupsOf(reads));
    expect(alpha.value).toBeCloseTo(0.8491071429, 9);
    expect(alpha).toMatchObject({ n: 11, nExcluded: 1, exclusion: 'fewer_than_two_answers' });
  });

  test('thousands of different answers have a value and an interval', () => {
    const reads = Array.from({ length: 3000 }, (_, item) => [item * 7919, item * 7919 + 40 + (item % 13)]);
    const alpha = momentAlpha(groupsOf(reads));
    expect(alpha.value).toBeGreaterThan(0.999);
    expect(alpha.ci).not.toBeNull();
  });

  test('says why there is no value', () => {
    expect(momentAlpha(groupsOf([[4], [5]]))).toMatchObject({ reason: 'no_overlap', nExcluded: 2 });
    expect(
      momentAlpha(
        groupsOf([
          [7, 7],
          [7, 7],
        ]),
      ),
    ).toMatchObject({ reason: 'one_category', n: 2 });
    expect(momentKappa(groupsOf([[7, 7], [7]]))).toMatchObject({ reason: 'one_category', n: 1 });
  });
});
