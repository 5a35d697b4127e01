import { describe, expect, it } from 'vitest';
import { type LabelledBox, pooledBoxAgreement } from './box-agreement.ts';
import { brennanPrediger } from './brennan-prediger.ts';
import { chooseConsensus } from './choose-consensus.ts';
import { clopperPearsonInterval } from './clopper-pearson-interval.ts';
import { cohenKappa } from './cohen-kappa.ts';
import { congerKappa } from './conger-kappa.ts';
import { dawidSkene } from './dawid-skene.ts';
import { fleissKappa } from './fleiss-kappa.ts';
import { gwetAc } from './gwet-ac.ts';
import { intraclassCorrelations } from './intraclass-correlation.ts';
import { jeffreysInterval } from './jeffreys-interval.ts';
import { krippendorffAlpha } from './krippendorff-alpha.ts';
import { majority, randomTieExpectedAccuracy } from './majority.ts';
import { maskOverlap } from './mask-overlap.ts';
import { percentAgreement } from './percent-agreement.ts';
import {
  anaesthesiaReads,
  anxietyRows,
  gwetFourRaters,
  readsOf,
  readsOfTable,
  stapleRows,
  stapleTruth,
} from './published-reads.fixture.ts';
import { buildRatingTable, inferCategories, type Read } from './rating-table.ts';
import { readSharedCsv, readSharedJson, readSharedReads } from './shared-data.fixture.ts';
import { staple } from './staple.ts';
import { wilsonInterval } from './wilson-interval.ts';

// Values of the literature and of reference programs that no other test of this folder names.

describe('weighted kappa of the anxiety ratings (irr, kappa2)', () => {
  it.each([
    { weights: 'none', value: 0.119497, z: 1.16376 },
    { weights: 'linear', value: 0.189189, z: 1.41566 },
    { weights: 'quadratic', value: 0.296765, z: 1.3405 },
  ] as const)('raters 1 and 2, $weights, with the z of no agreement', ({ weights, value, z }) => {
    const table = buildRatingTable(readsOf(anxietyRows), { categories: [1, 2, 3, 4, 5, 6] });
    const kappa = cohenKappa(table, ['0', '1'], { weights });
    expect(kappa.value).toBeCloseTo(value, 6);
    expect(kappa.value! / kappa.seAtZero!).toBeCloseTo(z, 4);
  });

  it.each([
    { weights: 'none', value: -0.006289 },
    { weights: 'linear', value: 0.145908 },
    { weights: 'quadratic', value: 0.252033 },
  ] as const)(
    'raters 2 and 3, $weights, by the position of the level as irr takes it',
    ({ weights, value }) => {
      const table = buildRatingTable(readsOf(anxietyRows.slice(1)), { categories: [1, 2, 3, 4, 6] });
      const byPosition = { ...table, levels: Float64Array.of(0, 1, 2, 3, 4) };
      expect(cohenKappa(byPosition, ['0', '1'], { weights }).value).toBeCloseTo(value, 5);
    },
  );
});

describe('own weights (irrCAC vignette, cac.raw4raters)', () => {
  const table = buildRatingTable(gwetFourRaters, { categories: [1, 2, 3, 4, 5] });
  const pairs = (distance: number) => (distance * (distance + 1)) / 2;
  const matrix = (weight: (left: number, right: number) => number) =>
    Float64Array.from({ length: 25 }, (_, cell) => weight(Math.floor(cell / 5) + 1, (cell % 5) + 1));
  const ratio = (left: number, right: number) => ((left - right) / (left + right)) ** 2;
  const cases = [
    {
      name: 'ordinal',
      weights: matrix((left, right) => 1 - pairs(Math.abs(left - right)) / pairs(4)),
      pa: 0.968182,
      ac: [0.89894, 0.1069],
      fleiss: [0.85021, 0.14704],
      conger: [0.84366, 0.1441],
      alpha: [0.83364, 0.13099],
      bp: [0.88636, 0.11391],
    },
    {
      name: 'ratio',
      weights: matrix((left, right) => 1 - ratio(left, right) / ratio(1, 5)),
      pa: 0.954115,
      ac: [0.85737, 0.12207],
      fleiss: [0.82134, 0.15239],
      conger: [0.81197, 0.1486],
      alpha: [0.7974, 0.14036],
      bp: [0.84024, 0.13221],
    },
    {
      name: 'linear',
      weights: matrix((left, right) => 1 - Math.abs(left - right) / 4),
      pa: 0.939394,
      ac: [0.85874, 0.11733],
      fleiss: [0.81794, 0.1485],
      conger: [0.81378, 0.14509],
      alpha: [0.80038, 0.13538],
      bp: [0.84848, 0.12336],
    },
  ];

  it.each(cases)('$name', ({ weights, pa, ac, fleiss, conger, alpha, bp }) => {
    expect(percentAgreement(table, { weights }).value).toBeCloseTo(pa, 6);
    const measures = [
      [gwetAc(table, { weights }), ac],
      [fleissKappa(table, { weights }), fleiss],
      [congerKappa(table, { weights }), conger],
      [brennanPrediger(table, { weights }), bp],
      [
        krippendorffAlpha(table, {
          scale: (left, right) => 1 - weights[left * 5 + right]!,
          interval: 'analytic',
        }),
        alpha,
      ],
    ] as const;
    for (const [measure, [value, se]] of measures) {
      expect(measure.value).toBeCloseTo(value!, 4);
      expect(measure.se).toBeCloseTo(se!, 4);
    }
  });
});

