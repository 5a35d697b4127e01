import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brennanPrediger } from './brennan-prediger.ts';
import { congerKappa } from './conger-kappa.ts';
import { fleissKappa, fleissTest } from './fleiss-kappa.ts';
import { gwetAc } from './gwet-ac.ts';
import { krippendorffAlpha } from './krippendorff-alpha.ts';
import { lightKappa } from './light-kappa.ts';
import type { Measurement } from './measurement.ts';
import { percentAgreement, unanimity } from './percent-agreement.ts';
import {
  diagnosesReads,
  fleissWorkedExample,
  gwetFourRaters,
  readsOf,
  readsOfCounts,
  readsOfTable,
} from './published-reads.fixture.ts';
import { randolphKappa } from './randolph-kappa.ts';
import { buildRatingTable, type Read } from './rating-table.ts';
import { scottPi } from './scott-pi.ts';
import { readSharedReads } from './shared-data.fixture.ts';

function expectEstimate(actual: Measurement, value: number, se?: number, digits = 5): void {
  expect(actual.value).toBeCloseTo(value, digits);
  if (se !== undefined) expect(actual.se).toBeCloseTo(se, digits);
}

describe('two raters, nominal (irrCAC)', () => {
  it.each([
    {
      id: 'T1',
      table: [
        [20, 5],
        [10, 15],
      ],
      pi: [0.393939, 0.13058],
      ac1: [0.405941, 0.130152],
      kappa: [0.4, 0.126996],
      alpha: 0.4,
      bp: 0.4,
    },
    {
      id: 'T2',
      table: [
        [45, 15],
        [25, 15],
      ],
      pi: [0.120879, 0.101237],
      ac1: [0.266055, 0.103401],
      kappa: [0.130435, 0.098662],
      alpha: 0.125275,
      bp: 0.2,
    },
    {
      id: 'T3',
      table: [
        [25, 35],
        [5, 35],
      ],
      pi: [0.191919, 0.098429],
      ac1: [0.207921, 0.099017],
      kappa: [0.259259, 0.07716],
      alpha: 0.19596,
      bp: 0.2,
    },
    {
      id: 'T4',
      table: [
        [118, 5],
        [2, 0],
      ],
      pi: [-0.028807, 0.010883],
      ac1: [0.940776, 0.022965],
      kappa: [-0.023392, 0.012287],
      alpha: -0.024691,
      bp: 0.888,
    },
    {
      id: 'T5',
      table: [
        [40, 9],
        [5, 6],
      ],
      pi: [0.312602, 0.144065],
      ac1: [0.646762, 0.097657],
      kappa: [0.317073, 0.141596],
      alpha: 0.318331,
      bp: 0.533333,
    },
    {
      id: 'T7',
      table: [
        [13, 0, 0],
        [0, 20, 7],
        [0, 4, 56],
      ],
      pi: [0.79624, 0.059055],
      ac1: [0.849331, 0.043217],
      kappa: [0.796409, 0.058911],
      alpha: 0.797258,
      bp: 0.835,
    },
  ])(
    '$id: pi, AC1, Cohen, alpha and Brennan–Prediger with Gwet errors',
    ({ table, pi, ac1, kappa, alpha, bp }) => {
      const categories = table.map((_, index) => index);
      const ratings = buildRatingTable(readsOfTable(table, categories), { categories });
      expectEstimate(scottPi(ratings), pi[0]!, pi[1]);
      expectEstimate(gwetAc(ratings), ac1[0]!, ac1[1]);
      expectEstimate(congerKappa(ratings), kappa[0]!, kappa[1]);
      expectEstimate(brennanPrediger(ratings), bp);
      expectEstimate(krippendorffAlpha(ratings, { scale: 'nominal', interval: 'none' }), alpha);
    },
  );
});

it('AC2 of the three abstractors equals irrCAC', () => {
  const reads = readsOfTable(
    [
      [13, 0, 0],
      [0, 20, 7],
      [0, 4, 56],
    ],
    [0, 1, 2],
  );
  const table = buildRatingTable(reads, { categories: [0, 1, 2] });
  expect(gwetAc(table, { weights: 'linear' }).value).toBeCloseTo(0.900023, 6);
  expect(gwetAc(table, { weights: 'quadratic' }).value).toBeCloseTo(0.940237, 6);
});

