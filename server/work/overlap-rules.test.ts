import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LabelField } from '#server/protocols/schemas.ts';
import { mostReviewed, mostSlotsOf, overlapFaults, readsAt, slotsOf } from './overlap-rules.ts';

describe('how many reads each case begins with', () => {
  test('a share is exact over all cases and even over any part of them', () => {
    const input = fc.record({
      cases: fc.integer({ min: 1, max: 3000 }),
      percent: fc.integer({ min: 1, max: 10_000 }).map((n) => n / 100),
      overlap: fc.integer({ min: 1, max: 7 }),
    });
    fc.assert(
      fc.property(input, ({ cases, percent, overlap }) => {
        const rule = { mode: 'share', overlapCoveragePercent: percent } as const;
        const reads = Array.from({ length: cases }, (_, place) => readsAt(place, overlap, rule));
        expect(reads.reduce((sum, n) => sum + n, 0)).toBe(slotsOf(cases, overlap, rule));
        expect(mostSlotsOf(cases, overlap, rule)).toBe(slotsOf(cases, overlap, rule));
        const half = reads.slice(0, Math.ceil(cases / 2)).filter((n) => n === overlap && overlap > 1).length;
        if (overlap > 1)
          expect(Math.abs(half - (Math.ceil(cases / 2) * percent) / 100)).toBeLessThanOrEqual(1 + 1e-6);
      }),
    );
  });

  test('other rules begin with the overlap, and a ceiling holds their most', () => {
    const adaptive = { mode: 'adaptive', maxOverlap: 5, minConfidence: 0.9 } as const;
    expect(slotsOf(10, 2, adaptive)).toBe(20);
    expect(mostSlotsOf(10, 2, adaptive)).toBe(50);
    const more = { mode: 'on_disagreement', agreementThreshold: 0.5, maxAdditionalAnnotators: 2 } as const;
    expect(mostSlotsOf(10, 2, more)).toBe(40);
  });

  test('R5 and the rest: each thing wrong with a rule is named', () => {
    const rule = { mode: 'adaptive', maxOverlap: 2, minConfidence: 0.9 } as const;
    const faults = overlapFaults({
      intendedUse: 'test_reference',
      kind: 'pilot',
      overlap: 2,
      rounds: 2,
      consensusMethod: 'dawid_skene',
      isShared: true,
      rule,
      schema: null,
    });
    expect(faults.map((fault) => fault.path)).toEqual([
      'overlapRule',
      'overlapRule',
      'overlapRule',
      'rounds',
      'overlapRule.maxOverlap',
      'consensusMethod',
    ]);
    const fine = {
      intendedUse: 'training',
      kind: 'production',
      rounds: 1,
      consensusMethod: 'majority',
      isShared: false,
      schema: null,
    };
    expect(overlapFaults({ ...fine, overlap: 2, rule: { ...rule, maxOverlap: 4 } })).toEqual([]);
  });

  test('a posterior weighs answers of a list alone: adaptive is refused where another kind of field counts', () => {
    const field = (key: string, type: LabelField['type']): LabelField => ({
      ...{ key, label: key, definition: '', type, required: false },
      ...(type === 'multi_label' ? { options: [{ value: 'a', label: 'A' }] } : {}),
    });
    const faults = (fields: LabelField[], gatedFields: string[], mode: 'adaptive' | 'on_disagreement') =>
      overlapFaults({
        intendedUse: 'training',
        kind: 'production',
        overlap: 2,
        rounds: 1,
        consensusMethod: 'majority',
        isShared: false,
        rule:
          mode === 'adaptive'
            ? { mode, maxOverlap: 4, minConfidence: 0.9 }
            : { mode, agreementThreshold: 0.9, maxAdditionalAnnotators: 2 },
        schema: { fields, rules: [], gatedFields },
      }).map((fault) => fault.message);
    const [cancer, findings, size, remark] = [
      field('cancer', 'boolean'),
      field('findings', 'multi_label'),
      field('size', 'number'),
      field('remark', 'text'),
    ];
    const [refused] = faults([cancer, findings, size], ['findings', 'size'], 'adaptive');
    expect(refused).toMatch(/“findings”, “size” have no such list/);
    expect(faults([cancer, findings], [], 'adaptive')).toHaveLength(1);
    expect(faults([remark], [], 'adaptive')).toHaveLength(1);
    expect(faults([cancer, findings, size, remark], ['cancer'], 'adaptive')).toEqual([]);
    expect(faults([cancer, remark], [], 'adaptive')).toEqual([]);
    expect(faults([findings], ['findings'], 'on_disagreement')).toEqual([]);
  });

  test('review can come to no more than every case', () => {
    const sampled = (sampleRateBasisPoints: number) =>
      ({ kind: 'low_agreement', agreementBelow: 0.5, sampleRateBasisPoints }) as const;
    expect(mostReviewed(1000, [sampled(2000)])).toBeCloseTo(0.3, 10);
    expect(mostReviewed(6000, [sampled(5000)])).toBe(1);
  });
});
