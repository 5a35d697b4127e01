import { describe, expect, test } from 'vitest';
import { forecastAdjudication } from './forecast-adjudication.ts';
import type { AdjudicationRule } from './schemas.ts';

const never: AdjudicationRule = {
  noMajority: false,
  anyDisagreement: false,
  ordinalSpreadAtLeast: null,
  posteriorBelow: null,
  classes: [],
  fields: [],
};
const grades = { levels: 5, ordinal: true, cases: 240 };

describe('forecast of the adjudication load (R25)', () => {
  test('at overlap 3 every second case of pathologists is disputed: about 45 %', () => {
    const forecast = forecastAdjudication({
      ...grades,
      overlap: 3,
      rule: { ...never, anyDisagreement: true },
    });
    expect(forecast.share).toBeCloseTo(0.45, 1);
    expect(forecast.cases).toBe(Math.round(forecast.share * 240));
  });

  test('two readers of a yes/no field disagree in exactly 2·p·(1−p) of cases', () => {
    const { share } = forecastAdjudication({
      rule: { ...never, anyDisagreement: true },
      overlap: 2,
      levels: 2,
      ordinal: false,
      cases: 100,
      agreement: 0.9,
    });
    expect(share).toBeCloseTo(0.18, 10);
  });

  test('no rule sends nothing; a stricter rule sends less than any disagreement', () => {
    expect(forecastAdjudication({ ...grades, overlap: 3, rule: never }).share).toBe(0);
    const any = forecastAdjudication({ ...grades, overlap: 3, rule: { ...never, anyDisagreement: true } });
    const tie = forecastAdjudication({ ...grades, overlap: 3, rule: { ...never, noMajority: true } });
    const spread = forecastAdjudication({
      ...grades,
      overlap: 3,
      rule: { ...never, ordinalSpreadAtLeast: 2 },
    });
    expect(tie.share).toBeLessThan(any.share);
    expect(spread.share).toBeLessThan(any.share);
    expect(spread.share).toBeGreaterThan(0);
  });

  test('a named class adds its share of cases, and one read is never disputed', () => {
    const rule = { ...never, classes: [{ field: 'grade', value: '4' }] };
    expect(forecastAdjudication({ ...grades, overlap: 3, rule }).share).toBeCloseTo(0.2, 10);
    const one = { ...never, anyDisagreement: true };
    expect(forecastAdjudication({ ...grades, overlap: 1, rule: one }).share).toBeCloseTo(0, 10);
  });
});
