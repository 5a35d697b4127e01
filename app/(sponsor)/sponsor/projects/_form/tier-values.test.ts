import { expect, test } from 'vitest';
import { FIXED_OVERLAP, NO_TIERS, type ReviewRule, reviewRules } from '#server/projects/tier-schemas.ts';
import { newReviewRule, tierValues, toTiers } from './tier-values.ts';

const rules: ReviewRule[] = [
  { kind: 'low_agreement', agreementBelow: 0.5, sampleRateBasisPoints: 2500 },
  { kind: 'low_confidence', confidenceAtMost: 2, sampleRateBasisPoints: 10_000 },
  { kind: 'new_annotator', firstReads: 20, sampleRateBasisPoints: 10_000 },
  { kind: 'rare_class', field: 'grade', value: '4', sampleRateBasisPoints: 10_000 },
  { kind: 'subgroup', column: 'site', value: 'north', sampleRateBasisPoints: 10_000 },
  {
    kind: 'technical_reader',
    expert: {
      anyOf: [
        {
          allOf: [
            { kind: 'board_certification', specialty: 'Radiology', minLevel: 'primary_source' },
            { kind: 'general_exam', specialty: 'Chest (anatomy: Chest)', minLevel: 'primary_source' },
          ],
        },
      ],
    },
    sampleRateBasisPoints: 5000,
  },
];

test('every kind of review rule comes back from the form as it was stored', () => {
  const policy = { ...NO_TIERS, overlapRule: FIXED_OVERLAP, reviewRules: rules };
  expect(reviewRules.parse(toTiers(tierValues(policy)).reviewRules)).toEqual(rules);
});

test('a new pairing begins with a credential, and without any is refused', () => {
  const fresh = newReviewRule('technical_reader');
  const values = tierValues({ ...NO_TIERS, overlapRule: FIXED_OVERLAP });
  const parsed = (one: typeof fresh) =>
    reviewRules.safeParse(toTiers({ ...values, reviewRules: [one] }).reviewRules).success;
  expect(parsed(fresh)).toBe(true);
  expect(parsed({ ...fresh, expert: { match: 'any', parts: [] } })).toBe(false);
});
