import { expect, test } from 'vitest';
import { createBatchInput } from '#server/work/schemas.ts';
import { examInput } from './exam-input.ts';

const values = {
  projectId: '018f0000-0000-7000-8000-000000000001',
  datasetId: '018f0000-0000-7000-8000-000000000002',
  kind: 'exam' as const,
  name: 'Exam 1',
  cases: '20',
  people: '8',
  level: '82.5',
  pricePerReadMinor: 100n,
};

test('an exam asks for gold cases, as many reads a case as people, and its level; a training has no level', () => {
  expect(createBatchInput.parse(examInput(values))).toMatchObject({
    filter: { gold: 'only' },
    caseLimit: 20,
    overlap: 8,
    claimRules: { passLevelBasisPoints: 8250 },
  });
  expect(examInput({ ...values, kind: 'training' })).not.toHaveProperty('claimRules');
});

test('what is no number is refused in the field it stands in', () => {
  const wrong = createBatchInput.safeParse(examInput({ ...values, cases: '', people: 'many', level: '0' }));
  expect(wrong.error?.issues.map((issue) => issue.path.at(-1))).toEqual([
    'caseLimit',
    'overlap',
    'passLevelBasisPoints',
  ]);
});
