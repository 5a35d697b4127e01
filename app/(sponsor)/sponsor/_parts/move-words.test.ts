import { describe, expect, test } from 'vitest';
import { sayReplaced } from './move-words.ts';

describe('why a draft moves to the version in force (R6, R13)', () => {
  const replaced = { version: 1, inForce: 3, isBreaking: true, pricedBy: null } as const;

  test('of a price it speaks where there is one to agree', () => {
    expect(sayReplaced({ ...replaced, pricedBy: 'award' })).toMatch(
      /since version 1\. An amendment of the award agrees the price/,
    );
    expect(sayReplaced({ ...replaced, pricedBy: 'bid' })).toMatch(
      /since version 1\. The price of the bid stays/,
    );
    expect(sayReplaced(replaced)).toMatch(/What a label means has changed since version 1\.$/);
    expect(sayReplaced(replaced)).not.toMatch(/award|amendment|bid/);
  });

  test('where no label means anything else, nothing is said of it', () => {
    expect(sayReplaced({ ...replaced, isBreaking: false })).not.toMatch(/label means/);
  });
});
