import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classPosterior, evenConfusion, needsAnotherRead } from './adaptive-overlap.ts';
import { averagePrecision, meanAveragePrecision } from './average-precision.ts';
import { blandAltman } from './bland-altman.ts';
import { clopperPearsonInterval } from './clopper-pearson-interval.ts';
import { costPerCorrectLabel } from './cost-per-correct-label.ts';
import { counterUniform } from './counter-hash.ts';
import { bernoulliCusum, cusum, cusumRunLength } from './cusum.ts';
import { differenceOfProportions } from './difference-of-proportions.ts';
import { ewma } from './ewma.ts';
import { fisherExact } from './fisher-exact.ts';
import { jeffreysInterval } from './jeffreys-interval.ts';
import { benjaminiHochbergAdjust, holmAdjust } from './multiple-comparisons.ts';
import { adaptiveForecast, forecastReads, leadForecast, majorityForecast } from './overlap-forecast.ts';
import { sequentialBounds, sequentialTest } from './sequential-test.ts';
import { compareSubgroups } from './subgroup-comparison.ts';

it.each([
  { x: 81, n: 263, exact: [0.252737, 0.367622], jeffreys: [0.254522, 0.365647] },
  { x: 15, n: 148, exact: [0.057844, 0.16165], jeffreys: [0.060449, 0.157643] },
  { x: 0, n: 20, exact: [0, 0.168433], jeffreys: [0.000024, 0.116639] },
  { x: 10, n: 10, exact: [0.691503, 1], jeffreys: [0.782804, 0.999952] },
  { x: 45, n: 50, exact: [0.781865, 0.966725], jeffreys: [0.794645, 0.960806] },
  { x: 95, n: 100, exact: [0.887165, 0.983568], jeffreys: [0.8939, 0.980668] },
])(
  'Clopper–Pearson and Jeffreys intervals of $x of $n equal Newcombe 1998 and scipy',
  ({ x, n, exact, jeffreys }) => {
    for (const side of [0, 1] as const) {
      expect(clopperPearsonInterval(x, n)![side]).toBeCloseTo(exact[side]!, 6);
      expect(jeffreysInterval(x, n)![side]).toBeCloseTo(jeffreys[side]!, 6);
    }
  },
);

describe('sequentialTest (Wald)', () => {
  const plan = { good: 0.9, bad: 0.75 };

  it('has the reference bounds, steps and expected lengths', () => {
    const bounds = sequentialBounds(plan);
    expect(bounds.reject).toBeCloseTo(2.890372, 6);
    expect(bounds.accept).toBeCloseTo(-2.251292, 6);
    expect(bounds.right).toBeCloseTo(-0.182322, 6);
    expect(bounds.wrong).toBeCloseTo(0.916291, 6);
    expect(bounds.expectedIfGood).toBeCloseTo(27.521, 2);
    expect(bounds.expectedIfBad).toBeCloseTo(25.736, 2);
  });

  it('rejects after four straight errors, accepts after thirteen straight right answers, and then stays', () => {
    expect(sequentialTest(plan, [false, false, false]).decision).toBe('continue');
    const rejected = sequentialTest(plan, [false, false, false, false]);
    expect(rejected.decision).toBe('reject');
    expect(sequentialTest(plan, [true, true], rejected)).toEqual(rejected);
    expect(sequentialTest(plan, new Array<boolean>(12).fill(true)).decision).toBe('continue');
    expect(sequentialTest(plan, new Array<boolean>(13).fill(true))).toMatchObject({
      decision: 'accept',
      n: 13,
    });
    expect(() => sequentialTest({ good: 0.7, bad: 0.9 }, [])).toThrow(/0 < bad < good < 1/);
  });
});

