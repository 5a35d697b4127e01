import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fleissKappa } from './fleiss-kappa.ts';
import { gwetAc } from './gwet-ac.ts';
import { krippendorffAlpha } from './krippendorff-alpha.ts';
import type { Measurement } from './measurement.ts';
import { type AnswerPattern, patternAlpha, patternKappa } from './pattern-agreement.ts';
import { buildRatingTable } from './rating-table.ts';

const CATEGORIES = ['0', '1', '2', '3'];
const levels = Float64Array.of(0, 1, 2, 3);
const items = fc.array(fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 4 }), {
  minLength: 3,
  maxLength: 40,
});

/** The same reads as a table of items and as counted patterns. */
function both(reads: readonly (readonly number[])[]) {
  const table = buildRatingTable(
    reads.flatMap((answers, item) =>
      answers.map((value, rater) => ({ item: `i${item}`, rater: `r${rater}`, value })),
    ),
    { categories: CATEGORIES },
  );
  const patterns = new Map<string, AnswerPattern>();
  for (const answers of reads) {
    const counts = new Float64Array(4);
    for (const answer of answers) counts[answer] = (counts[answer] as number) + 1;
    const key = counts.join();
    patterns.set(key, { counts, n: (patterns.get(key)?.n ?? 0) + 1 });
  }
  return { table, patterns: [...patterns.values()] };
}

function expectSame(live: Measurement, whole: Measurement) {
  expect([live.reason, live.n, live.nExcluded]).toEqual([whole.reason, whole.n, whole.nExcluded]);
  if (whole.value !== null) expect(live.value).toBeCloseTo(whole.value, 10);
  if (whole.se !== null) expect(live.se).toBeCloseTo(whole.se, 10);
  if (whole.ci !== null) {
    expect(live.ci?.[0]).toBeCloseTo(whole.ci[0], 10);
    expect(live.ci?.[1]).toBeCloseTo(whole.ci[1], 10);
  }
}

describe('agreement from answer patterns equals agreement from items', () => {
  test.each(['nominal', 'ordinal', 'interval'] as const)('alpha, %s', (scale) => {
    fc.assert(
      fc.property(items, (reads) => {
        const { table, patterns } = both(reads);
        expectSame(
          patternAlpha(patterns, scale, { levels }),
          krippendorffAlpha(table, { scale, interval: 'analytic' }),
        );
      }),
      { numRuns: 60, seed: 4 },
    );
  });

  test.each(['none', 'quadratic'] as const)('Fleiss and AC, weights %s, any overlap', (weights) => {
    fc.assert(
      fc.property(items, (reads) => {
        // A two-rater table has its own variance (item-agreement.ts); patterns do not know who read.
        const { table, patterns } = both([...reads, [0, 1, 2]]);
        const options = { levels, weights };
        expectSame(
          patternKappa(patterns, { ...options, coefficient: 'fleiss' }),
          fleissKappa(table, { weights }),
        );
        expectSame(
          patternKappa(patterns, { ...options, coefficient: 'gwet_ac' }),
          gwetAc(table, { weights }),
        );
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  test('Fleiss 1971: 30 patients, 6 raters, kappa .4302445', () => {
    const rows =
      '444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444 224445 333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444 133333 555555';
    const patterns = rows.split(' ').map((row) => {
      const counts = new Float64Array(5);
      for (const answer of row) counts[Number(answer) - 1] = (counts[Number(answer) - 1] as number) + 1;
      return { counts, n: 1 };
    });
    const kappa = patternKappa(patterns, {
      levels: Float64Array.of(1, 2, 3, 4, 5),
      weights: 'none',
      coefficient: 'fleiss',
    });
    expect(kappa.value).toBeCloseTo(0.4302445201, 10);
  });

  test('says why there is no value', () => {
    const one = [{ counts: Float64Array.of(1, 0), n: 5 }];
    const same = [{ counts: Float64Array.of(3, 0), n: 5 }];
    const options = { levels: Float64Array.of(0, 1) };
    expect(patternAlpha(one, 'nominal', options)).toMatchObject({ value: null, reason: 'no_overlap' });
    expect(patternAlpha(same, 'nominal', options)).toMatchObject({
      value: null,
      reason: 'one_category',
      n: 5,
    });
  });
});
