import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreementFromDisagreement } from './agreement-weights.ts';
import { cohenKappa, kappaOfCrossTable } from './cohen-kappa.ts';
import { lightKappa } from './light-kappa.ts';
import { pairwiseKappa } from './pairwise-kappa.ts';
import { diagnosesReads, readsOf, readsOfTable } from './published-reads.fixture.ts';
import { buildRatingTable, type Read } from './rating-table.ts';

function kappa(table: number[][], weights: 'none' | 'linear' | 'quadratic' = 'none') {
  const categories = table.map((_, index) => index);
  return cohenKappa(buildRatingTable(readsOfTable(table, categories), { categories }), ['A', 'B'], {
    weights,
  });
}

describe('cohenKappa', () => {
  it.each([
    {
      table: [
        [20, 5],
        [10, 15],
      ],
      value: 0.4,
      pa: 0.7,
    },
    {
      table: [
        [45, 15],
        [25, 15],
      ],
      value: 0.130435,
      pa: 0.6,
    },
    {
      table: [
        [25, 35],
        [5, 35],
      ],
      value: 0.259259,
      pa: 0.6,
    },
    {
      table: [
        [118, 5],
        [2, 0],
      ],
      value: -0.023392,
      pa: 0.944,
    },
    {
      table: [
        [40, 9],
        [5, 6],
      ],
      value: 0.317073,
      pa: 0.766667,
    },
    {
      table: [
        [13, 0, 0],
        [0, 20, 7],
        [0, 4, 56],
      ],
      value: 0.796409,
      pa: 0.89,
    },
  ])('equals irrCAC and keeps observed agreement beside it: $table', ({ table, value, pa }) => {
    const result = kappa(table);
    expect(result.value).toBeCloseTo(value, 6);
    expect(result.observedAgreement).toBeCloseTo(pa, 6);
  });

  it('has the Fleiss–Cohen–Everitt errors of Artstein & Poesio (statsmodels) and of SAS PROC FREQ', () => {
    const poesio = kappa([
      [20, 20],
      [10, 50],
    ]);
    expect(poesio.value).toBeCloseTo(0.347826087, 9);
    expect(poesio.se).toBeCloseTo(0.095008, 6);
    expect(poesio.seAtZero).toBeCloseTo(0.097608, 6);
    expect(poesio.ci![0]).toBeCloseTo(0.161615, 5);
    expect(poesio.ci![1]).toBeCloseTo(0.534039, 5);
    const sas = [
      [0, 4, 1],
      [0, 8, 0],
      [0, 1, 5],
    ];
    const plain = kappa(sas);
    expect([plain.value!, plain.se!, plain.seAtZero!].map((x) => x.toFixed(4))).toEqual([
      '0.4842',
      '0.1380',
      '0.1484',
    ]);
    expect(plain.value! / plain.seAtZero!).toBeCloseTo(3.2626, 4);
    expect(plain.ci!.map((x) => x.toFixed(4))).toEqual(['0.2137', '0.7547']);
    const linear = kappa(sas, 'linear');
    expect([linear.value!, linear.se!, linear.seAtZero!].map((x) => x.toFixed(4))).toEqual([
      '0.4701',
      '0.1457',
      '0.1426',
    ]);
    expect(linear.ci!.map((x) => x.toFixed(4))).toEqual(['0.1845', '0.7558']);
  });

  it('equals the published weighted values (Cohen 1968; irrCAC)', () => {
    const cohen = [
      [88, 14, 18],
      [10, 40, 10],
      [2, 6, 12],
    ];
    expect(kappa(cohen).value).toBeCloseTo(0.491525, 6);
    const weights = agreementFromDisagreement([
      [0, 1, 3],
      [1, 0, 6],
      [3, 6, 0],
    ]);
    const table = buildRatingTable(readsOfTable(cohen, [0, 1, 2]), { categories: [0, 1, 2] });
    expect(cohenKappa(table, ['A', 'B'], { weights }).value).toBeCloseTo(0.347826, 6);
    const abstractors = [
      [13, 0, 0],
      [0, 20, 7],
      [0, 4, 56],
    ];
    expect(kappa(abstractors, 'linear').value).toBeCloseTo(0.842902, 6);
    expect(kappa(abstractors, 'quadratic').value).toBeCloseTo(0.892157, 6);
  });

  it.each([
    {
      table: [
        [46, 0, 0],
        [4, 40, 0],
        [0, 0, 10],
      ],
      none: 0.931507,
      linear: 0.941176,
      quadratic: 0.954128,
    },
    {
      table: [
        [46, 0, 0],
        [6, 32, 6],
        [0, 0, 10],
      ],
      none: 0.801325,
      linear: 0.835526,
      quadratic: 0.877651,
    },
  ])('equals the values of the scikit-learn tests: $table', ({ table, none, linear, quadratic }) => {
    expect(kappa(table).value).toBeCloseTo(none, 6);
    expect(kappa(table, 'linear').value).toBeCloseTo(linear, 6);
    expect(kappa(table, 'quadratic').value).toBeCloseTo(quadratic, 6);
  });

  it('is null with a reason where it is undefined', () => {
    expect(
      kappa([
        [5, 0],
        [0, 0],
      ]),
    ).toMatchObject({ value: null, reason: 'one_category', observedAgreement: 1 });
    const apart = buildRatingTable(readsOf(['1..', '.01']), { categories: [0, 1] });
    expect(cohenKappa(apart, ['0', '1'])).toMatchObject({ value: null, reason: 'no_overlap', nExcluded: 3 });
    expect(cohenKappa(apart, ['0', 'x'])).toMatchObject({ value: null, reason: 'unknown_rater' });
  });

  it('does not change when the raters change places, nor when unweighted categories are renamed', () => {
    const cell = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 9, maxLength: 9 }), (cells) => {
        const shape = { levels: Float64Array.of(0, 1, 2), items: { length: 81 } };
        const value = kappaOfCrossTable(Float64Array.from(cells), shape).value;
        const turned = Float64Array.from(cells, (_, i) => cells[(i % 3) * 3 + Math.floor(i / 3)]!);
        const renamed = Float64Array.from(
          cells,
          (_, i) => cells[(2 - Math.floor(i / 3)) * 3 + (2 - (i % 3))]!,
        );
        for (const other of [turned, renamed]) {
          const again = kappaOfCrossTable(other, shape).value;
          if (value === null) expect(again).toBeNull();
          else expect(again).toBeCloseTo(value, 9);
        }
      }),
    );
  });
});

