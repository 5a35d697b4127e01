import { describe, expect, test } from 'vitest';
import { distributionOf, isAmbiguous } from './uncertainty.ts';

const votes = (...counts: number[]) => counts.map((n, at) => ({ value: String(at), n }));

describe('uncertainty is kept', () => {
  test.each([
    [votes(3), false],
    [votes(1), false],
    [votes(2, 1), true],
    [votes(3, 1), false],
    [votes(1, 1), true],
    [votes(4, 2), true],
    [votes(5, 2), false],
    [[], false],
  ])('%j is ambiguous: %s', (given, expected) => {
    expect(isAmbiguous({ path: 'majority', votes: given })).toBe(expected);
    // What the panel decided on a divided case is a label, not clarity.
    expect(isAmbiguous({ path: 'adjudication', votes: given })).toBe(expected);
  });

  test('what nobody could settle is ambiguous whatever the reads', () => {
    expect(isAmbiguous({ path: 'undecided', votes: votes(3) })).toBe(true);
  });

  test('the distribution of the reads keeps the dissent with its share', () => {
    expect(distributionOf({ votes: votes(3, 1) })).toEqual([
      { value: '0', n: 3, share: 0.75 },
      { value: '1', n: 1, share: 0.25 },
    ]);
    expect(distributionOf({ votes: [] })).toEqual([]);
  });
});
