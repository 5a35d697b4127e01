import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fleissKappa } from './fleiss-kappa.ts';
import { gwetAc } from './gwet-ac.ts';
import { krippendorffAlpha } from './krippendorff-alpha.ts';
import { emptyAgreement, liveAlpha, liveFleissKappa, liveGwetAc, moveItem } from './live-agreement.ts';
import type { Measurement } from './measurement.ts';
import { jaccardDistance, masiDistance, multiLabelAlpha, perLabelAgreement } from './multi-label-alpha.ts';
import { buildRatingTable } from './rating-table.ts';

const read = fc.record({
  item: fc.constantFrom('1', '2', '3', '4', '5'),
  rater: fc.constantFrom('a', 'b', 'c', 'd'),
  value: fc.constantFrom(0, 1, 2),
});

function expectSame(live: Measurement, whole: Measurement): void {
  if (whole.value === null) expect(live.value).toBeNull();
  else expect(live.value).toBeCloseTo(whole.value, 9);
  if (whole.se === null) expect(live.se).toBeNull();
  else expect(live.se).toBeCloseTo(whole.se, 7);
  expect(live.n).toBe(whole.n);
}

describe('live counters', () => {
  it('after every read, in any order and with reads taken back, equal a computation from all reads', () => {
    const reads = fc.uniqueArray(read, { selector: (r) => `${r.item} ${r.rater}`, minLength: 1 });
    fc.assert(
      fc.property(reads, fc.nat(), (all, pick) => {
        const levels = Float64Array.of(0, 1, 2);
        const counts = new Map<string, Float64Array>();
        let state = emptyAgreement(levels, 'linear');
        const change = (one: (typeof all)[number], by: 1 | -1) => {
          const before = counts.get(one.item) ?? new Float64Array(3);
          const after = before.slice();
          after[one.value]! += by;
          state = moveItem(state, before, after);
          counts.set(one.item, after);
        };
        for (const one of all) change(one, 1);
        const [gone] = all.splice(pick % all.length, 1);
        change(gone!, -1);
        if (all.length === 0) return;
        const table = buildRatingTable(all, { categories: [0, 1, 2] });
        if (table.raters.length === 2) return;
        for (const scale of ['nominal', 'ordinal', 'interval'] as const) {
          expectSame(liveAlpha(state, scale, levels), krippendorffAlpha(table, { scale, interval: 'none' }));
        }
        expectSame(liveGwetAc(state), gwetAc(table, { weights: 'linear' }));
        expectSame(liveFleissKappa(state), fleissKappa(table, { weights: 'linear' }));
      }),
    );
  });

  it('leave the state they were given as it was', () => {
    const state = emptyAgreement(Float64Array.of(0, 1));
    const before = structuredClone(state);
    moveItem(state, new Float64Array(2), Float64Array.of(1, 1));
    expect(state).toEqual(before);
  });
});

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
