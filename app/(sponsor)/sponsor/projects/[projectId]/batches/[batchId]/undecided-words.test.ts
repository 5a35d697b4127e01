import { expect, test } from 'vitest';
import { readAgainWords } from './undecided-words.ts';

test('of undecided cases it is said how many are read again already, so that nobody orders them twice', () => {
  expect(readAgainWords({ cases: 3, readAgain: 0 })).toBe('');
  expect(readAgainWords({ cases: 3, readAgain: 1 })).toBe(' 1 of them is in a relabel batch already.');
  expect(readAgainWords({ cases: 3, readAgain: 2 })).toBe(' 2 of them are in a relabel batch already.');
  expect(readAgainWords({ cases: 3, readAgain: 3 })).toBe(' They are in a relabel batch already.');
  expect(readAgainWords({ cases: 1, readAgain: 1 })).toBe(' It is in a relabel batch already.');
});
