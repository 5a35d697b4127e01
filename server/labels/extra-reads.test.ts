import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import {
  agreementOf,
  calibratedAccuracy,
  confidenceOf,
  settleByWeight,
  wantsAnotherRead,
  weighField,
} from './extra-reads.ts';

const option = (value: string) => ({ value, label: value });
const field = (key: string, values: string[], type: 'categorical' | 'ordinal' = 'categorical') => ({
  key,
  label: key,
  type,
  definition: 'd',
  required: false,
  options: values.map(option),
});
const schema: LabelSchema = {
  fields: [
    field('grade', ['a', 'b', 'c', 'd']),
    field('severity', ['1', '2'], 'ordinal'),
    { key: 'note', label: 'Note', type: 'text', definition: 'd', required: false },
  ],
  rules: [],
  gatedFields: ['grade'],
};
const grade = schema.fields[0]!;
const reads = (...grades: string[]) =>
  grades.map((one, at) => ({ annotatorId: `r${at}`, answers: { grade: one } }));
const all = (accuracy: number) => (): number => accuracy;

describe('reads weighed by their readers', () => {
  test('three raters of .8 with uniform errors, answers a, a, b of four: P(a) = .9114 (published)', () => {
    expect(weighField(grade, reads('a', 'a', 'b'), all(0.8))).toMatchObject({
      value: 'a',
      confidence: expect.closeTo(0.9113924, 6),
    });
  });

  test('one good reader outweighs two poor ones, and a tie decides nothing', () => {
    const accuracyOf = (id: string) => (id === 'r0' ? 0.97 : 0.4);
    expect(weighField(grade, reads('a', 'b', 'b'), accuracyOf)?.value).toBe('a');
    expect(weighField(grade, reads('a', 'b'), all(0.8))).toMatchObject({ value: null });
    expect(settleByWeight(schema, reads('a', 'b', 'b'), accuracyOf).grade).toMatchObject({
      value: 'a',
      path: 'weighted',
      votes: [
        { value: 'b', n: 2 },
        { value: 'a', n: 1 },
      ],
    });
    expect(settleByWeight(schema, reads('a', 'a'), all(0.8)).grade).toMatchObject({ path: 'unanimous' });
    expect(settleByWeight(schema, reads('a', 'b'), all(0.8)).grade).toMatchObject({
      path: 'undecided',
      value: null,
    });
  });

  test('a field that most leave unanswered asks for no more reads', () => {
    expect(confidenceOf(schema, reads('a', 'a', 'a'), all(0.8))).toBeGreaterThan(0.98);
    const one = reads('a', 'a', 'a').map((read, at) =>
      at === 0 ? { ...read, answers: { grade: 'a', severity: '1' } } : read,
    );
    expect(confidenceOf(schema, one, all(0.8))).toBeGreaterThan(0.98);
  });

  test('calibrated accuracy starts from the batch, follows the reader, and is never chance or certainty', () => {
    const whole = { right: 900, n: 1000 };
    expect(calibratedAccuracy({ right: 0, n: 0 }, whole, 4)).toBeCloseTo((900 + 8.2) / 1010, 6);
    expect(calibratedAccuracy({ right: 40, n: 100 }, whole, 4)).toBeCloseTo((40 + 8.9921) / 110, 3);
    expect(calibratedAccuracy({ right: 5000, n: 5000 }, whole, 4)).toBe(0.99);
    expect(calibratedAccuracy({ right: 0, n: 5000 }, whole, 4)).toBeCloseTo(0.26, 6);
  });
});

describe('whether one read more is asked for', () => {
  const adaptive = { mode: 'adaptive', maxOverlap: 5, minConfidence: 0.9 } as const;
  const asked = (given: ReturnType<typeof reads>, rule: Parameters<typeof wantsAnotherRead>[0]['rule']) =>
    wantsAnotherRead({ rule, overlap: 2, schema, reads: given, accuracyOf: all(0.8) });

  test('adaptive: until sure enough, and never beyond the most', () => {
    expect(asked(reads('a', 'a'), adaptive)).toBe(false);
    expect(asked(reads('a', 'b'), adaptive)).toBe(true);
    expect(asked(reads('a', 'b', 'a'), adaptive)).toBe(false);
    expect(asked(reads('a', 'b', 'c', 'd', 'a'), adaptive)).toBe(false);
  });

  test('on disagreement: while pairs agree less than asked, so many more at most', () => {
    const rule = { mode: 'on_disagreement', agreementThreshold: 0.5, maxAdditionalAnnotators: 2 } as const;
    expect(
      agreementOf(
        schema,
        reads('a', 'a', 'b').map((read) => read.answers),
      ),
    ).toBeCloseTo(1 / 3, 10);
    expect(asked(reads('a', 'b'), rule)).toBe(true);
    expect(asked(reads('a', 'b', 'a'), rule)).toBe(true);
    expect(asked(reads('a', 'b', 'a', 'b'), rule)).toBe(false);
    expect(asked(reads('a', 'a'), rule)).toBe(false);
  });

  test('never for a fixed overlap or a share', () => {
    expect(asked(reads('a', 'b'), { mode: 'fixed' })).toBe(false);
    expect(asked(reads('a', 'b'), { mode: 'share', overlapCoveragePercent: 20 })).toBe(false);
  });

  test('whatever is answered: asking ends at the maximum, and a posterior lies between chance and certainty', () => {
    const answers = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 2, maxLength: 9 });
    fc.assert(
      fc.property(answers, fc.double({ min: 0.3, max: 0.99, noNaN: true }), (given, accuracy) => {
        const own = reads(...given);
        const weighed = weighField(grade, own, all(accuracy));
        expect(weighed!.confidence).toBeGreaterThanOrEqual(0.25 - 1e-9);
        expect(weighed!.confidence).toBeLessThanOrEqual(1);
        const more = wantsAnotherRead({
          rule: adaptive,
          overlap: 2,
          schema,
          reads: own,
          accuracyOf: all(accuracy),
        });
        if (own.length >= adaptive.maxOverlap) expect(more).toBe(false);
        // The order in which readers came decides nothing.
        const turned = weighField(grade, [...own].reverse(), all(accuracy));
        expect(turned!.confidence).toBeCloseTo(weighed!.confidence, 9);
      }),
    );
  });
});
