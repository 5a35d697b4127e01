import { describe, expect, it } from 'vitest';
import { assign } from './assignment.ts';
import { averagePrecision } from './average-precision.ts';
import { type LabelledBox, pooledBoxAgreement } from './box-agreement.ts';
import { boxIou, boxProblem } from './box-overlap.ts';
import { timeOverlap } from './interval-overlap.ts';
import { landmarkError } from './landmark-error.ts';
import { type Mask, maskOverlap } from './mask-overlap.ts';
import { polygonIou } from './polygon-overlap.ts';
import { stapleRows } from './published-reads.fixture.ts';
import { readSharedCsv } from './shared-data.fixture.ts';
import { spanAgreement } from './span-agreement.ts';
import { staple } from './staple.ts';
import { surfaceDistances } from './surface-distance.ts';
import { fuseBoxes } from './weighted-box-fusion.ts';

function mask(bits: string, width: number): Mask {
  return { width, height: bits.length / width, data: Uint8Array.from(bits, Number) };
}

describe('assign', () => {
  it.each([
    {
      costs: [
        [4, 1, 3],
        [2, 0, 5],
        [3, 2, 2],
      ],
      cost: 5,
    },
    {
      costs: [
        [400, 150, 400],
        [400, 450, 600],
        [300, 225, 300],
      ],
      cost: 850,
    },
    {
      costs: [
        [10, 10, 8],
        [9, 8, 1],
        [9, 7, 4],
      ],
      cost: 18,
    },
    {
      costs: [
        [10, 10, 8, 11],
        [9, 8, 1, 1],
        [9, 7, 4, 10],
      ],
      cost: 15,
    },
  ])('finds the least total cost $cost (scipy)', ({ costs, cost }) => {
    const pairs = assign(costs);
    expect(pairs.reduce((sum, [row, column]) => sum + costs[row]![column]!, 0)).toBe(cost);
    expect(new Set(pairs.map(([, column]) => column)).size).toBe(pairs.length);
  });

  it('has nothing to assign for empty sides', () => {
    expect(assign([])).toEqual([]);
    expect(assign([[], []])).toEqual([]);
  });
});

describe('masks', () => {
  const masks = [
    '000000011110011110011110011110000000',
    '000000001110001110001110001110000000',
    '011110011110011110011110011110000000',
    '000000011100011100011100111110000000',
  ].map((bits) => mask(bits, 6));

  it.each([
    [1, 2, 0.857143, 0.75],
    [1, 3, 0.888889, 0.8],
    [1, 4, 0.866667, 0.764706],
    [2, 3, 0.75, 0.6],
    [2, 4, 0.692308, 0.529412],
    [3, 4, 0.764706, 0.619048],
  ])('masks %i and %i have the reference Dice %f and IoU %f', (first, second, dice, iou) => {
    const overlap = maskOverlap(masks[first - 1]!, masks[second - 1]!);
    expect(overlap.dice).toBeCloseTo(dice, 6);
    expect(overlap.iou).toBeCloseTo(iou, 6);
  });

  it('has no overlap and no distance where nothing is marked, and distances in millimetres', () => {
    const empty = mask('0'.repeat(36), 6);
    expect(maskOverlap(empty, empty)).toEqual({ dice: null, iou: null });
    expect(surfaceDistances(empty, masks[0]!)).toBeNull();
    expect(surfaceDistances(masks[0]!, masks[0]!)).toEqual({ hausdorff: 0, hausdorff95: 0, average: 0 });
    const distances = surfaceDistances(mask('100000', 6), mask('000100', 6), { spacing: [0.5, 0.5] });
    expect(distances).toEqual({ hausdorff: 1.5, hausdorff95: 1.5, average: 1.5 });
    expect(() => maskOverlap(masks[0]!, mask('1', 1))).toThrow(/different size/);
  });
});

describe('staple (Warfield’s EM, R stapler)', () => {
  const raters = stapleRows.map((bits) => Uint8Array.from(bits, Number));

  it.each([
    {
      prior: 'local' as const,
      sensitivity: [0.869132, 0.87025, 0.839149, 0.53636, 0.663647],
      specificity: [0.979226, 0.85118, 0.839666, 0.963071, 0.838918],
    },
    {
      prior: 0.5,
      sensitivity: [0.725804, 0.809591, 0.747035, 0.465767, 0.620116],
      specificity: [0.987008, 0.888295, 0.857134, 0.974519, 0.864138],
    },
  ])(
    'prior $prior gives the reference sensitivities and specificities',
    ({ prior, sensitivity, specificity }) => {
      const result = staple(raters, { prior });
      for (const rater of raters.keys()) {
        expect(result.sensitivity[rater]).toBeCloseTo(sensitivity[rater]!, 4);
        expect(result.specificity[rater]).toBeCloseTo(specificity[rater]!, 4);
      }
      if (prior === 'local') {
        expect(result.probability[0]).toBeCloseTo(0.344831, 4);
        expect(result.probability[26]).toBeCloseTo(0.905395, 4);
      }
    },
  );
});