describe('many raters with missing answers (irrCAC vignette, cac.raw4raters)', () => {
  const table = buildRatingTable(gwetFourRaters, { categories: [1, 2, 3, 4, 5] });

  it.each([
    {
      weights: 'none',
      pa: 0.818182,
      ac: [0.77544, 0.14295],
      fleiss: [0.76117, 0.15302],
      conger: [0.76282, 0.14917],
      bp: [0.77273, 0.14472],
    },
    {
      weights: 'linear',
      pa: 0.939394,
      ac: [0.85874, 0.11733],
      fleiss: [0.81794, 0.1485],
      conger: [0.81378, 0.14509],
      bp: [0.84848, 0.12336],
    },
    {
      weights: 'quadratic',
      pa: 0.975379,
      ac: [0.914, 0.10396],
      fleiss: [0.86494, 0.14603],
      conger: [0.85771, 0.14367],
      bp: [0.90152, 0.11089],
    },
  ] as const)('weights $weights', ({ weights, pa, ac, fleiss, conger, bp }) => {
    const options = { weights };
    expect(percentAgreement(table, options).value).toBeCloseTo(pa, 6);
    expectEstimate(gwetAc(table, options), ac[0], ac[1], 4);
    expectEstimate(fleissKappa(table, options), fleiss[0], fleiss[1], 4);
    expectEstimate(congerKappa(table, options), conger[0], conger[1], 4);
    expectEstimate(brennanPrediger(table, options), bp[0], bp[1], 4);
    expect(gwetAc(table, options)).toMatchObject({ n: 11, nExcluded: 1 });
  });

  it('alpha has Gwet’s analytic error on request', () => {
    const alpha = (scale: 'nominal' | 'interval' | 'ratio') =>
      krippendorffAlpha(table, { scale, interval: 'analytic' });
    expectEstimate(alpha('nominal'), 0.74342, 0.14548, 4);
    expectEstimate(alpha('interval'), 0.84911, 0.12905, 4);
    expectEstimate(alpha('ratio'), 0.7974, 0.14036, 4);
  });

  it('AC1 has the published interval, clipped at 1', () => {
    const { ci } = gwetAc(table);
    expect(ci![0]).toBeCloseTo(0.461, 3);
    expect(ci![1]).toBe(1);
  });
});

describe('many raters, complete', () => {
  it('equals Fleiss’ worked example and Randolph’s free-marginal value', () => {
    const table = buildRatingTable(readsOfCounts(fleissWorkedExample, [1, 2, 3, 4, 5]), {
      categories: [1, 2, 3, 4, 5],
    });
    expect(fleissKappa(table).value).toBeCloseTo(0.2099307044, 9);
    expect(randolphKappa(table).value).toBeCloseTo(0.2225274725, 9);
  });

  it.each([
    {
      counts: [
        [7, 1],
        [3, 5],
      ],
      fixed: 0.161905,
      free: 0.214286,
    },
    {
      counts: [
        [6, 1, 0],
        [0, 7, 0],
      ],
      fixed: 0.708333,
      free: 0.785714,
    },
  ])('equals Randolph’s checks (statsmodels): $counts', ({ counts, fixed, free }) => {
    const categories = counts[0]!.map((_, index) => index);
    const table = buildRatingTable(readsOfCounts(counts, categories), { categories });
    expect(fleissKappa(table).value).toBeCloseTo(fixed, 6);
    expect(randolphKappa(table).value).toBeCloseTo(free, 6);
  });

  it('equals Fleiss 1971 (psychiatric diagnoses): kappa, z, categories, Conger, Light', () => {
    const table = buildRatingTable(diagnosesReads, { categories: [1, 2, 3, 4, 5] });
    expect(fleissKappa(table).value).toBeCloseTo(0.4302445201, 9);
    expect(congerKappa(table).value).toBeCloseTo(0.4418085, 7);
    expect(lightKappa(table).value).toBeCloseTo(0.4594121, 7);
    const test = fleissTest(table)!;
    expect(test.z).toBeCloseTo(17.6518, 4);
    expect(test.categories.map(({ kappa }) => kappa!.toFixed(3))).toEqual([
      '0.245',
      '0.245',
      '0.520',
      '0.471',
      '0.566',
    ]);
    expect(test.categories.map(({ z }) => z!.toFixed(3))).toEqual([
      '5.192',
      '5.192',
      '11.031',
      '9.994',
      '12.009',
    ]);
    const four = buildRatingTable(
      diagnosesReads.filter(({ rater }) => Number(rater) < 4),
      { categories: [1, 2, 3, 4, 5] },
    );
    expect(fleissKappa(four).value).toBeCloseTo(0.4893319, 7);
    expect(fleissTest(four)!.z).toBeCloseTo(12.9947, 4);
  });

  it('counts unanimous items within a tolerance (irr agree, video data)', () => {
    const video =
      '4434 4445 4455 4444 4324 4434 4325 4434 4334 4334 4434 4334 4444 4444 4434 4444 4444 4444 4444 4554';
    const reads = video
      .split(' ')
      .flatMap((row, item) =>
        [...row].map((value, rater) => ({ item: `${item}`, rater: `${rater}`, value })),
      );
    const table = buildRatingTable(reads, { categories: [1, 2, 3, 4, 5] });
    expect(unanimity(table).value).toBe(0.35);
    expect(unanimity(table, { tolerance: 1 }).value).toBe(0.9);
  });

  const reads = readSharedReads('path-nottingham');
  it.skipIf(reads === null)('equals irrCAC on nine pathologists (Nottingham grade)', () => {
    const table = buildRatingTable(reads!, { categories: [1, 2, 3] });
    expect(percentAgreement(table).value).toBeCloseTo(0.693611, 6);
    expectEstimate(gwetAc(table), 0.54886, 0.03334, 4);
    expectEstimate(fleissKappa(table), 0.52254, 0.03942, 4);
    expectEstimate(congerKappa(table), 0.52389, 0.03907, 4);
    expectEstimate(gwetAc(table, { weights: 'quadratic' }), 0.76587, 0.02044, 4);
    expectEstimate(fleissKappa(table, { weights: 'quadratic' }), 0.68874, 0.03567, 4);
    expectEstimate(congerKappa(table, { weights: 'quadratic' }), 0.68976, 0.03536, 4);
    expect(krippendorffAlpha(table, { scale: 'ordinal', interval: 'none' }).value).toBeCloseTo(0.684521, 6);
  });
});

