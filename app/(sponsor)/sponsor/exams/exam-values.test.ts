import { expect, test } from 'vitest';
import { defineExamInput } from '#server/credentials/general-exam-schemas.ts';
import { EMPTY_EXAM, examValuesInput } from './exam-values.ts';

const named = { ...EMPTY_EXAM, title: 'Chest basics', subject: 'Chest' };
const paths = (values: typeof named) =>
  defineExamInput.safeParse(examValuesInput(values)).error?.issues.map((one) => one.path.join('.')) ?? [];

test('what is typed becomes an exam: per cent to basis points, amounts to minor units', () => {
  expect(defineExamInput.parse(examValuesInput({ ...named, level: '82.5', price: '1.20' }))).toMatchObject({
    title: 'Chest basics',
    passLevelBasisPoints: 8250,
    pricePerReadMinor: 120n,
    currency: 'USD',
    entryRule: { anyOf: [] },
  });
});

test('each thing that cannot be is named at its field', () => {
  expect(paths({ ...named, title: ' ', level: '', validMonths: '2.5', price: 'much' })).toEqual([
    'title',
    'passLevelBasisPoints',
    'validMonths',
    'pricePerReadMinor',
  ]);
  expect(
    paths({ ...named, level: '100', maxAttempts: '0', retryAfterDays: '-1', currency: 'dollars' }),
  ).toEqual(['passLevelBasisPoints', 'retryAfterDays', 'maxAttempts', 'currency']);
});
