import { describe, expect, test } from 'vitest';
import type { Bound } from './governance-rules.ts';
import { unwatchedWhy } from './unwatched-bounds.ts';

const bound = (over: Partial<Bound> = {}): Bound => ({
  field: 'grade',
  className: '',
  metric: 'krippendorff_alpha',
  threshold: 0.8,
  action: 'notify',
  fewest: 20,
  ...over,
});
const grade = { key: 'grade', label: 'Grade', scale: 'ordinal' as const, categories: ['0', '1'] };
const sets = { ...grade, scale: 'nominal' as const, categories: [], isSet: true };
const size = { ...grade, scale: 'interval' as const, categories: [] };
const score = (n: number, value: number | null = 0.9, reason: string | null = null) => ({ n, value, reason });

describe('a bound that is not watched says why, and what to do', () => {
  test('one that has its cases is watched, whatever its value', () => {
    expect(unwatchedWhy(bound(), grade, score(20))).toBeNull();
    expect(unwatchedWhy(bound(), size, score(20, 0.1))).toBeNull();
    expect(unwatchedWhy(bound({ metric: 'sensitivity', className: '1' }), grade, score(20))).toBeNull();
  });

  test.each([
    ['an unknown field', bound(), undefined, score(99), /no such field/],
    ['free text', bound(), { ...grade, scale: null }, score(99), /Free text/],
    ['an unknown class', bound({ metric: 'sensitivity', className: '7' }), grade, undefined, /no class “7”/],
    ['levels of a field without order', bound({ metric: 'within_one' }), sets, undefined, /no order/],
    ['classes of a number', bound({ metric: 'sensitivity', className: '3' }), size, undefined, /no classes/],
    ['too many sets', bound(), sets, score(0, null, 'too_many_categories'), /More than 256/],
    ['no second read', bound(), grade, score(0, null, 'no_overlap'), /two reads/],
    ['no gold', bound({ metric: 'accuracy' }), grade, score(0, null, 'no_reference'), /No gold/],
    [
      'gold of one class',
      bound({ metric: 'balanced_accuracy' }),
      grade,
      score(9, null, 'one_class'),
      /one class/,
    ],
    ['always the same answer', bound(), grade, score(30, null, 'one_category'), /same answer/],
    ['too few cases', bound(), grade, score(19), /19 of the 20/],
    ['nothing counted', bound(), grade, undefined, /Nothing was counted/],
  ] as const)('%s', (_, one, field, own, words) => {
    const found = unwatchedWhy(one, field, own);
    expect(found?.why).toMatch(words);
    expect(found?.todo).toMatch(/\.$/);
  });
});
