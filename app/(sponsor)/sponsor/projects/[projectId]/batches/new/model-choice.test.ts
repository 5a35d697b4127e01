import { expect, test } from 'vitest';
import { createBatchInput } from '#server/work/schemas.ts';
import { allCases, toSelection } from './case-choice.ts';
import { modelParams } from './model-choice.ts';
import { startFromUrl } from './start-choice.ts';

const [modelId, gone] = [crypto.randomUUID(), crypto.randomUUID()];
const dataset = (id: string) => ({
  id,
  name: id,
  caseCount: 9,
  excludedCount: 0,
  intakeStatus: 'frozen' as const,
  splits: [],
  sites: [],
  subgroups: {},
});
const model = (id: string, withdrawnAt: Date | null) => ({
  id,
  name: 'Net',
  version: '1',
  datasetId: 'two',
  dataset: 'two',
  fields: ['grade', 'side'].map((key) => ({
    key,
    label: key,
    type: 'ordinal' as const,
    options: [{ value: '1', label: 'One' }],
  })),
  answers: 3,
  tests: 0,
  confidences: 3,
  importedBy: 'Milo',
  importedAt: new Date(0),
  withdrawnAt,
  withdrawnReason: null,
});
const known = {
  datasets: [dataset('one'), dataset('two')],
  fields: [],
  batches: [],
  protocols: [],
  models: [model(modelId, null), model(gone, new Date(0))],
};

test('a link to a model’s failures opens the form with them chosen, on the dataset that it answered', () => {
  const asked = modelParams({ modelId, field: 'side', missed: '1' });
  const { datasetId, choice } = startFromUrl(asked, known);
  expect(datasetId).toBe('two');
  expect(toSelection({ ...allCases, ...choice }).filter).toEqual({
    modelFailure: { modelId, field: 'side', missed: '1' },
  });
});

test('what the project does not have, or has withdrawn, is passed over', () => {
  expect(startFromUrl(modelParams({ modelId: gone, field: 'side' }), known).choice).toEqual({});
  expect(startFromUrl(modelParams({ modelId: 'x', field: 'side' }), known).choice).toEqual({});
  const { choice } = startFromUrl(modelParams({ modelId, field: 'size', claimed: '7' }), known);
  expect(toSelection({ ...allCases, ...choice }).filter).toEqual({
    modelFailure: { modelId, field: 'grade' },
  });
});

test('how sure it was, and by how much it is apart, go along; what is no number is wrong', () => {
  const filterOf = (sureValue: string) =>
    toSelection({ ...allCases, modelId, modelField: 'grade', apartBy: '2', sure: 'at_least', sureValue })
      .filter;
  expect(filterOf('0.9')).toEqual({
    modelFailure: { modelId, field: 'grade', byAtLeast: 2, confidence: { is: 'at_least', value: 0.9 } },
  });
  const fits = (sureValue: string) =>
    createBatchInput.safeParse({
      ...{ projectId: crypto.randomUUID(), datasetId: crypto.randomUUID(), name: 'B', kind: 'relabel' },
      pricePerReadMinor: 1n,
      filter: filterOf(sureValue),
    });
  expect(fits('0.9').success).toBe(true);
  expect(fits('').error?.issues[0]?.path.join('.')).toBe('filter.modelFailure.confidence.value');
  expect(fits('90').error?.issues[0]?.message).toBe('A confidence is from 0 to 1.');
});