describe('drift', () => {
  it('CUSUM run lengths equal Siegmund’s approximation', () => {
    expect(cusumRunLength({ allowance: 0.5, limit: 4, shift: 0 })).toBeCloseTo(338.09, 1);
    expect(cusumRunLength({ allowance: 0.5, limit: 4, shift: 1 })).toBeCloseTo(8.343, 2);
    expect(cusumRunLength({ allowance: 0.5, limit: 5, shift: 0 })).toBeCloseTo(938.22, 1);
    expect(cusumRunLength({ allowance: 0.5, limit: 5, shift: 1 })).toBeCloseTo(10.336, 2);
  });

  it('CUSUM signals a lasting shift, in either direction, and continues from a stored point', () => {
    const plan = { target: 0, allowance: 0.5, limit: 4 };
    const shifted = [0, 0, ...new Array<number>(9).fill(1)];
    const points = cusum(shifted, plan);
    expect(points.findIndex(({ signal }) => signal === 'high')).toBe(10);
    expect(
      cusum(
        shifted.map((x) => -x),
        plan,
      ).at(-1)?.signal,
    ).toBe('low');
    const [first, rest] = [cusum(shifted.slice(0, 5), plan), cusum(shifted.slice(5), plan, points[4])];
    expect([...first, ...rest]).toEqual(points);
  });

  it('the CUSUM of answers climbs by errors and is emptied by right answers', () => {
    const points = bernoulliCusum([false, false, true, false], { good: 0.9, bad: 0.75, limit: 2.4 });
    expect(points[1]!.score).toBeCloseTo(2 * 0.916291, 5);
    expect(points.map(({ isSignal }) => isSignal)).toEqual([false, false, false, true]);
  });

  it('EWMA has the limits of its definition', () => {
    const [first, second] = ewma([9.45, 7.99], { target: 10, sigma: 1 });
    expect(first!.value).toBeCloseTo(9.945, 9);
    expect(first!.upper).toBeCloseTo(10.27, 9);
    expect(second!.value).toBeCloseTo(9.7495, 9);
  });
});

