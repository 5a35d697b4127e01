import { describe, expect, test } from 'vitest';
import { apartChoices, batchLine, shownElsewhere, toEarlier } from './batch-line.ts';

const draft = { id: '1', name: 'Reference', kind: 'self_label', status: 'draft', vendorName: null } as const;
const pilot = { id: '2', name: 'Pilot', kind: 'pilot', status: 'settled', vendorName: 'Acme' } as const;

describe('batches that another one refers to', () => {
  test('those of one name are told apart by vendor and state', () => {
    expect(batchLine(draft)).toBe('Reference · draft');
    expect(batchLine(pilot)).toBe('Pilot · Acme · settled');
    expect(batchLine({ ...pilot, vendorName: 'Bering' })).not.toBe(batchLine(pilot));
  });

  test('people can be kept apart from a draft, and from a batch of another project, which is named', () => {
    const other = { ...pilot, projectTitle: 'Study' };
    const elsewhere = { batches: [other], named: [], isCut: true };
    expect(apartChoices([{ ...draft, taskCount: 3 }], elsewhere)).toEqual({ here: [draft], elsewhere });
    expect(toEarlier(other)).toEqual(pilot);
  });

  test('what is chosen stays in sight when a search does not find it, and nothing moves by being chosen', () => {
    const [one, two, three] = ['1', '2', '3'].map((id) => ({ ...pilot, id, projectTitle: 'Study' }));
    const shown = (found: (typeof one)[], chosen: string[]) =>
      shownElsewhere({ found: found.map((each) => each!), picked: [one!, two!], chosen }).map(({ id }) => id);
    expect(shown([three], ['2'])).toEqual(['2', '3']);
    expect(shown([three, two], ['2'])).toEqual(['3', '2']);
    expect(shown([], ['2', '1'])).toEqual(['1', '2']);
    expect(shown([three], [])).toEqual(['3']);
  });
});