describe('lightKappa', () => {
  const published = buildRatingTable(diagnosesReads, { categories: [1, 2, 3, 4, 5] });

  it('has for two raters the published error of Cohen’s kappa', () => {
    const two = buildRatingTable(
      readsOfTable(
        [
          [20, 20],
          [10, 50],
        ],
        [0, 1],
      ),
      { categories: [0, 1] },
    );
    expect(lightKappa(two).se).toBeCloseTo(0.095008, 6);
    expect(lightKappa(two)).toMatchObject({ n: 100, nPairs: 1, nUndefinedPairs: 0 });
  });

  it('agrees for many raters, and with answers missing, with leaving out one item at a time', () => {
    const holes = diagnosesReads.filter((_, row) => row % 7 !== 3);
    for (const reads of [diagnosesReads, holes]) {
      const light = (own: readonly Read[]) =>
        lightKappa(buildRatingTable(own, { categories: [1, 2, 3, 4, 5] })).value!;
      const ids = [...new Set(reads.map(({ item }) => item))];
      const values = ids.map((id) => light(reads.filter(({ item }) => item !== id)));
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const jackknife = Math.sqrt(
        ((values.length - 1) / values.length) * values.reduce((sum, value) => sum + (value - mean) ** 2, 0),
      );
      const whole = lightKappa(buildRatingTable(reads, { categories: [1, 2, 3, 4, 5] }));
      expect(Math.abs(whole.se! / jackknife - 1)).toBeLessThan(0.1);
      expect(whole.ci![0]).toBeLessThan(whole.value!);
    }
    expect(lightKappa(published).value).toBeCloseTo(0.4594121, 7);
  });

  it('equals irr on one pair of the diagnoses', () => {
    expect(cohenKappa(published, ['1', '2']).value).toBeCloseTo(0.6311475, 7);
    const { value, seAtZero } = cohenKappa(published, ['1', '2']);
    expect(value! / seAtZero!).toBeCloseTo(7.5598, 4);
  });
});

describe('pairwiseKappa', () => {
  it('gives every pair once and the mean of the defined ones', () => {
    const table = buildRatingTable(readsOf(['0011', '0010', '1...']), { categories: [0, 1] });
    const matrix = pairwiseKappa(table);
    expect(matrix.nPairs).toBe(3);
    expect(matrix.cells[0]![1]!.value).toBe(matrix.cells[1]![0]!.value);
    expect(matrix.cells[2]![2]).toBeNull();
    expect(matrix.mean).toBeCloseTo((0.5 + 0 + 0) / (3 - matrix.nUndefinedPairs), 9);
  });
});
