import { expect, test } from 'vitest';
import type { KeptLeft } from '#app/(reading)/_session/kept-of-person.ts';
import { keptWords } from './kept-words.ts';

const left = (given: Partial<KeptLeft>): KeptLeft => ({
  unsent: 0,
  hindrance: 'unreachable',
  notTaken: 0,
  drafts: 0,
  sealed: 0,
  refusals: [],
  ...given,
});

test('nobody is asked where all that they handed in is in', () => {
  expect(keptWords(left({}))).toBeNull();
});

test.each([
  ['unreachable', 'when there is a connection'],
  ['signed_out', 'not signed in as you'],
  ['other_organisation', 'another organisation'],
] as const)('what is unsent is said with its cause: %s', (hindrance, words) => {
  const said = keptWords(left({ unsent: 1, hindrance }));
  expect(said).toMatchObject({ title: '1 case is not sent yet', isLost: true });
  expect(said?.says.join(' ')).toContain(words);
});

test('a refused submit that is a draft now is said not to be submitted; signing out loses nothing', () => {
  expect(keptWords(left({ drafts: 2, refusals: ['The batch is closed.'] }))).toEqual({
    title: '2 cases were not submitted',
    says: [
      '2 cases were not taken as submitted, and kept as a draft: not submitted.',
      'The server said: The batch is closed.',
    ],
    isLost: false,
  });
});

test('what the server keeps in no way is on this device alone, and would be lost', () => {
  expect(keptWords(left({ notTaken: 1, drafts: 1 }))).toMatchObject({
    title: '2 cases were not submitted',
    isLost: true,
  });
});

test('R27: what came after the gate had shut is said, and is not here to lose', () => {
  expect(keptWords(left({ sealed: 1 }))).toMatchObject({ title: '1 case was not submitted', isLost: false });
});
