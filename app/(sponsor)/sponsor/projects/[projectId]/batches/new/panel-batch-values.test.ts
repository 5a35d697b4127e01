import { describe, expect, test } from 'vitest';
import { createBatchInput } from '#server/work/schemas.ts';
import { NO_SPLIT } from './case-choice.ts';
import { type PanelBatchValues, toPanelBatchInput } from './panel-batch-values.ts';

const ID = '01890000-0000-7000-8000-000000000001';
const read = (part: Partial<PanelBatchValues>) =>
  createBatchInput.safeParse(
    toPanelBatchInput(ID, {
      name: 'Panel',
      datasetId: ID,
      split: '',
      cases: '',
      overlap: '3',
      apartFromBatchIds: [],
      ...part,
    }),
  );

describe('a panel batch of its form', () => {
  test('the cases without a split are a choice of their own, beside the splits and none chosen', () => {
    expect(read({ split: NO_SPLIT }).data?.filter).toEqual({ split: null });
    expect(read({ split: 'test' }).data?.filter).toEqual({ split: 'test' });
    expect(read({}).data).not.toHaveProperty('filter');
  });

  test('what is left empty is not asked for, and what is no number is refused', () => {
    expect(read({}).data).toMatchObject({ kind: 'self_label', overlap: 3, pricePerReadMinor: 0n });
    expect(read({}).data).not.toHaveProperty('caseLimit');
    expect(read({}).data).not.toHaveProperty('apartFromBatchIds');
    expect(read({ cases: '12', apartFromBatchIds: [ID] }).data).toMatchObject({
      caseLimit: 12,
      apartFromBatchIds: [ID],
    });
    expect(read({ overlap: '' }).success).toBe(false);
    expect(read({ cases: 'some' }).success).toBe(false);
  });
});
