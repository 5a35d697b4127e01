import { describe, expect, test } from 'vitest';
import { sayReplaced } from './move-words.ts';

describe('why a draft moves to the version in force (R6, R13)', () => {
  const replaced = { version: 1, inForce: 3, isBreaking: true, pricedBy: null } as const;

  test('of a price it speaks where there is one to agree', () => {
    const byAward = sayReplaced({ ...replaced, pricedBy: 'award' });
    expect(byAward).toMatch(/since version 1; an amendment of the award agrees the price/);
    expect(byAward).toMatch(/cases, order and people stay/);
    const byBid = sayReplaced({ ...replaced, pricedBy: 'bid' });
    expect(byBid).toMatch(/since version 1; the price of the bid holds all the same/);
    expect(byBid).toMatch(/cases, order, people and price stay/);
    expect(sayReplaced(replaced)).toMatch(/What a label means has changed since version 1\.$/);
    expect(sayReplaced(replaced)).not.toMatch(/award|amendment|bid/);
  });

  test('where no label means anything else, nothing is said of it', () => {
    expect(sayReplaced({ ...replaced, isBreaking: false })).not.toMatch(/label means/);
  });
});
