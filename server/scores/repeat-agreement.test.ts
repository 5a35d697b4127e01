import { describe, expect, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { repeatAgreement } from './repeat-agreement.ts';

describe('R23: a reader held against themselves', () => {
  const finding = { ...gradeField(), type: 'boolean' as const, options: undefined };
  const cell = (annotatorId: string, first: string, again: string, n: number) => ({
    annotatorId,
    first,
    again,
    n,
  });

  // The textbook's table: 20 twice yes, 15 twice no, 5 and 10 otherwise: κ = (0.7 − 0.5) / (1 − 0.5) (en.wikipedia.org, Cohen's kappa).
  test('kappa and share of the same answers, by reader', () => {
    const told = repeatAgreement(finding, [
      cell('a', 'true', 'true', 20),
      cell('a', 'true', 'false', 5),
      cell('a', 'false', 'true', 10),
      cell('a', 'false', 'false', 15),
      cell('b', 'false', 'false', 8),
    ]);
    expect(told.map((one) => [one.annotatorId, one.kappa.n])).toEqual([
      ['a', 50],
      ['b', 8],
    ]);
    expect(told[0]?.kappa.value).toBeCloseTo(0.4, 10);
    expect(told[0]?.same).toMatchObject({ value: 0.7, n: 50 });
    expect(told[0]?.same.ci?.[0]).toBeCloseTo(0.5625, 3);
    // Always the same one answer: nothing beyond chance to speak of.
    expect(told[1]).toMatchObject({ kappa: { value: null, reason: 'one_category' }, same: { value: 1 } });
  });

  test('what has an order is weighted; what was left unanswered is not compared', () => {
    const near = repeatAgreement(gradeField(), [cell('a', '1', '2', 5), cell('a', '4', '4', 5)]);
    const far = repeatAgreement(gradeField(), [cell('a', '0', '4', 5), cell('a', '4', '4', 5)]);
    expect(near[0]?.kappa.value).toBeGreaterThan(far[0]?.kappa.value ?? 1);
    const silent = repeatAgreement(gradeField(), [
      { annotatorId: 'a', first: null as unknown as string, again: '4', n: 3 },
    ]);
    expect(silent[0]).toMatchObject({
      kappa: { value: null, n: 0 },
      same: { value: null, reason: 'no_overlap' },
    });
  });
});
