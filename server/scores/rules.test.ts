import { describe, expect, test } from 'vitest';
import { answerText, measuredFields } from './measured-fields.ts';
import { type MeasuredRead, measureField } from './rules.ts';

const grade = { key: 'grade', label: 'Grade', scale: 'ordinal' as const, categories: ['0', '1', '2'] };
const read = (taskId: string, readerId: string, value: string | null, round = 1): MeasuredRead => ({
  taskId,
  readerId,
  round,
  values: { grade: value },
});
const reads = [
  read('a', 'r1', '0'),
  read('a', 'r2', '0'),
  read('b', 'r1', '1'),
  read('b', 'r2', '2'),
  read('c', 'r1', '2'),
  read('c', 'r2', '2'),
];

describe('measures of a field', () => {
  test('R8: without a reference accuracy is null and says so, agreement with the others is shown under its own name', () => {
    const result = measureField(grade, reads, new Map(), { resamples: 200 });
    expect(result.accuracy).toMatchObject({ value: null, reason: 'no_reference' });
    expect(result.consensusAgreement.overall.value).toBeCloseTo(4 / 6);
    expect(result.alpha.value).toBeGreaterThan(0);
  });

  test('a set or number that nobody answered is unmeasured with its reason, not a failure of the whole card', () => {
    const empty = { key: 'f', label: 'Findings', scale: 'nominal' as const, categories: [] };
    const nobody = ['r1', 'r2'].map((readerId) => ({ taskId: 'a', readerId, round: 1, values: { f: null } }));
    const result = measureField(empty, nobody, new Map(), { resamples: 200 });
    expect(result.alpha).toMatchObject({ value: null, reason: 'no_answers' });
    expect(result.accuracy).toMatchObject({ value: null, reason: 'no_answers' });
  });

  test('a right number that nobody gave counts as wrong answers', () => {
    const schema = {
      fields: [{ key: 'mm', label: 'Size', type: 'number' as const, definition: 'Size', required: true }],
      rules: [],
      gatedFields: ['mm'],
    };
    const gold = new Map([['a', { mm: ['12'] }]]);
    const [size] = measuredFields(schema, [{ mm: 3 }, { mm: 4 }], gold.values());
    const sized = ['3', '4'].map((mm, i) => ({ taskId: 'a', readerId: `r${i}`, round: 1, values: { mm } }));
    expect(measureField(size!, sized, gold, { resamples: 200 }).accuracy).toMatchObject({ value: 0, n: 1 });
  });

  test('an answer left blank on gold is not right, and not left out', () => {
    const gold = new Map([
      ['a', { grade: ['0'] }],
      ['b', { grade: ['1'] }],
    ]);
    const some = [read('a', 'r1', '0'), read('b', 'r1', null)];
    const result = measureField(grade, some, gold, { resamples: 200 });
    expect(result.accuracy).toMatchObject({ value: 0.5, n: 2, nExcluded: 0 });
    expect(result.readers[0]?.accuracy).toMatchObject({ value: 0.5, n: 2 });
  });

  test('R7: an acceptable level of an ordinal gold answer counts as right, each class with its n', () => {
    const gold = new Map([
      ['a', { grade: ['0'] }],
      ['b', { grade: ['1', '2'] }],
      ['c', { grade: ['1'] }],
    ]);
    const result = measureField(grade, reads, gold, { resamples: 200 });
    expect(result.accuracy).toMatchObject({ value: 4 / 6, n: 3 });
    expect(result.withinOne.value).toBe(1);
    expect(result.readers.map((r) => r.accuracy.n)).toEqual([3, 3]);
  });

  test('R9: always answering normal at 95 % prevalence has accuracy .95 and sensitivity 0 for the other class', () => {
    const finding = {
      key: 'f',
      label: 'Finding',
      scale: 'nominal' as const,
      categories: ['normal', 'nodule'],
    };
    const many = Array.from({ length: 100 }, (_, i) => ({
      taskId: `t${i}`,
      readerId: 'r',
      round: 1,
      values: { f: 'normal' },
    }));
    const gold = new Map(many.map((m, i) => [m.taskId, { f: [i < 95 ? 'normal' : 'nodule'] }]));
    const result = measureField(finding, many, gold, { resamples: 100 });
    expect(result.accuracy.value).toBe(0.95);
    expect(result.classes.find((c) => c.className === 'nodule')?.sensitivity).toMatchObject({
      value: 0,
      n: 5,
    });
    expect(result.balancedAccuracy.value).toBe(0.5);
  });

  test('R23: a repeated read is no second reader', () => {
    const repeated = measureField(grade, [...reads, read('a', 'r1', '2', 2)], new Map(), { resamples: 100 });
    expect(repeated.alpha.value).toBe(measureField(grade, reads, new Map(), { resamples: 100 }).alpha.value);
  });

  test('free text has no number', () => {
    expect(
      measureField({ key: 't', label: 'T', scale: null, categories: [] }, reads, new Map()).alpha,
    ).toMatchObject({ value: null, reason: 'free_text' });
  });
});

describe('answers as text', () => {
  test('compare sets as sets and tell false from no answer', () => {
    expect(answerText(['b', 'a'])).toBe('a + b');
    expect(answerText([])).toBe('(none)');
    expect(answerText(false)).toBe('false');
    expect(answerText(undefined)).toBeNull();
  });

  test('closed fields keep their option order, numbers sort by value', () => {
    const fields = measuredFields(
      {
        fields: [
          {
            key: 'g',
            label: 'G',
            type: 'ordinal',
            definition: 'd',
            required: true,
            options: [
              { value: 'low', label: 'L' },
              { value: 'high', label: 'H' },
            ],
          },
          { key: 'n', label: 'N', type: 'number', definition: 'd', required: false },
        ],
        rules: [],
        gatedFields: [],
      },
      [{ n: 10 }, { n: 9 }],
    );
    expect(fields.map((f) => f.categories)).toEqual([
      ['low', 'high'],
      ['9', '10'],
    ]);
  });
});
