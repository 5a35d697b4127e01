import { describe, expect, test } from 'vitest';
import { settleByWeight, wantsAnotherRead } from '#server/labels/extra-reads.ts';
import { adjudicationReasons, settleByMajority } from '#server/labels/rules.ts';
import { type LabelSchema, labelSchema } from '#server/protocols/schemas.ts';
import {
  agreementFromPairs,
  FIVE_GRADES,
  type ForecastInput,
  forecastAdjudication,
  forecastFields,
  readChances,
  TYPICAL_AGREEMENT,
} from './forecast-adjudication.ts';
import type { AdjudicationRule } from './schemas.ts';
import type { OverlapRule } from './tier-schemas.ts';

const never: AdjudicationRule = {
  noMajority: false,
  anyDisagreement: false,
  ordinalSpreadAtLeast: null,
  posteriorBelow: null,
  classes: [],
  fields: [],
};
const schema: LabelSchema = labelSchema.parse({
  fields: [
    {
      key: 'grade',
      label: 'Grade',
      definition: 'How far it has come.',
      type: 'ordinal',
      required: true,
      options: ['1', '2', '3', '4', '5'].map((value) => ({ value, label: value, definition: value })),
    },
  ],
  rules: [],
  gatedFields: [],
});
const fixed: OverlapRule = { mode: 'fixed' };
const of = (rule: Partial<AdjudicationRule>, more: Partial<ForecastInput> = {}): ForecastInput => ({
  rule: { ...never, ...rule },
  overlap: 3,
  overlapRule: fixed,
  method: 'majority',
  fields: forecastFields(schema),
  cases: 240,
  ...more,
});

/** What the engine does with every course that the reads of a case can take, each weighed by its chance. */
function byEngine({ rule, overlap, overlapRule }: ForecastInput, agreement = TYPICAL_AGREEMENT): number {
  const grades = ['1', '2', '3', '4', '5'];
  const accuracyOf = () => agreement;
  const walk = (chances: number[], reads: { annotatorId: string; answers: { grade: string } }[]): number => {
    const more =
      reads.length < overlap || wantsAnotherRead({ rule: overlapRule, overlap, schema, reads, accuracyOf });
    if (!more) {
      const answers = reads.map((read) => read.answers);
      const fields =
        overlapRule.mode === 'adaptive'
          ? settleByWeight(schema, reads, accuracyOf)
          : settleByMajority(schema, answers);
      return adjudicationReasons(rule, schema, answers, fields).length > 0 ? 1 : 0;
    }
    return chances.reduce((sum, chance, at) => {
      if (chance === 0) return sum;
      const read = { annotatorId: String(reads.length), answers: { grade: grades[at] ?? '' } };
      return sum + chance * walk(chances, [...reads, read]);
    }, 0);
  };
  return grades.reduce((sum, _, usual) => sum + walk(readChances(5, usual, agreement, true), []) / 5, 0);
}