it('percent agreement has irrCAC’s error on the three abstractors', () => {
  const reads = readsOfTable(
    [
      [13, 0, 0],
      [0, 20, 7],
      [0, 4, 56],
    ],
    [0, 1, 2],
  );
  const { value, se } = percentAgreement(buildRatingTable(reads, { categories: [0, 1, 2] }));
  expect(value).toBeCloseTo(0.89, 12);
  expect(se).toBeCloseTo(0.031289, 5);
});

describe('intervals of a share (Newcombe 1998; scipy)', () => {
  it.each([
    { x: 1, n: 29, wilson: null, exact: [0.000873, 0.177644], jeffreys: [0.003746, 0.150078] },
    {
      x: 9,
      n: 10,
      wilson: [0.59585, 0.982124],
      exact: [0.554984, 0.997471],
      jeffreys: [0.618685, 0.988988],
    },
    { x: 45, n: 50, wilson: [0.786398, 0.956524], exact: null, jeffreys: null },
    { x: 10, n: 10, wilson: null, exact: null, jeffreys: [0.782804, 0.999952] },
  ])('$x of $n', ({ x, n, wilson, exact, jeffreys }) => {
    for (const side of [0, 1] as const) {
      if (wilson) expect(wilsonInterval(x, n)![side]).toBeCloseTo(wilson[side]!, 6);
      if (exact) expect(clopperPearsonInterval(x, n)![side]).toBeCloseTo(exact[side]!, 6);
      if (jeffreys) expect(jeffreysInterval(x, n)![side]).toBeCloseTo(jeffreys[side]!, 6);
    }
  });
});

describe('staple beside majority (R stapler)', () => {
  const raters = stapleRows.map((bits) => Uint8Array.from(bits, Number));
  const mask = (data: Uint8Array) => ({ width: 8, height: 8, data });
  const truth = mask(stapleTruth);
  const decided = (probability: Float64Array) => Uint8Array.from(probability, (p) => Number(p >= 0.5));

  it('the local prior finds the truth, as majority does; a flat one marks four pixels too many', () => {
    const local = staple(raters, { prior: 'local' }).probability;
    expect(local[5]).toBeCloseTo(0.36757, 4);
    expect(maskOverlap(mask(decided(local)), truth).dice).toBe(1);
    const flat = decided(staple(raters, { prior: 0.5 }).probability);
    expect(maskOverlap(mask(flat), truth).dice).toBeCloseTo(0.888889, 6);
    expect(flat.filter((bit, pixel) => bit === 1 && stapleTruth[pixel] === 0)).toHaveLength(4);
    const most = Uint8Array.from(stapleTruth, (_, pixel) =>
      Number(raters.reduce((sum, rater) => sum + rater[pixel]!, 0) >= 3),
    );
    expect(maskOverlap(mask(most), truth).dice).toBe(1);
  });
});

it('Dawid–Skene’s published solution is a local maximum; several starts reach the best of 200 random ones', () => {
  const table = buildRatingTable(anaesthesiaReads, { categories: [1, 2, 3, 4], duplicates: 'keep' });
  const best = dawidSkene(table, { starts: 30, tolerance: 1e-10 }).logLikelihood;
  expect(best).toBeCloseTo(-189.40533, 4);
});

it('majority of the toy example equals crowd-kit, the tie included', () => {
  const rows = ['nyyyy', 'yynyn', '.ynyn', 'ynyyn', 'nnnyn'];
  const { label, votes, itemStart } = {
    ...majority(buildRatingTable(readsOf(rows), { categories: ['n', 'y'] })),
    itemStart: buildRatingTable(readsOf(rows), { categories: ['n', 'y'] }).itemStart,
  };
  const yes = [...label].map((_, item) => votes[item * 2 + 1]! / (itemStart[item + 1]! - itemStart[item]!));
  expect(yes.map((share) => share.toFixed(1))).toEqual(['0.5', '0.6', '0.4', '1.0', '0.2']);
  expect([...label]).toEqual([0, 1, 0, 1, 0]);
});

