import { describe, expect, test } from 'vitest';
import { policyPreset } from '#server/projects/presets.ts';
import type { Conflict, Remedy } from './roster-conflicts.ts';
import { defaultParameters } from './roster-defaults.ts';
import type { RosterModel } from './roster-model.ts';
import { describeConflict, spreadOver } from './roster-words.ts';
import { syntheticRoster } from './synthetic-roster.ts';

const model: RosterModel = {
  ...syntheticRoster({ candidates: 4, weeks: 3, most: [4, 2, 2, 0], seed: 1 }),
  demand: { annotator: [900, 900, 900], reviewer: [90, 90, 90], adjudicator: [0, 0, 0] },
  onshore: { country: 'US', share: 0.8 },
};
const parameters = {
  ...defaultParameters({
    project: {
      deadline: '2027-02-01',
      locationPolicy: { allowedCountries: [], onshoreCountry: 'US', onshoreShareBasisPoints: 8_000 },
      qualityPolicy: { ...policyPreset('research'), reviewShareBasisPoints: 1_000 },
    },
    contract: { pricePerReadMinor: 120n },
    readsLeft: 2_700,
    readsPerDay: 10,
    overlap: 3,
    startOn: '2026-12-07',
    people: 4,
  }),
  readsByWeek: [900, 900, 900],
  budgetMinor: 100_00n,
};
const words = (conflict: Partial<Conflict>) =>
  describeConflict(
    { unfilled: [], either: [], together: [], ...conflict },
    { model, parameters, currency: 'USD', names: new Map([['p', 'Pia Poe']]) },
  );
const remedy = (over: Partial<Remedy>): Remedy => ({ what: 'demand', amount: 0, parts: [], ...over });

describe('what conflicts, in words', () => {
  test('what is short comes first, with its week, and each way out says by how much', () => {
    const told = words({
      either: [
        remedy({ amount: 39.4, parts: [{ role: 'reviewer', week: 2, amount: 39.4 }] }),
        remedy({ what: 'people', amount: 2, parts: [{ role: 'reviewer', amount: 2 }] }),
        remedy({ what: 'hours', amount: 11.8 }),
      ],
    });
    expect(told.headline).toBe('Reviews are 40 short in week 3.');
    expect(told.points).toEqual([
      'The work of each week, the people there are and the hours people can give cannot all be met.',
    ]);
    expect(told.remedies.map((one) => one.says)).toEqual([
      '40 reviews fewer in week 3.',
      '2 more reviewers of the usual speed and hours.',
      'Up to 12 h more a week from each person.',
    ]);
    expect(told.remedies[1]).toMatchObject({ change: null, href: '/vendor/team' });
  });

  test('the same in several weeks is said once', () => {
    const parts = [0, 1, 2].map((week) => ({ role: 'annotator' as const, week, amount: 100 }));
    const told = words({ either: [remedy({ amount: 300, parts })] });
    expect(told.headline).toBe('Reads are 300 short in weeks 1 to 3.');
    expect(told.remedies[0]?.says).toBe('100 reads fewer in each of weeks 1 to 3.');
    expect(told.remedies[0]?.change).toEqual({ readsByWeek: [800, 800, 800] });
  });

  test.each([
    [
      remedy({ what: 'onshore', amount: 540 }),
      '60 % of the reads onshore instead of 80 %.',
      { onshoreShareBasisPoints: 6_000 },
    ],
    [
      remedy({ what: 'ratio', amount: 4, ratio: 10 }),
      '10 annotators to one reviewer instead of 8.',
      { annotatorsPerReviewer: 10 },
    ],
    [remedy({ what: 'budget', amount: 2_050 }), '20.50 USD more budget.', { budgetMinor: 12_053n }],
    [
      remedy({ what: 'overlap', amount: 2 }),
      '2 reads per case instead of 3.',
      { overlap: 2, readsByWeek: [600, 600, 600] },
    ],
    [
      remedy({ what: 'deadline', amount: 1 }),
      '1 week more for the same work.',
      { readsByWeek: [675, 675, 675, 675] },
    ],
    [
      remedy({ what: 'time_zone', amount: 1, parts: [{ personId: 'p', amount: 1 }] }),
      'Fewer shared hours with the sponsor’s office, for Pia Poe.',
      { sharedOfficeHours: 0 },
    ],
  ])('%o', (one, says, change) => {
    const [told] = words({ either: [one] }).remedies;
    expect(told?.says).toBe(says);
    expect(told?.change).toEqual(change);
  });

  test('a seat that nobody can have is told before anything else', () => {
    const told = words({
      unfilled: [{ seat: 'x', label: 'Cardiac readers', asked: 2, able: 0 }],
      either: [remedy({ what: 'people', amount: 2, parts: [{ role: 'annotator', amount: 2 }] })],
    });
    expect(told.headline).toBe(
      'Cardiac readers: 2 asked for, and nobody of yours who has hours meets the rule.',
    );
  });

  test('work spread over more weeks stays whole and is all there', () => {
    expect(spreadOver([10, 11], 4)).toEqual([6, 5, 5, 5]);
  });
});
