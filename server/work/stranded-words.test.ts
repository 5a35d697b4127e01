import { describe, expect, test } from 'vitest';
import { strandedPlace, strandedSays } from './stranded-words.ts';

const sponsors = { projectId: 'p', vendorOrgId: null, kind: 'production' };

describe('what is said of cases that wait for nobody', () => {
  test('how many, for whom, and why', () => {
    const one = { tier: 'adjudicate', cases: 3, isMore: false, isUnstaffed: false } as const;
    expect(strandedSays(one)).toEqual({
      title: '3 cases wait for the panel, and nobody on it may take them.',
      because: expect.stringMatching(/^Everyone has read or decided them/),
    });
    expect(strandedSays({ ...one, cases: 1, isUnstaffed: true })).toEqual({
      title: '1 case waits for the panel, and nobody on it may take it.',
      because: 'Nobody is engaged for it.',
    });
    expect(strandedSays({ ...one, cases: 1000, isMore: true }).title).toMatch(/^At least 1,000 cases wait/);
  });

  test.each([
    ['label', sponsors, '/independents'],
    ['label', { ...sponsors, vendorOrgId: 'v' }, '/contracts'],
    ['label', { ...sponsors, kind: 'self_label' }, '/gold#panel-title'],
    ['review', sponsors, '/contracts'],
    ['audit', sponsors, '/quality/checks'],
    ['adjudicate', sponsors, '/gold#panel-title'],
  ] as const)('%s leads to where somebody is engaged', (tier, batch, page) => {
    expect(strandedPlace(batch, tier).href).toBe(`/sponsor/projects/p${page}`);
  });
});
