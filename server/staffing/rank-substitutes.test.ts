import { describe, expect, test } from 'vitest';
import { rankSubstitutes } from './rank-substitutes.ts';
import type { Candidate, RosterModel } from './roster-model.ts';
import { syntheticRoster } from './synthetic-roster.ts';

const exactly = (value: number) => ({ value, lower: value, upper: value, n: 50 });
const person = (personId: string, over: Partial<Candidate> = {}): Candidate => ({
  personId,
  name: `Name of ${personId}`,
  country: 'US',
  seats: ['reader'],
  seatsBarZone: [],
  hours: [10, 10],
  speed: { annotator: exactly(30), reviewer: exactly(60), adjudicator: exactly(10) },
  accuracy: exactly(0.9),
  costPerHour: { annotator: 3_000, reviewer: 3_000, adjudicator: 3_000 },
  blocks: [],
  ...over,
});
const model = (candidates: Candidate[]): RosterModel => ({
  ...syntheticRoster({ candidates: 0, weeks: 2, most: [9, 0, 0, 0], seed: 1 }),
  overlap: 2,
  demand: { annotator: [600, 600], reviewer: [0, 0], adjudicator: [0, 0] },
  candidates,
});
const out = (over: Partial<Candidate> = {}) => ({
  placement: { personId: 'out', seat: 'reader', hours: [5, 5] },
  candidate: person('out', over),
  fromWeek: 0,
});

describe('substitutes', () => {
  test('who can make more of the open work comes first, then who makes a right item for less, then the id', () => {
    const ranked = rankSubstitutes(
      model([
        person('c'),
        person('b'),
        person('dear', { costPerHour: { annotator: 9_000, reviewer: 0, adjudicator: 0 } }),
        person('short', { hours: [1, 1] }),
        person('better', { accuracy: exactly(0.99) }),
      ]),
      [],
      out(),
    );
    expect(ranked.map((one) => one.personId)).toEqual(['better', 'b', 'c', 'dear', 'short']);
    expect(ranked.at(-1)?.covers).toBeCloseTo(0.2);
    expect(ranked.at(-1)?.reasons).toContain('Can make 20 % of the open work.');
  });

  test('only who meets the seat’s rule, and nobody from another seat', () => {
    const ranked = rankSubstitutes(
      model([
        person('other', { seats: ['expert'] }),
        person('moved', { seats: ['reader', 'reviewer'] }),
        person('free'),
      ]),
      [{ personId: 'moved', seat: 'reviewer', hours: [1, 1] }],
      out(),
    );
    expect(ranked.map((one) => one.personId)).toEqual(['free']);
  });

  test('somebody on the roster already has their spare hours, and reads no case twice', () => {
    const fast = person('on', {
      hours: [40, 40],
      speed: { annotator: exactly(60), reviewer: exactly(60), adjudicator: exactly(9) },
    });
    // 300 cases a week; they read 240 of them already, so 60 are left to them.
    const [one] = rankSubstitutes(model([fast]), [{ personId: 'on', seat: 'reader', hours: [4, 4] }], out());
    expect(one).toMatchObject({ isOnRoster: true });
    expect((one?.hours ?? 0) * 60).toBeCloseTo(120);
    expect(one?.covers).toBeCloseTo(0.4);
  });

  test('only what is still open counts', () => {
    const [one] = rankSubstitutes(model([person('a', { hours: [0, 10] })]), [], { ...out(), fromWeek: 1 });
    expect(one?.covers).toBe(1);
  });
});
