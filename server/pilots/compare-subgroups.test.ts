import { expect, test } from 'vitest';
import { compareSubgroupDetail } from './compare-subgroups.ts';
import type { StoredSubgroups } from './subgroup-schema.ts';

type Figure = StoredSubgroups['groups'][number]['fields'][number]['alpha'];
const figure = (value: number | null, n: number): Figure => ({
  value,
  ci: value === null ? null : [value - 0.1, value + 0.1],
  se: null,
  n,
  nExcluded: 0,
  reason: value === null ? 'small_subgroup' : null,
  method: 'x',
});
const detail = (groups: [string, Figure, Figure][]): StoredSubgroups => ({
  leastCases: 10,
  leftOut: [],
  groups: groups.map(([value, alpha, accuracy]) => ({
    dimension: 'sex',
    value,
    cases: alpha.n,
    reads: 2 * alpha.n,
    fields: [{ field: 'grade', label: 'Grade', alpha, accuracy, classes: [] }],
  })),
});

test('the same subgroup of several bidders stands beside each other; one that is suppressed for one of them stays with its reason', () => {
  const compared = compareSubgroupDetail([
    {
      pilotId: 'a',
      detail: detail([
        ['F', figure(0.8, 40), figure(0.9, 40)],
        ['M', figure(null, 5), figure(null, 5)],
      ]),
    },
    { pilotId: 'b', detail: detail([['F', figure(0.7, 41), figure(null, 8)]]) },
    { pilotId: 'old', detail: null },
  ]);
  expect(
    compared.map(({ value, cases, figures }) => [value, cases, figures.map((one) => one.label)]),
  ).toEqual([
    ['F', 41, ['Grade: α', 'Grade: accuracy']],
    // Nothing of it can be shown, and that it is there is said.
    ['M', 5, []],
  ]);
  expect(compared[0]?.figures[1]?.cells).toEqual([
    { pilotId: 'a', value: 0.9, ci: [0.8, 1], n: 40, reason: null },
    { pilotId: 'b', value: null, ci: null, n: 8, reason: 'small_subgroup' },
  ]);
});
