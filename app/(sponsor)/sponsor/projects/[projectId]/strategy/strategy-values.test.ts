import { expect, test } from 'vitest';
import type { StrategyInputs } from '#server/strategy/schemas.ts';
import { inputsOf, valuesOf } from './strategy-values.ts';

const inputs: StrategyInputs = {
  cases: 1200,
  needBy: '2027-03-31',
  budgetModel: 'fixed',
  isForSubmission: true,
  insideShareBasisPoints: 1250,
  ownStaff: { people: 3, hoursPerWeek: 7.5, costPerHourMinor: 9_050n, readsPerHour: null, readyInDays: 14 },
  model: { name: 'Model 3', costPerCaseMinor: 4n, checked: 400, right: 371 },
  pricePerReadMinor: null,
};

test('what is shown is what is sent', () => {
  expect(inputsOf(valuesOf(inputs, 'USD'), 'USD')).toEqual({ inputs, problems: null });
  const bare = { ...inputs, model: null, pricePerReadMinor: 110n };
  expect(inputsOf(valuesOf(bare, 'USD'), 'USD')).toEqual({ inputs: bare, problems: null });
});

test('every problem is told at its field, and nothing is sent', () => {
  const values = {
    ...valuesOf(inputs, 'USD'),
    cases: 'many',
    needBy: 'soon',
    insideShare: '120',
    costPerHour: '1,2,3x',
    right: '999',
  };
  const { inputs: sent, problems } = inputsOf(values, 'USD');
  expect(sent).toBeNull();
  expect(Object.keys(problems ?? {}).sort()).toEqual([
    'cases',
    'costPerHour',
    'insideShare',
    'needBy',
    'right',
  ]);
});
