import { describe, expect, test } from 'vitest';
import { policyPreset } from '#server/projects/presets.ts';
import { INTENDED_USES, type Project } from '#server/projects/schemas.ts';
import { emptyValues, readProjectForm, valuesOf } from './form-values.ts';

const today = '2026-11-21';
const filled = () => ({
  ...emptyValues(),
  title: 'Prostate grading',
  dataClass: 'public' as const,
  budget: '25000.50',
  deadline: '2027-03-31',
});

describe('the project form', () => {
  test.each(INTENDED_USES)('what was stored for %s comes back unchanged', (use) => {
    const stored = {
      ...readProjectForm(filled(), today).input,
      intendedUse: use,
      qualityPolicy: policyPreset(use),
      locationPolicy: { allowedCountries: ['US', 'DE'], onshoreShareBasisPoints: 2550, onshoreCountry: 'US' },
      credentialRule: {
        anyOf: [
          {
            allOf: [
              {
                kind: 'board_certification',
                specialty: 'Pathology',
                minYears: 5,
                minLevel: 'primary_source',
              },
            ],
          },
        ],
      },
    } as Project;
    const { id, orgId, status, createdAt, updatedAt, createdBy, platformFeeBasisPoints, ...content } = stored;
    expect(readProjectForm(valuesOf(stored), today)).toEqual({ input: content, problems: [] });
  });

  test('overlap, review rules, checkpoints, audit, misses and trouble come back as they were stored', () => {
    const input = readProjectForm(filled(), today).input!;
    const rules = [
      { mode: 'share', overlapCoveragePercent: 12.5 },
      { mode: 'adaptive', maxOverlap: 6, minConfidence: 0.97 },
      { mode: 'on_disagreement', agreementThreshold: 0.7, maxAdditionalAnnotators: 2 },
    ] as const;
    for (const overlapRule of rules) {
      const qualityPolicy = {
        ...input.qualityPolicy,
        overlapRule,
        reviewRules: [
          { kind: 'low_agreement' as const, agreementBelow: 0.4, sampleRateBasisPoints: 5000 },
          { kind: 'rare_class' as const, field: 'grade', value: '5', sampleRateBasisPoints: 10_000 },
          { kind: 'subgroup' as const, column: 'sex', value: 'F', sampleRateBasisPoints: 150 },
        ],
        checkpointBasisPoints: [500, 2550, 5000],
        audit: { maxErrorRate: 0.05, confidence: 0.975, expectedErrorRate: 0.005 },
        misses: { field: 'grade', normalValue: '0', shareBasisPoints: 250 },
        trouble: { unusableSkips: 5, edgeCaseAsks: 4, disputedAsks: 2, answerHours: 24 },
      };
      const stored = { ...input, qualityPolicy } as Project;
      expect(readProjectForm(valuesOf(stored), today).input?.qualityPolicy).toEqual(qualityPolicy);
    }
  });

  test('classes that the panel decides and the fields it looks at are typed in the form (R25)', () => {
    const { policy } = emptyValues();
    const classes = [{ field: 'grade ', value: ' 5' }];
    const typed = { ...filled(), policy: { ...policy, classes, fields: 'grade, density,grade' } };
    const input = readProjectForm(typed, today).input!;
    expect(input.qualityPolicy.adjudication).toMatchObject({
      classes: [{ field: 'grade', value: '5' }],
      fields: ['grade', 'density'],
    });
    const again = readProjectForm(valuesOf(input as Project), today).input;
    expect(again?.qualityPolicy).toEqual(input.qualityPolicy);
  });

  test.each<[string, object, string, RegExp]>([
    ['no budget', { budget: '' }, 'budgetMinor', /Give a budget/],
    ['a budget of 0', { budget: '0' }, 'budgetMinor', /above 0/],
    ['a negative budget', { budget: '-5' }, 'budgetMinor', /above 0/],
    ['too many decimals', { budget: '1.234' }, 'budgetMinor', /2 decimals/],
    ['a budget in words', { budget: 'ten' }, 'budgetMinor', /not an amount/],
    ['a past deadline', { deadline: '2026-11-21' }, 'deadline', /passed/],
    ['no deadline', { deadline: '' }, 'deadline', /date/],
    ['no data class', { dataClass: '' }, 'dataClass', /kind of data/],
    [
      'an unknown country',
      { allowedCountries: 'US, Germany' },
      'locationPolicy.allowedCountries',
      /two-letter/,
    ],
    [
      'a most that is no more than the overlap',
      { policy: { ...emptyValues().policy, overlapMode: 'adaptive', maxOverlap: '3' } },
      'qualityPolicy.overlapRule.maxOverlap',
      /above its reads/,
    ],
    [
      'checkpoints out of order',
      { policy: { ...emptyValues().policy, checkpoints: '50, 25' } },
      'qualityPolicy.checkpointBasisPoints',
      /rising/,
    ],
    [
      'a class without a field that the panel decides',
      { policy: { ...emptyValues().policy, classes: [{ field: '', value: '5' }] } },
      'qualityPolicy.adjudication.classes.0.field',
      /Name the field/,
    ],
    [
      'a class without a name',
      { policy: { ...emptyValues().policy, classes: [{ field: 'grade', value: '' }] } },
      'qualityPolicy.adjudication.classes.0.value',
      /Name the class/,
    ],
    [
      'a key of a field that is too long',
      { policy: { ...emptyValues().policy, fields: 'x'.repeat(61) } },
      'qualityPolicy.adjudication.fields',
      /60/,
    ],
    ['no overlap', { policy: { ...emptyValues().policy, overlap: '' } }, 'qualityPolicy.overlap', /number/],
  ])('%s is said at its field', (_name, change, name, message) => {
    const { problems } = readProjectForm({ ...filled(), ...change }, today);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ name, message: expect.stringMatching(message) });
  });
});