describe('forecast of the adjudication load (R25)', () => {
  test.each<[string, Partial<AdjudicationRule>, Partial<ForecastInput>]>([
    ['any disagreement', { anyDisagreement: true }, {}],
    ['no majority', { noMajority: true }, {}],
    ['levels apart', { ordinalSpreadAtLeast: 2 }, {}],
    ['certainty below .9: a 2-1 split is two thirds of the votes, not .94', { posteriorBelow: 0.9 }, {}],
    ['certainty below .6 at 5 reads', { posteriorBelow: 0.6 }, { overlap: 5 }],
    ['certainty below .67 at 4 reads', { posteriorBelow: 0.67 }, { overlap: 4 }],
    ['a named class', { classes: [{ field: 'grade', value: '5' }] }, {}],
    [
      'a named class of two, or no majority',
      {
        noMajority: true,
        classes: [
          { field: 'grade', value: '2' },
          { field: 'grade', value: '4' },
        ],
      },
      { overlap: 2 },
    ],
    [
      'adaptive overlap, certainty below .95',
      { posteriorBelow: 0.95 },
      { overlap: 2, overlapRule: { mode: 'adaptive', maxOverlap: 5, minConfidence: 0.97 } },
    ],
    [
      'one more on disagreement, then no majority',
      { noMajority: true },
      {
        overlap: 2,
        overlapRule: { mode: 'on_disagreement', agreementThreshold: 0.6, maxAdditionalAnnotators: 2 },
      },
    ],
  ])('the engine sends as many: %s', (_name, rule, more) => {
    const input = of(rule, more);
    expect(forecastAdjudication(input).share).toBeCloseTo(byEngine(input), 10);
    expect(forecastAdjudication(input).share).toBeGreaterThan(0);
  });

  test('own reads take the place of what is typical, for the rule as for the words', () => {
    const input = of({ posteriorBelow: 0.9 }, { reads: { grade: { agreement: 0.7, cases: 412 } } });
    const forecast = forecastAdjudication(input);
    expect(forecast.share).toBeCloseTo(byEngine(input, 0.7), 10);
    expect(forecast.assumption).toMatch(/412 cases .* 70 %/);
    expect(forecastAdjudication(of({})).assumption).toMatch(/20 pathologists/);
  });

  test('at overlap 3 every second case of pathologists is disputed: about 45 %', () => {
    const forecast = forecastAdjudication(of({ anyDisagreement: true }));
    expect(forecast.share).toBeCloseTo(0.45, 1);
    expect(forecast.cases).toBe(Math.round(forecast.share * 240));
    // As long as there is no protocol the same grades stand in.
    expect(forecastAdjudication(of({ anyDisagreement: true }, { fields: [] })).share).toBe(forecast.share);
  });

  test('two readers of a yes/no field disagree in exactly 2·p·(1−p) of cases, and agree so that p is found again', () => {
    const fields = [{ key: 'finding', answers: ['false', 'true'], isOrdinal: false }];
    const { share } = forecastAdjudication(
      of(
        { anyDisagreement: true },
        { overlap: 2, fields, reads: { finding: { agreement: 0.9, cases: 50 } } },
      ),
    );
    expect(share).toBeCloseTo(0.18, 10);
    expect(agreementFromPairs(0.82, { answers: ['false', 'true'], isOrdinal: false })).toBeCloseTo(0.9, 10);
    expect(agreementFromPairs(1, FIVE_GRADES)).toBeCloseTo(1, 6);
    // Worse than chance is chance.
    expect(agreementFromPairs(0, FIVE_GRADES)).toBeCloseTo(0.2, 6);
  });

  test('a share of the cases with full overlap sends that share of the disputed ones', () => {
    const all = forecastAdjudication(of({ anyDisagreement: true })).share;
    const overlapRule: OverlapRule = { mode: 'share', overlapCoveragePercent: 20 };
    expect(forecastAdjudication(of({ anyDisagreement: true }, { overlapRule })).share).toBeCloseTo(
      all / 5,
      10,
    );
  });

  test('the widest of the watched fields counts, and classes that are named in another', () => {
    const fields = [
      ...forecastFields(schema),
      { key: 'finding', answers: ['false', 'true'], isOrdinal: false },
    ];
    const narrow = forecastAdjudication(
      of({ anyDisagreement: true, fields: ['finding'] }, { fields, overlap: 2 }),
    );
    expect(narrow.share).toBeCloseTo(1 - (0.82 ** 2 + 0.18 ** 2), 10);
    const named = forecastAdjudication(
      of({ classes: [{ field: 'finding', value: 'true' }] }, { fields, overlap: 1 }),
    );
    expect(named.share).toBeCloseTo(0.5, 10);
    // A field that the rule does not look at names nothing.
    const unwatched = { classes: [{ field: 'finding', value: 'true' }], fields: ['grade'] };
    expect(forecastAdjudication(of(unwatched, { fields })).share).toBe(0);
  });

  test('no rule sends nothing, one read is never disputed, and an overlap of 100 is still counted', () => {
    expect(forecastAdjudication(of({})).share).toBe(0);
    expect(forecastAdjudication(of({ anyDisagreement: true }, { overlap: 1 })).share).toBeCloseTo(0, 10);
    expect(forecastAdjudication(of({ anyDisagreement: true }, { overlap: 100 })).share).toBeGreaterThan(0.9);
  });
});
