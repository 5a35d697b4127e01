import { describe, expect, it } from 'vitest';
import { buildConfusionMatrix } from './confusion-matrix.ts';
import { perClassScores } from './per-class.ts';

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

  it('refuses an answer outside the categories without quoting it', () => {
    const build = () => buildConfusionMatrix([{ truth: '0', answer: 'John Doe' }], { categories: [0, 1] });
    expect(build).toThrow(/category list/);
    expect(build).not.toThrow(/John/);
  });
});
