import { expect, test } from 'vitest';
import { createBatchInput } from '#server/work/schemas.ts';
import { type BatchValues, FIELD_WORDS, OWN, toBatchInput } from './batch-values.ts';
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
  leaseMinutes: '15',
  prefetch: '3',
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

test('how long a case is held is asked for in minutes, and what cannot be is refused at its field', () => {
  const asked = toBatchInput(of, { ...values, leaseMinutes: '2.5', prefetch: '5' }, allCases);
  expect(createBatchInput.parse(asked)).toMatchObject({ leaseSeconds: 150, prefetch: 5 });
  for (const [part, field] of [
    [{ leaseMinutes: '0.4' }, 'leaseSeconds'],
    [{ leaseMinutes: '481' }, 'leaseSeconds'],
    [{ leaseMinutes: '' }, 'leaseSeconds'],
    [{ prefetch: '0' }, 'prefetch'],
    [{ prefetch: '21' }, 'prefetch'],
  ] as const) {
    const refused = createBatchInput.safeParse(toBatchInput(of, { ...values, ...part }, allCases));
    expect(refused.error?.issues.map((issue) => issue.path.join('.'))).toEqual([field]);
    expect(FIELD_WORDS[field]).toBeDefined();
  }
});
