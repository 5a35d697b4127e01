import { expect, test } from 'vitest';
import { findCandidates } from './find-candidates.ts';

const person = (name: string, credentials: string, teamIds: string[]) => ({
  personId: name,
  name,
  credentials,
  teamIds,
});
const people = [
  person('Ada', 'Radiology (checked)', ['chest']),
  person('Bo', 'Nursing', ['chest', 'night']),
  person('Cy', 'Radiology', []),
];
const found = (by: { text?: string; teamId?: string | null }) =>
  findCandidates(people, { text: '', teamId: null, ...by }).map((one) => one.name);

test('a team and a text narrow together; no team is everybody, those in none too', () => {
  expect(found({})).toEqual(['Ada', 'Bo', 'Cy']);
  expect(found({ teamId: 'chest' })).toEqual(['Ada', 'Bo']);
  expect(found({ teamId: 'chest', text: ' radio' })).toEqual(['Ada']);
  expect(found({ teamId: 'night', text: 'radio' })).toEqual([]);
  expect(found({ text: 'RADIO' })).toEqual(['Ada', 'Cy']);
});