const results = readSharedJson<{
  krippendorff_alpha: Record<string, Partial<Record<'nominal' | 'ordinal' | 'interval', number>>>;
  box_matching: {
    eiph: {
      per_worker: Record<string, { tp: number; fp: number; fn: number; f1: number; mean_iou: number }>;
    };
  };
}>('reference_results.json');

describe.skipIf(results === null)('real reads against the reference programs', () => {
  it.each(Object.entries(results?.krippendorff_alpha ?? {}))('alpha of %s (irr)', (name, expected) => {
    const folder = name.split('(')[0]!;
    const seen = new Set<string>();
    const first = ({ item, rater }: Read) => {
      const key = `${item} ${rater}`;
      const isNew = !seen.has(key);
      seen.add(key);
      return isNew;
    };
    const reads = readSharedReads(folder)!.filter(first);
    const table = buildRatingTable(reads, { categories: inferCategories(reads) });
    for (const [scale, value] of Object.entries(expected)) {
      const alpha = krippendorffAlpha(table, { scale: scale as 'nominal', interval: 'none' });
      expect([scale, alpha.value]).toEqual([scale, expect.closeTo(value, 5)]);
    }
  });

  it('ICC(3,1) of nine pathologists has psych’s interval', () => {
    const { icc31 } = intraclassCorrelations(
      buildRatingTable(readSharedReads('path-nottingham')!, { categories: [1, 2, 3] }),
    );
    expect(icc31.ci![0]).toBeCloseTo(0.646568, 5);
    expect(icc31.ci![1]).toBeCloseTo(0.77286, 5);
  });

  it('boxes of every expert in both rounds', () => {
    const toBox = (cells: string[]): LabelledBox & { image: string } => {
      const [image = '', label = '', x1, y1, x2, y2] = cells;
      return { image, label, x1: Number(x1), y1: Number(y1), x2: Number(x2), y2: Number(y2) };
    };
    const gold = Map.groupBy(readSharedCsv('boxes-eiph/gold_boxes.csv')!.map(toBox), ({ image }) => image);
    const rows = readSharedCsv('boxes-eiph/boxes.csv')!;
    const means = new Map<string, { iou: number[]; label: number[] }>();
    for (const [key, own] of Map.groupBy(rows, ([round, worker]) => `r${round}w${worker}`)) {
      const images = [
        ...Map.groupBy(
          own.map(([, , ...cells]) => toBox(cells)),
          ({ image }) => image,
        ),
      ];
      const found = pooledBoxAgreement(
        images.map(([image, first]) => ({ first, second: gold.get(image) ?? [] })),
        { resamples: 20 },
      );
      const expected = results!.box_matching.eiph.per_worker[key]!;
      expect([key, found.truePositives, found.falsePositives, found.falseNegatives]).toEqual([
        key,
        expected.tp,
        expected.fp,
        expected.fn,
      ]);
      expect(found.f1.value).toBeCloseTo(expected.f1, 3);
      expect(found.meanIou.value).toBeCloseTo(expected.mean_iou, 3);
      const round = means.get(key.slice(0, 2)) ?? { iou: [], label: [] };
      means.set(key.slice(0, 2), round);
      round.iou.push(found.meanIou.value!);
      round.label.push(found.labelAgreement.value!);
    }
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    for (const [round, iou, label] of [
      ['r1', 0.6897, 0.6985],
      ['r2', 0.9583, 0.7878],
    ] as const) {
      expect(mean(means.get(round)!.iou)).toBeCloseTo(iou, 3);
      expect(mean(means.get(round)!.label)).toBeCloseTo(label, 3);
    }
  });

  it.each([
    { folder: 'rte', best: 0.9275, tied: 0.8969 },
    { folder: 'bluebird', best: 0.8889, tied: 0.7593 },
  ])(
    'on $folder the chosen method is at least as right as every method of crowd-kit',
    ({ folder, best, tied }) => {
      const table = buildRatingTable(readSharedReads(folder)!, { categories: [0, 1] });
      const gold = new Map(
        readSharedCsv(`${folder}/gold.csv`)!.map(([item, label]) => [item, Number(label)]),
      );
      const truth = Int32Array.from(table.items, (item) => gold.get(item) ?? -1);
      const methods = ['majority', 'dawid-skene'] as const;
      const { consensus } = chooseConsensus(table, truth, { methods });
      const right = consensus.label.filter((label, item) => label === truth[item]).length;
      expect(right / gold.size).toBeGreaterThanOrEqual(best - 5e-5);
      expect(randomTieExpectedAccuracy(majority(table), truth).value).toBeCloseTo(tied, 4);
    },
  );
});
