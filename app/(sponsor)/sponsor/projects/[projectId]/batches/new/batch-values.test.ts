import { expect, test } from 'vitest';
import { createBatchInput } from '#server/work/schemas.ts';
import { type BatchValues, OWN, toBatchInput } from './batch-values.ts';
import { allCases } from './case-choice.ts';

const id = (n: number) => `0190a000-0000-7000-8000-00000000000${n}`;
const of = {
  projectId: id(1),
  kind: 'production' as const,
  awards: [],
  direct: null,
  own: { orgId: id(2), name: 'Reading group', pricePerReadMinor: 40n, currency: 'USD' },
  seed: 7,
};
const values: BatchValues = {
  name: 'Inside',
  contractId: OWN,
  datasetId: id(3),
  overlap: '2',
  goldMode: 'none',
  goldShare: '',
  reviewShare: '0',
  consensusMethod: 'majority',
  excludePriorReaders: 'none',
  excludedBatchIds: [],
  apartFromBatchIds: [],
  maxReadsPerVendor: '',
  leastReadSeconds: '',
  goldExposureLimit: '',
  rounds: '1',
  repeatAfterDays: '',
  repeatShare: '',
  caseOrder: 'shuffled',
  priorities: '',
  overlapMode: 'fixed',
  coverage: '',
  maxOverlap: '',
  minConfidence: '',
  agreementThreshold: '',
  maxAdditional: '',
  reviewRules: [],
  checkpoints: '',
  isAudited: false,
  auditMax: '',
  auditConfidence: '',
  auditExpected: '',
  hasRereads: false,
  missField: '',
  missNormal: '',
  missShare: '',
};

test('a batch of own staff is for its unit at the price of its order, under no contract (ADR 029)', () => {
  const asked = toBatchInput(of, values, allCases);
  expect(asked).toMatchObject({ vendorOrgId: id(2), pricePerReadMinor: 40n });
  expect(asked).not.toHaveProperty('contractId');
  expect(asked).not.toHaveProperty('feeBasisPoints');
  expect(asked).not.toHaveProperty('apartFromBatchIds');
  expect(createBatchInput.parse(asked)).toMatchObject({ vendorOrgId: id(2) });
  const apart = toBatchInput(of, { ...values, apartFromBatchIds: [id(4)] }, allCases);
  expect(createBatchInput.parse(apart)).toMatchObject({ apartFromBatchIds: [id(4)] });
  expect(toBatchInput({ ...of, own: null }, values, allCases)).toBeNull();
});
