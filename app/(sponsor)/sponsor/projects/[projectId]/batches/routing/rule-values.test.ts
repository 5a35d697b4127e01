import { expect, test } from 'vitest';
import type { RoutingRule } from '#server/routing/schemas.ts';
import { ruleOf, valuesOf } from './rule-values.ts';

const rule: RoutingRule = {
  keepInside: {
    dataClasses: ['phi'],
    filters: [
      { sites: ['North', 'East'] },
      { subgroups: { complexity: ['high'] } },
      { classes: [{ field: 'grade', values: ['3'] }] },
      { sites: ['South'], subgroups: { sex: ['F'] } },
    ],
  },
  overflow: { whenLate: true, whenBeyondHours: false },
};

test('what is shown is what is kept; a condition that the form cannot show is not lost', () => {
  const { values, others } = valuesOf(rule);
  expect(values.conditions).toEqual([
    { key: 'site', values: ['North', 'East'] },
    { key: 'subgroup:complexity', values: ['high'] },
    { key: 'class:grade', values: ['3'] },
  ]);
  expect(others).toEqual([{ sites: ['South'], subgroups: { sex: ['F'] } }]);
  expect(ruleOf(values, others)).toEqual(rule);
});

test('a condition without a value keeps nothing', () => {
  const { values } = valuesOf(null);
  expect(ruleOf({ ...values, conditions: [{ key: 'site', values: [] }] }, []).keepInside.filters).toEqual([]);
});
