import { describe, expect, it } from 'vitest';
import { buildConfusionMatrix } from './confusion-matrix.ts';
import { classScoresOfCases, perClassScores } from './per-class.ts';
import { wilsonInterval } from './wilson-interval.ts';

const repeat = (n: number, truth: string, answer: string) =>
  Array.from({ length: n }, () => ({ truth, answer }));

describe('perClassScores', () => {
  it('makes "always normal" at 95 % prevalence fail although its accuracy is 95 % (R9)', () => {
    const pairs = [...repeat(95, 'normal', 'normal'), ...repeat(5, 'abnormal', 'normal')];
    const scores = perClassScores(buildConfusionMatrix(pairs, { categories: ['normal', 'abnormal'] }));
    expect(scores.accuracy.value).toBe(0.95);
    expect(scores.balancedAccuracy.value).toBe(0.5);
    expect(scores.classes[1]).toMatchObject({
      sensitivity: { value: 0, n: 5 },
      specificity: { value: 1, n: 95 },
    });
    expect(scores.balancedAccuracy.ci![1]).toBeLessThan(0.75);
  });

  it('counts within one level on ordinal fields, per class and in all', () => {
    const pairs = [...repeat(2, '0', '1'), ...repeat(2, '0', '2'), ...repeat(4, '2', '2')];
    const scores = perClassScores(buildConfusionMatrix(pairs, { categories: [0, 1, 2] }));
    expect(scores.classes[0]?.withinOne).toMatchObject({ value: 0.5, n: 4 });
    expect(scores.withinOne.value).toBe(0.75);
    expect(scores.classes[1]?.sensitivity).toMatchObject({ value: null, reason: 'no_reference' });
    expect(scores.balancedAccuracy).toMatchObject({ value: 0.5, nExcluded: 1 });
  });

  it('is null with a reason without reference or with one class, and counts what it leaves out', () => {
    const empty = perClassScores(
      buildConfusionMatrix([{ truth: null, answer: '0' }], { categories: [0, 1] }),
    );
    expect(empty.accuracy).toMatchObject({ value: null, reason: 'no_reference', nExcluded: 1 });
    const one = perClassScores(buildConfusionMatrix(repeat(3, '0', '0'), { categories: [0, 1] }));
    expect(one.balancedAccuracy).toMatchObject({ value: null, reason: 'one_class' });
  });

  it('counts cases, not reads: three readers who err together are one piece of evidence per case', () => {
    const read = (truth: number, answer: number) => ({ truth, answer });
    const scores = classScoresOfCases(
      [
        { reads: [read(0, 0), read(0, 0), read(0, 0)], n: 54 },
        { reads: [read(1, 1), read(1, 1), read(1, 1)], n: 36 },
        { reads: [read(1, 0), read(1, 0), read(1, 0)], n: 10 },
      ],
      { categories: ['no', 'yes'] },
    );
    expect(scores.accuracy).toMatchObject({ value: 0.9, n: 100 });
    expect(scores.accuracy.ci![0]).toBeLessThan(wilsonInterval(90, 100)![0]);
    expect(scores.classes[1]?.sensitivity).toMatchObject({ n: 46 });
    expect(scores.balancedAccuracy.n).toBe(100);
  });

  it('counts an answer left blank on gold as not right, for sensitivity and specificity alike', () => {
    const scores = classScoresOfCases(
      [
        { reads: [{ truth: 0, answer: 0 }], n: 8 },
        { reads: [{ truth: 0, answer: -1 }], n: 2 },
        { reads: [{ truth: 1, answer: -1 }], n: 5 },
        { reads: [{ truth: 1, answer: 1 }], n: 5 },
      ],
      { categories: ['no', 'yes'] },
    );
    expect(scores.accuracy).toMatchObject({ value: 13 / 20, n: 20, nExcluded: 0 });
    expect(scores.classes[1]).toMatchObject({
      sensitivity: { value: 0.5, n: 10 },
      specificity: { value: 0.8, n: 10 },
    });
    expect(scores.withinOne.value).toBe(13 / 20);
  });

  it('refuses an answer outside the categories without quoting it', () => {
    const build = () => buildConfusionMatrix([{ truth: '0', answer: 'John Doe' }], { categories: [0, 1] });
    expect(build).toThrow(/category list/);
    expect(build).not.toThrow(/John/);
  });
});