describe('every coefficient', () => {
  const all = {
    percentAgreement,
    fleissKappa,
    congerKappa,
    brennanPrediger,
    gwetAc,
    randolphKappa,
    lightKappa,
    scottPi,
  };
  const answer = fc.constantFrom('0', '1', '2', '.');
  const rows = fc.array(fc.array(answer, { minLength: 6, maxLength: 6 }), { minLength: 2, maxLength: 4 });

  it('is a number up to 1 or null with a reason, is the same for permuted rows and does not write to its input', () => {
    fc.assert(
      fc.property(rows, (answers) => {
        const reads: Read[] = readsOf(answers.map((row) => row.join('')));
        const table = buildRatingTable(reads, { categories: [0, 1, 2] });
        const before = structuredClone(table);
        const permuted = buildRatingTable([...reads].reverse(), { categories: [0, 1, 2] });
        for (const coefficient of Object.values(all)) {
          const result = coefficient(table);
          expect(coefficient(permuted)).toEqual(result);
          if (result.value === null) expect(result.reason).toMatch(/^[a-z_]+$/);
          else expect(result.value).toBeLessThanOrEqual(1 + 1e-9);
        }
        expect(table).toEqual(before);
      }),
    );
  });

  it('does not change when nominal categories are renamed', () => {
    fc.assert(
      fc.property(rows, (answers) => {
        const reads = readsOf(answers.map((row) => row.join('')));
        const names: Record<string, string> = { '0': 'c', '1': 'a', '2': 'b' };
        const renamed = reads.map((read) => ({ ...read, value: names[String(read.value)] ?? '' }));
        const table = buildRatingTable(reads, { categories: [0, 1, 2] });
        const other = buildRatingTable(renamed, { categories: ['a', 'b', 'c'] });
        for (const coefficient of Object.values(all)) {
          const { value } = coefficient(table);
          if (value === null) expect(coefficient(other).value).toBeNull();
          else expect(coefficient(other).value).toBeCloseTo(value, 9);
        }
      }),
    );
  });

  it('is 1 minus the small-sample factor: alpha = 1 − (1 − π)(2n − 1)/(2n) for two raters and complete data', () => {
    const table = buildRatingTable(
      readsOfTable(
        [
          [13, 0, 0],
          [0, 20, 7],
          [0, 4, 56],
        ],
        [0, 1, 2],
      ),
      { categories: [0, 1, 2] },
    );
    const pi = scottPi(table).value!;
    expect(krippendorffAlpha(table, { scale: 'nominal', interval: 'none' }).value).toBeCloseTo(
      1 - ((1 - pi) * 199) / 200,
      12,
    );
  });
});
