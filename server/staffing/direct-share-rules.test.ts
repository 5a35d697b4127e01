import { describe, expect, test } from 'vitest';
import { type DirectShareFacts, directShareNeed, peopleToOffer } from './direct-share-rules.ts';

const facts = (change: Partial<DirectShareFacts> = {}): DirectShareFacts => ({
  reads: 10_000,
  shareBasisPoints: 3_000,
  placed: 0,
  read: 0,
  accepted: { people: 0, readsPerWeek: 0 },
  waiting: { people: 0, readsPerWeek: 0 },
  today: '2027-01-01',
  deadline: '2027-03-11',
  ...change,
});

describe('what is unfilled of a direct share (R17)', () => {
  test('a third of 10,000 reads in ten weeks takes 300 a week, less what is accepted', () => {
    const none = directShareNeed(facts());
    expect(none).toMatchObject({
      shareReads: 3_000,
      left: 3_000,
      weeksLeft: 10,
      neededPerWeek: 300,
      unfilledPerWeek: 300,
      weeksAtPace: null,
    });
    const some = directShareNeed(
      facts({ accepted: { people: 2, readsPerWeek: 200 }, waiting: { people: 1, readsPerWeek: 60 } }),
    );
    expect([some.unfilledPerWeek, some.openPerWeek, some.weeksAtPace]).toEqual([100, 40, 15]);
    const more = directShareNeed(facts({ accepted: { people: 9, readsPerWeek: 900 } }));
    expect([more.unfilledPerWeek, more.openPerWeek]).toEqual([0, 0]);
  });

  test('what is read is not needed again; a share that is read needs nothing, whatever the day', () => {
    expect(directShareNeed(facts({ read: 2_000 })).neededPerWeek).toBe(100);
    const done = directShareNeed(facts({ read: 3_100, today: '2027-04-01' }));
    expect([done.left, done.neededPerWeek, done.unfilledPerWeek]).toEqual([0, 0, 0]);
  });

  test('in the last days all that is left is needed in the week; past the deadline nobody knows', () => {
    expect(directShareNeed(facts({ today: '2027-03-11' })).neededPerWeek).toBe(3_000);
    const past = directShareNeed(facts({ today: '2027-03-12' }));
    expect([past.neededPerWeek, past.unfilledPerWeek, past.openPerWeek]).toEqual([null, null, null]);
  });

  test('people to offer to: enough for what is open, nobody when it is filled', () => {
    expect(peopleToOffer(300, 80)).toBe(4);
    expect(peopleToOffer(0, 80)).toBe(0);
    expect(peopleToOffer(300, Number.NaN)).toBeNull();
    expect(peopleToOffer(null, 80)).toBeNull();
  });
});
