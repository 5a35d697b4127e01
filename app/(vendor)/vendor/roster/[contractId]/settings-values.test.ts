import { describe, expect, test } from 'vitest';
import type { RosterParameters } from '#server/staffing/roster-schemas.ts';
import { toParameters, toValues } from './settings-values.ts';

const parameters: RosterParameters = {
  startOn: '2026-12-07',
  teamId: null,
  objective: 'cost',
  readsByWeek: [900, 900],
  reviewShareBasisPoints: 1_250,
  overlap: 3,
  seats: [
    { key: 'a', role: 'annotator', label: 'Annotators', least: 2, most: 9, rule: { anyOf: [] } },
    {
      key: 'b',
      role: 'reviewer',
      label: 'Reviewers',
      least: 0,
      most: 2,
      rule: {
        anyOf: [
          {
            allOf: [
              {
                kind: 'board_certification',
                specialty: 'Radiology',
                minYears: 5,
                minLevel: 'vendor_attested',
              },
            ],
          },
        ],
      },
    },
  ],
  annotatorsPerReviewer: 8,
  onshoreCountry: 'US',
  onshoreShareBasisPoints: 3_000,
  mostHours: 30,
  leastHours: 4,
  budgetMinor: 123_456n,
  coverage: null,
  sponsorTimezone: 'America/New_York',
  sharedOfficeHours: 10,
  pricePerReadMinor: 165n,
  assumedReadsPerHour: 32.5,
  assumedAccuracy: 0.9,
  speedBasis: 'cautious',
  keepsAccepted: true,
  without: [],
  including: [],
};

describe('the planner’s settings', () => {
  test('read back as they were, to the cent and the tenth of a per cent', () => {
    expect(toParameters(toValues(parameters, 'USD'), parameters, 'USD')).toEqual({
      parameters,
      problems: [],
    });
  });

  test('reads are one number for every week, or one per week', () => {
    const values = toValues(parameters, 'USD');
    const read = (reads: string) => toParameters({ ...values, reads }, parameters, 'USD');
    expect(read('300').parameters?.readsByWeek).toEqual([300, 300]);
    expect(read('300, 500').parameters?.readsByWeek).toEqual([300, 500]);
    expect(read('300, 500, 1').problems[0]?.message).toContain('3 numbers for 2 weeks');
    expect(read('many').problems[0]?.name).toBe('reads');
  });

  test('what is no number is told at its field, all of it at once', () => {
    const values = {
      ...toValues(parameters, 'USD'),
      overlap: 'x',
      mostHours: '',
      price: '1.234',
      weeks: '99',
    };
    const { parameters: none, problems } = toParameters(values, parameters, 'USD');
    expect(none).toBeNull();
    expect(problems.map((one) => one.name).sort()).toEqual(['mostHours', 'overlap', 'price', 'weeks']);
  });
});