describe('boxes', () => {
  it('overlap as defined, and say what is wrong with a box', () => {
    expect(boxIou({ x1: 0, y1: 0, x2: 2, y2: 1 }, { x1: 1, y1: 0, x2: 3, y2: 1 })).toBeCloseTo(1 / 3, 12);
    expect(boxIou({ x1: 0, y1: 0, x2: 1, y2: 1 }, { x1: 2, y1: 2, x2: 3, y2: 3 })).toBe(0);
    expect(boxProblem({ x1: 2, y1: 0, x2: 1, y2: 1 })).toBe('x2_before_x1');
    expect(boxProblem({ x1: Number.NaN, y1: 0, x2: 1, y2: 1 })).toBe('not_finite');
  });

  it('weighted fusion equals a reference run on the authors’ worked input', () => {
    const box = (x1: number, y1: number, x2: number, y2: number, label: string, score: number) => ({
      x1,
      y1,
      x2,
      y2,
      label,
      score,
    });
    const fused = fuseBoxes(
      [
        [
          box(0, 0.51, 0.81, 0.91, '0', 0.9),
          box(0.1, 0.31, 0.71, 0.61, '1', 0.8),
          box(0.01, 0.32, 0.83, 0.93, '0', 0.2),
          box(0.02, 0.53, 0.11, 0.94, '1', 0.4),
          box(0.03, 0.24, 0.12, 0.35, '1', 0.7),
        ],
        [
          box(0.04, 0.56, 0.84, 0.92, '1', 0.5),
          box(0.12, 0.33, 0.72, 0.64, '1', 0.8),
          box(0.38, 0.66, 0.79, 0.95, '1', 0.7),
          box(0.08, 0.49, 0.21, 0.89, '0', 0.3),
        ],
      ],
      // The run that made the reference applied its weights 2 : 1 twice and divided by (2 + 1)².
      { threshold: 0.5, weights: [4, 1] },
    );
    const expected = [
      [0.001818, 0.475455, 0.813636, 0.913636, 0.488889],
      [0.104, 0.314, 0.712, 0.616, 0.444444],
      [0.03, 0.24, 0.12, 0.35, 0.311111],
      [0.02, 0.53, 0.11, 0.94, 0.177778],
      [0.38, 0.66, 0.79, 0.95, 0.077778],
      [0.04, 0.56, 0.84, 0.92, 0.055556],
      [0.08, 0.49, 0.21, 0.89, 0.033333],
    ];
    expect(fused).toHaveLength(expected.length);
    for (const [index, row] of expected.entries()) {
      const { x1, y1, x2, y2 } = fused[index]!;
      const score = (fused[index]!.score * 5) / 9;
      for (const [at, value] of [x1, y1, x2, y2, score].entries()) expect(value).toBeCloseTo(row[at]!, 5);
    }
    expect(fused.map(({ label }) => label).join('')).toBe('0111110');
  });

  it('average precision rewards right boxes before wrong ones', () => {
    const gold = [
      { image: 'a', x1: 0, y1: 0, x2: 1, y2: 1 },
      { image: 'b', x1: 0, y1: 0, x2: 1, y2: 1 },
    ];
    const hit = (image: string, score: number) => ({ image, score, x1: 0, y1: 0, x2: 1, y2: 1 });
    const miss = { image: 'a', score: 0.9, x1: 5, y1: 5, x2: 6, y2: 6 };
    expect(averagePrecision([hit('a', 0.8), hit('b', 0.7)], gold)).toBe(1);
    expect(averagePrecision([miss, hit('a', 0.8), hit('b', 0.7)], gold)).toBeCloseTo(2 / 3, 12);
    expect(averagePrecision([hit('a', 0.8), hit('a', 0.7)], gold)).toBe(0.5);
    expect(averagePrecision([], [])).toBeNull();
  });

  const rows = readSharedCsv('boxes-eiph/boxes.csv');
  it.skipIf(rows === null)(
    'equal the reference of ten experts on real cells, from scratch and pre-annotated',
    () => {
      const toBox = (cells: string[]): LabelledBox & { image: string } => {
        const [image = '', label = '', x1, y1, x2, y2] = cells;
        return { image, label, x1: Number(x1), y1: Number(y1), x2: Number(x2), y2: Number(y2) };
      };
      const gold = readSharedCsv('boxes-eiph/gold_boxes.csv')!.map(toBox);
      const groups = new Map<string, Array<LabelledBox & { image: string }>>();
      for (const [round = '', worker = '', ...cells] of rows!) {
        const key = `r${round}w${worker}`;
        groups.set(key, [...(groups.get(key) ?? []), toBox(cells)]);
      }
      const of = (key: string) => {
        const own = groups.get(key)!;
        const images = [...new Set(own.map(({ image }) => image))];
        return pooledBoxAgreement(
          images.map((image) => ({
            first: own.filter((box) => box.image === image),
            second: gold.filter((box) => box.image === image),
          })),
        );
      };
      expect(of('r1w3')).toMatchObject({ truePositives: 207, falsePositives: 110, falseNegatives: 99 });
      expect(of('r1w3').meanIou.value).toBeCloseTo(0.6751, 3);
      expect(of('r1w3').labelAgreement.value).toBeCloseTo(0.6377, 3);
      const meanF1 = (round: string) => {
        const keys = [...groups.keys()].filter((key) => key.startsWith(round));
        return keys.reduce((sum, key) => sum + of(key).f1.value!, 0) / keys.length;
      };
      expect(meanF1('r1')).toBeCloseTo(0.7415, 3);
      expect(meanF1('r2')).toBeCloseTo(0.9395, 3);
    },
  );
});

