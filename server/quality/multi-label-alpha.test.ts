import { describe, expect, it } from 'vitest';
import { jaccardDistance, masiDistance, multiLabelAlpha, perLabelAgreement } from './multi-label-alpha.ts';

describe('multi-label agreement', () => {
  const set = (...labels: string[]) => new Set(labels);

  it('MASI is milder on nested sets than Jaccard’s fraction of overlap, and both are distances', () => {
    expect(jaccardDistance(set('a', 'b'), set('b', 'c'))).toBeCloseTo(2 / 3, 12);
    expect(masiDistance(set('a'), set('a', 'b'))).toBeCloseTo(2 / 3, 12);
    expect(masiDistance(set('a', 'b'), set('b', 'c'))).toBeCloseTo(1 - 1 / 9, 12);
    expect(masiDistance(set('a'), set('b'))).toBe(1);
    expect(masiDistance(set(), set())).toBe(0);
  });

  it('equals nominal alpha when every set has one label, whatever the order inside sets', () => {
    const reads = [...'aabbdcccedda'].flatMap((label, item) => [
      { item: `${item}`, rater: 'A', labels: [label] },
      { item: `${item}`, rater: 'B', labels: [[...'babbbccceddd'][item]!] },
    ]);
    expect(multiLabelAlpha(reads, { interval: 'none' }).value).toBeCloseTo(0.6919642857, 9);
    const twice = (labels: string[]) => [
      { item: '1', rater: 'A', labels },
      { item: '1', rater: 'B', labels: ['x', 'y'] },
      { item: '2', rater: 'A', labels: [] },
      { item: '2', rater: 'B', labels: ['z'] },
    ];
    const forward = multiLabelAlpha(twice(['x', 'y']), { interval: 'none' });
    expect(multiLabelAlpha(twice(['y', 'x']), { interval: 'none' })).toEqual(forward);
    expect(forward.method).toBe('krippendorff_alpha:masi');
  });

  it('finds the label that readers do not agree on', () => {
    const reads = Array.from({ length: 8 }, (_, item) => [
      { item: `${item}`, rater: 'A', labels: item < 4 ? ['mass'] : ['edema'] },
      { item: `${item}`, rater: 'B', labels: item < 4 ? ['mass', 'edema'] : [] },
      { item: `${item}`, rater: 'C', labels: null },
    ]).flat();
    const [mass, edema, never] = perLabelAgreement(reads, ['mass', 'edema', 'never'], { interval: 'none' });
    expect(mass!.alpha.value).toBe(1);
    expect(edema!.alpha.value!).toBeLessThan(0);
    expect(never!.alpha).toMatchObject({ value: null, reason: 'one_category' });
  });
});
