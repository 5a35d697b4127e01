import { describe, expect, test } from 'vitest';
import { apartChoices, batchLine, toEarlier } from './batch-line.ts';

const draft = { id: '1', name: 'Reference', kind: 'self_label', status: 'draft', vendorName: null } as const;
const pilot = { id: '2', name: 'Pilot', kind: 'pilot', status: 'settled', vendorName: 'Acme' } as const;

describe('batches that another one refers to', () => {
  test('those of one name are told apart by vendor and state', () => {
    expect(batchLine(draft)).toBe('Reference · draft');
    expect(batchLine(pilot)).toBe('Pilot · Acme · settled');
    expect(batchLine({ ...pilot, vendorName: 'Bering' })).not.toBe(batchLine(pilot));
  });

  test('people can be kept apart from a draft, and from a batch of another project, which is named', () => {
    const other = { ...pilot, projectTitle: 'Study', projectId: 'p' };
    expect(apartChoices([{ ...draft, taskCount: 3 }], { batches: [other], isCut: true })).toEqual({
      batches: [
        { ...draft, projectTitle: null },
        { ...pilot, projectTitle: 'Study' },
      ],
      isCut: true,
    });
    expect(toEarlier(other)).toEqual(pilot);
  });
});