describe('polygons, landmarks, spans, time', () => {
  it('polygon IoU is exact for shifted, turned, nested and concave shapes', () => {
    const square = [
      [0, 0],
      [2, 0],
      [2, 1],
      [0, 1],
    ] as const;
    expect(
      polygonIou(square, [
        [1, 0],
        [3, 0],
        [3, 1],
        [1, 1],
      ]),
    ).toBeCloseTo(1 / 3, 12);
    expect(polygonIou(square, [...square].reverse())).toBeCloseTo(1, 12);
    const diamond = [
      [1, -1],
      [3, 1],
      [1, 3],
      [-1, 1],
    ] as const;
    expect(
      polygonIou(
        [
          [0, 0],
          [2, 0],
          [2, 2],
          [0, 2],
        ],
        diamond,
      ),
    ).toBeCloseTo(4 / 8, 12);
    const hook = [
      [0, 0],
      [3, 0],
      [3, 3],
      [2, 3],
      [2, 1],
      [0, 1],
    ] as const;
    expect(
      polygonIou(hook, [
        [0, 1],
        [2, 1],
        [2, 3],
        [0, 3],
      ]),
    ).toBeCloseTo(0, 12);
    expect(
      polygonIou(hook, [
        [0, 0],
        [3, 0],
        [3, 3],
        [0, 3],
      ]),
    ).toBeCloseTo(5 / 9, 12);
    expect(
      polygonIou(
        [
          [0, 0],
          [1, 0],
        ],
        [
          [0, 0],
          [1, 0],
        ],
      ),
    ).toBeNull();
  });

  it('landmark error is the mean distance with an interval, missing marks excluded', () => {
    const pairs = [
      { marked: [3, 4], truth: [0, 0] },
      { marked: [0, 1], truth: [0, 0] },
      { marked: null, truth: [0, 0] },
    ];
    expect(landmarkError(pairs)).toMatchObject({ value: 3, n: 2, nExcluded: 1 });
    expect(landmarkError([])).toMatchObject({ value: null, reason: 'no_pairs' });
  });

  it('spans agree exactly, by overlap and per token', () => {
    const gold = [
      { document: 's1', start: 3, end: 6, label: 'MISC' },
      { document: 's2', start: 0, end: 2, label: 'PER' },
    ];
    const predicted = [{ ...gold[0]!, start: 2 }, gold[1]!];
    const result = spanAgreement(predicted, gold);
    expect(result.exact).toMatchObject({ precision: 0.5, recall: 0.5, f1: 0.5 });
    expect(result.overlap.f1).toBe(1);
    expect(result.unit).toMatchObject({ precision: 5 / 6, recall: 1 });
    expect(spanAgreement([], []).exact.f1).toBeNull();
    expect(spanAgreement([{ ...gold[0]!, label: 'LOC' }], gold).overlap.truePositives).toBe(0);
  });

  it('time stretches overlap after joining those that touch', () => {
    expect(
      timeOverlap(
        [
          { start: 0, end: 1 },
          { start: 1, end: 2 },
        ],
        [{ start: 1, end: 3 }],
      ),
    ).toEqual({ iou: 1 / 3, dice: 0.5 });
    expect(timeOverlap([], [])).toEqual({ iou: null, dice: null });
  });
});