describe('multiplicity and subgroups', () => {
  it('Holm and Benjamini–Hochberg keep order, never lower a p-value, and rank as the raw ones do', () => {
    expect(holmAdjust([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    expect(benjaminiHochbergAdjust([0.01, 0.04, 0.03]).map((p) => p.toFixed(4))).toEqual([
      '0.0300',
      '0.0400',
      '0.0400',
    ]);
    const p = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(p, { maxLength: 12 }), (raw) => {
        const holm = holmAdjust(raw);
        const bh = benjaminiHochbergAdjust(raw);
        for (const [index, value] of raw.entries()) {
          expect(bh[index]!).toBeGreaterThanOrEqual(value - 1e-12);
          expect(holm[index]!).toBeGreaterThanOrEqual(bh[index]! - 1e-12);
        }
      }),
    );
  });

  it('compares each subgroup with all others, tests no small one, and adjusts for those tested', () => {
    const rows = compareSubgroups([
      { subgroup: 'A', right: 49, n: 50 },
      { subgroup: 'B', right: 30, n: 50 },
      { subgroup: 'C', right: 2, n: 3 },
    ]);
    expect(rows[2]).toMatchObject({
      p: null,
      adjustedP: null,
      difference: { value: null, reason: 'small_subgroup' },
    });
    expect(rows[1]!.difference.ci![1]).toBeLessThan(0);
    const smallest = rows.reduce((least, row) => ((row.p ?? 1) < (least.p ?? 1) ? row : least));
    expect(smallest.adjustedP).toBeCloseTo(2 * smallest.p!, 12);
  });

  it('Newcombe’s difference and Fisher’s test equal their published examples', () => {
    const { ci } = differenceOfProportions([56, 70], [48, 80]);
    expect(ci![0]).toBeCloseTo(0.0524, 4);
    expect(ci![1]).toBeCloseTo(0.3339, 4);
    expect(
      fisherExact([
        [8, 2],
        [1, 5],
      ]),
    ).toBeCloseTo(0.034965, 6);
  });
});

describe('overlap and cost', () => {
  it.each([
    { p: 0.8, d: 1, accuracy: 0.8, reads: 1 },
    { p: 0.8, d: 2, accuracy: 0.941176, reads: 2.9412 },
    { p: 0.8, d: 3, accuracy: 0.984615, reads: 4.8462 },
    { p: 0.8, d: 4, accuracy: 0.996109, reads: 6.6148 },
    { p: 0.7, d: 3, accuracy: 0.927027, reads: 6.4054 },
    { p: 0.9, d: 2, accuracy: 0.987805, reads: 2.439 },
  ])(
    'a lead of $d votes at accuracy $p costs $reads reads and gives $accuracy',
    ({ p, d, accuracy, reads }) => {
      expect(leadForecast(p, d).accuracy).toBeCloseTo(accuracy, 6);
      expect(leadForecast(p, d).reads).toBeCloseTo(reads, 4);
    },
  );

  it('fixed odd overlaps have the reference accuracy', () => {
    expect([3, 5, 7].map((n) => majorityForecast(0.8, n).accuracy.toFixed(6))).toEqual([
      '0.896000',
      '0.942080',
      '0.966656',
    ]);
  });

  it('the posterior of votes A, A, B by raters of accuracy .8 over four classes equals the reference', () => {
    const confusion = Float64Array.from({ length: 16 }, (_, cell) => (cell % 5 === 0 ? 0.8 : 0.2 / 3));
    const reads = [0, 0, 1].map((answer) => ({ confusion, answer }));
    const posterior = classPosterior(reads, new Float64Array(4).fill(0.25));
    for (const [k, value] of [0.9113924, 0.0759494, 0.0063291, 0.0063291].entries()) {
      expect(posterior[k]).toBeCloseTo(value, 7);
    }
  });

  it('asks for reads up to the minimum, then until sure, never beyond the maximum', () => {
    const policy = { minimum: 2, maximum: 4, minConfidence: 0.95 };
    expect(needsAnotherRead({ nReads: 1, confidence: 1 }, policy)).toBe(true);
    expect(needsAnotherRead({ nReads: 2, confidence: 0.96 }, policy)).toBe(false);
    expect(needsAnotherRead({ nReads: 3, confidence: 0.6 }, policy)).toBe(true);
    expect(needsAnotherRead({ nReads: 4, confidence: 0.6 }, policy)).toBe(false);
  });

  it.each([
    { p: 0.8, d: 2, between: 0.9 },
    { p: 0.8, d: 3, between: 0.97 },
    { p: 0.7, d: 3, between: 0.9 },
    { p: 0.9, d: 2, between: 0.95 },
  ])(
    'the exact forecast of stopping on confidence is the gambler’s ruin of a lead of $d votes at accuracy $p',
    ({ p, d, between }) => {
      const policy = { minimum: 1, maximum: 100, minConfidence: between };
      const forecast = adaptiveForecast(evenConfusion(p, 2), Float64Array.of(0.5, 0.5), policy);
      expect(forecast.reads).toBeCloseTo(leadForecast(p, d).reads, 3);
      expect(forecast.accuracy).toBeCloseTo(leadForecast(p, d).accuracy, 6);
    },
  );

  it('at a fixed overlap the forecast is that of the majority, and its parts sum to all items', () => {
    const even = Float64Array.of(0.5, 0.5);
    for (const n of [1, 3, 5, 7]) {
      const forecast = adaptiveForecast(evenConfusion(0.8, 2), even, {
        minimum: n,
        maximum: n,
        minConfidence: 0.95,
      });
      expect(forecast.accuracy).toBeCloseTo(majorityForecast(0.8, n).accuracy, 12);
      expect(forecast.reads).toBeCloseTo(n, 12);
    }
    const five = adaptiveForecast(evenConfusion(0.7, 5), new Float64Array(5).fill(0.2), {
      minimum: 2,
      maximum: 6,
      minConfidence: 0.95,
    });
    expect(five.readsShare.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect([five.readsShare[0], five.readsShare[1]]).toEqual([0, 0]);
    expect(() =>
      adaptiveForecast(evenConfusion(0.7, 2), even, { minimum: 3, maximum: 2, minConfidence: 0.9 }),
    ).toThrow(/minimum ≤ maximum/);
    const endless = { minimum: 100, maximum: 100, minConfidence: 1 };
    expect(() => adaptiveForecast(evenConfusion(0.7, 9), new Float64Array(9).fill(1 / 9), endless)).toThrow(
      /Too many classes/,
    );
  });

  it('follows classes that are alike as one: the same forecast as with classes that differ by nothing that counts', () => {
    const policy = { minimum: 2, maximum: 6, minConfidence: 0.95 };
    const alike = adaptiveForecast(evenConfusion(0.75, 4), new Float64Array(4).fill(0.25), policy);
    // A mix that is off by 1e-9 is followed class by class.
    const prior = Float64Array.of(0.25 + 1e-9, 0.25 - 1e-9, 0.25, 0.25);
    const named = adaptiveForecast(evenConfusion(0.75, 4), prior, policy);
    expect(alike.reads).toBeCloseTo(named.reads, 6);
    expect(alike.accuracy).toBeCloseTo(named.accuracy, 6);
    expect(alike.unsure).toBeCloseTo(named.unsure, 6);
    for (const [n, share] of alike.readsShare.entries()) expect(named.readsShare[n]).toBeCloseTo(share, 6);
    // Seven classes and 25 reads are 736,281 courses by name, and a few thousand when they are alike.
    const many = adaptiveForecast(evenConfusion(0.6, 7), new Float64Array(7).fill(1 / 7), {
      minimum: 25,
      maximum: 25,
      minConfidence: 0.9,
    });
    expect(many.accuracy).toBeGreaterThan(0.999);
  });

  it('of two annotators who differ nobody is right: a tie is counted apart from guesses', () => {
    const even = Float64Array.of(0.5, 0.5);
    const two = forecastReads(evenConfusion(0.8, 2), even, {
      minimum: 2,
      maximum: 2,
      isEnough: () => true,
    });
    expect(two.tied).toBeCloseTo(0.32, 12);
    expect(two.rightUntied).toBeCloseTo(0.64, 12);
    expect(two.accuracy).toBeCloseTo(0.8, 12);
  });

  it('stops by any rule of the answers so far: a third read only where two differ', () => {
    const third = forecastReads(evenConfusion(0.8, 2), Float64Array.of(0.5, 0.5), {
      minimum: 2,
      maximum: 3,
      isEnough: ({ counts, nReads }) => counts.includes(nReads),
    });
    expect(third.reads).toBeCloseTo(2.32, 12);
    expect(third.accuracy).toBeCloseTo(majorityForecast(0.8, 3).accuracy, 12);
    expect(third.unsure).toBeCloseTo(0.32, 12);
  });

  it('the forecast equals a simulation of annotators who differ in what they confuse', () => {
    const confusion = Float64Array.of(0.9, 0.08, 0.02, 0.25, 0.7, 0.05, 0.05, 0.25, 0.7);
    const prior = Float64Array.of(0.6, 0.3, 0.1);
    const policy = { minimum: 2, maximum: 5, minConfidence: 0.9 };
    const forecast = adaptiveForecast(confusion, prior, policy);
    const pick = (shares: Float64Array, uniform: number) => {
      let left = uniform;
      return shares.findIndex((share) => {
        left -= share;
        return left < 0;
      });
    };
    const n = 40_000;
    let nReads = 0;
    let right = 0;
    for (let item = 0; item < n; item += 1) {
      const truth = pick(prior, counterUniform(1, item, 9));
      const reads: { confusion: Float64Array; answer: number }[] = [];
      let posterior: Float64Array = prior;
      while (needsAnotherRead({ nReads: reads.length, confidence: Math.max(...posterior) }, policy)) {
        const row = confusion.subarray(truth * 3, truth * 3 + 3);
        reads.push({ confusion, answer: pick(row, counterUniform(2, item * 10 + reads.length, 9)) });
        posterior = classPosterior(reads, prior);
      }
      nReads += reads.length;
      right += Number(posterior.indexOf(Math.max(...posterior)) === truth);
    }
    expect(Math.abs(nReads / n - forecast.reads)).toBeLessThan(0.02);
    expect(Math.abs(right / n - forecast.accuracy)).toBeLessThan(0.006);
  });

  it('mean average precision is over the classes that gold has, and over thresholds', () => {
    const box = { image: 'a', x1: 0, y1: 0, x2: 10, y2: 10 };
    const gold = [
      { ...box, label: 'cell' },
      { ...box, x1: 20, x2: 30, label: 'debris' },
    ];
    const predicted = [
      { ...box, y2: 8, label: 'cell', score: 0.9 },
      { ...box, x1: 20, x2: 30, label: 'cell', score: 0.8 },
    ];
    expect(meanAveragePrecision(predicted, gold)).toEqual({
      value: 0.5,
      classes: [
        { label: 'cell', value: 1, nGold: 1 },
        { label: 'debris', value: 0, nGold: 1 },
      ],
    });
    // The box overlaps by 0.8: right at one threshold, not at the other.
    expect(meanAveragePrecision(predicted, gold, { thresholds: [0.75, 0.85] }).classes[0]).toMatchObject({
      value:
        (1 + (averagePrecision([predicted[0]!, predicted[1]!], [gold[0]!], { threshold: 0.85 }) ?? 0)) / 2,
    });
    expect(meanAveragePrecision(predicted, [])).toEqual({ value: null, classes: [] });
  });

  it('cost per correct label is null without a reference (R12) and has the interval of the accuracy', () => {
    const cost = costPerCorrectLabel({ spent: 1000, nLabels: 500, right: 45, checked: 50 });
    expect(cost.value).toBeCloseTo(2 / 0.9, 12);
    expect(cost.ci![0]).toBeCloseTo(2 / 0.956524, 5);
    expect(costPerCorrectLabel({ spent: 1000, nLabels: 500, right: 0, checked: 0 })).toMatchObject({
      value: null,
      reason: 'no_reference',
    });
  });

  it('Bland–Altman limits hold bias ± 1.96 s and leave broken pairs out, counted', () => {
    const result = blandAltman([
      [1, 0],
      [2, 1],
      [3, 1],
      [4, 4],
      [null, 2],
      [Number.NaN, 1],
    ]);
    expect(result.bias).toMatchObject({ value: 1, n: 4, nExcluded: 2 });
    expect(result.upper.value! - 1).toBeCloseTo(1.96 * Math.sqrt(2 / 3), 12);
    expect(blandAltman([[1, 1]]).bias).toMatchObject({ value: null, reason: 'needs_two_pairs' });
  });
});
