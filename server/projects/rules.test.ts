import { describe, expect, test } from 'vitest';
import { policyPreset } from './presets.ts';
import {
  checkDeadline,
  leavesCountriesOut,
  nextProjectStatus,
  type ProjectEvent,
  policyLocks,
  unknownPolicyNames,
} from './rules.ts';
import {
  INTENDED_USES,
  PROJECT_STATUSES,
  type ProjectInput,
  projectInput,
  qualityPolicy,
} from './schemas.ts';

const EVENTS: ProjectEvent[] = [
  'call_opened',
  'call_closed_empty',
  'pilot_ordered',
  'awarded',
  'work_started',
  'paused',
  'resumed',
  'completed',
  'monitoring_started',
  'archived',
];

describe('project lifecycle', () => {
  test('the main path runs from draft to archived', () => {
    const path: [ProjectEvent, string][] = [
      ['call_opened', 'open'],
      ['pilot_ordered', 'piloting'],
      ['pilot_ordered', 'piloting'],
      ['awarded', 'active'],
      ['paused', 'paused'],
      ['resumed', 'active'],
      ['completed', 'completed'],
      ['monitoring_started', 'monitoring'],
      ['archived', 'archived'],
    ];
    let status: (typeof PROJECT_STATUSES)[number] = 'draft';
    for (const [event, expected] of path) {
      const next = nextProjectStatus(status, event);
      expect(next, `${status} + ${event}`).toBe(expected);
      status = next!;
    }
  });

  test('an archived project never moves, and no event leads back to draft except an empty call', () => {
    for (const event of EVENTS) expect(nextProjectStatus('archived', event)).toBeNull();
    for (const status of PROJECT_STATUSES) {
      for (const event of EVENTS) {
        if (nextProjectStatus(status, event) === 'draft') {
          expect([status, event]).toEqual(['open', 'call_closed_empty']);
        }
      }
    }
  });
});

describe('deadline', () => {
  const now = new Date('2026-11-21T10:00:00Z');
  test.each(['2026-11-20', '2026-11-21'])('%s is refused', (deadline) => {
    expect(() => checkDeadline(deadline, now)).toThrow(/not in the future/);
  });
  test('tomorrow is accepted', () => {
    expect(() => checkDeadline('2026-11-22', now)).not.toThrow();
  });
});

describe('presets and locks by intended use (R5)', () => {
  test.each(INTENDED_USES)('the preset of %s is valid and within its own locks', (use) => {
    expect(qualityPolicy.safeParse(policyPreset(use)).success).toBe(true);
    expect(policyLocks(use, policyPreset(use))).toEqual([]);
  });

  test('test_reference refuses overlap 2 without 2+1, suggestions, and no adjudication', () => {
    const policy = {
      ...policyPreset('research'),
      overlap: 2,
      assisted: true,
      adjudication: { ...policyPreset('research').adjudication, noMajority: false },
    };
    expect(policyLocks('test_reference', policy).map((lock) => lock.code)).toEqual([
      'test_reference.overlap',
      'test_reference.assisted',
      'test_reference.adjudication',
    ]);
    const twoPlusOne = { ...policyPreset('test_reference'), overlap: 2 };
    expect(policyLocks('test_reference', twoPlusOne)).toEqual([]);
    const chosenLater = { ...policyPreset('test_reference'), consensusMethod: 'auto' as const };
    expect(policyLocks('test_reference', chosenLater).map((lock) => lock.code)).toEqual([
      'test_reference.consensus',
    ]);
    expect(policyLocks('training', { ...chosenLater, overlap: 1 })).toEqual([]);
    expect(policyLocks('training', policy)).toEqual([]);
  });
});

describe('policy against protocol', () => {
  test('bounds and adjudication classes must name fields and options of the protocol', () => {
    const preset = policyPreset('training');
    const policy = {
      ...preset,
      reliability: [
        {
          field: 'grade',
          metric: 'krippendorff_alpha' as const,
          threshold: 0.8,
          action: 'notify' as const,
        },
      ],
      accuracy: [
        {
          field: 'cancer',
          measure: 'sensitivity' as const,
          className: 'maybe',
          threshold: 0.9,
          action: 'notify' as const,
        },
      ],
      adjudication: { ...preset.adjudication, fields: ['cancer'] },
    };
    const schema = {
      fields: [
        {
          key: 'cancer',
          label: 'Cancer',
          type: 'boolean' as const,
          definition: 'Any cancer.',
          required: true,
        },
      ],
      rules: [],
      gatedFields: ['cancer'],
    };
    expect(unknownPolicyNames(policy, schema)).toEqual(['"grade"', '"cancer = maybe"']);
  });
});

describe('project input: each bad value has its own sentence', () => {
  const good: ProjectInput = {
    title: 'Prostate grading',
    summary: '',
    modality: '',
    anatomy: '',
    intendedUse: 'research',
    dataClass: 'public',
    currency: 'USD',
    budgetMinor: 100n,
    deadline: '2027-01-31',
    locationPolicy: { allowedCountries: [], onshoreShareBasisPoints: 0, onshoreCountry: null },
    credentialRule: { anyOf: [] },
    qualityPolicy: policyPreset('research'),
    reviewPeriodDays: 7,
  };
  test('a draft may leave texts empty', () => {
    expect(projectInput.safeParse(good).success).toBe(true);
  });
  test.each<[string, Partial<Record<keyof ProjectInput, unknown>>, RegExp]>([
    ['budget 0', { budgetMinor: 0n }, /above 0/],
    ['negative budget', { budgetMinor: -5n }, /above 0/],
    ['short title', { title: 'x' }, /at least 3/],
    ['no such date', { deadline: '2027-02-30' }, /date/],
    ['unknown currency', { currency: 'XXX' }, /USD/],
    ['review period of 22 days', { reviewPeriodDays: 22 }, /21 days/],
    ['overlap 0', { qualityPolicy: { ...good.qualityPolicy, overlap: 0 } }, /at least one read/],
    [
      'dealt gold without a share',
      {
        qualityPolicy: {
          ...good.qualityPolicy,
          gold: { mode: 'dealt', shareBasisPoints: 0, minAnswers: 10 },
        },
      },
      /above 0 %/,
    ],
    [
      'sensitivity of no class',
      {
        qualityPolicy: {
          ...good.qualityPolicy,
          accuracy: [{ field: 'grade', measure: 'sensitivity', threshold: 0.9, action: 'notify' }],
        },
      },
      /Name it/,
    ],
    [
      'onshore share of nowhere',
      { locationPolicy: { allowedCountries: [], onshoreShareBasisPoints: 5000, onshoreCountry: null } },
      /onshore/,
    ],
  ])('%s', (_name, change, message) => {
    const result = projectInput.safeParse({ ...good, ...change });
    expect(result.success).toBe(false);
    expect(result.error?.issues[0]?.message).toMatch(message);
  });
});

test('countries are left out where one goes, or where a list comes or goes; an added one leaves nobody out', () => {
  expect(leavesCountriesOut([], [])).toBe(false);
  expect(leavesCountriesOut([], ['US'])).toBe(true);
  expect(leavesCountriesOut(['US'], ['IN', 'US'])).toBe(false);
  expect(leavesCountriesOut(['US', 'IN'], ['US'])).toBe(true);
  // A country that was named for personal data of people in the EU is named no more (R18).
  expect(leavesCountriesOut(['PH'], [])).toBe(true);
});
