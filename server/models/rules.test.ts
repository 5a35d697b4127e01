import { describe, expect, test } from 'vitest';
import type { LabelField } from '#server/protocols/schemas.ts';
import { modelFailure } from './failure-schema.ts';
import { apartBy, compare, failureFaults, failureWarnings, isFailure, valueWords } from './rules.ts';

const options = (...values: string[]) => values.map((value) => ({ value, label: `The ${value}` }));
const kind: Pick<LabelField, 'type' | 'options'> = {
  type: 'categorical',
  options: options('normal', 'nodule', 'mass'),
};
const grade: typeof kind = { type: 'ordinal', options: options('0', '1', '2', '3') };
const several: typeof kind = { type: 'multi_label', options: options('a', 'b', 'c') };
const size: typeof kind = { type: 'number' };
const said = (value: string, confidence: number | null = null) => ({ value, confidence });

describe('what a model got wrong', () => {
  test('it differs from what is known; without an answer, or without a known one, nothing was got wrong', () => {
    expect(isFailure(kind, {}, ['nodule'], said('normal'))).toBe(true);
    expect(isFailure(kind, {}, ['nodule'], said('nodule'))).toBe(false);
    expect(isFailure(kind, {}, ['nodule'], undefined)).toBe(false);
    expect(isFailure(kind, {}, [], said('normal'))).toBe(false);
  });

  test('each of a set of accepted levels is right', () => {
    expect(isFailure(grade, {}, ['1', '2'], said('2'))).toBe(false);
    expect(isFailure(grade, {}, ['1', '2'], said('3'))).toBe(true);
    expect(isFailure(grade, { byAtLeast: 2 }, ['1', '2'], said('3'))).toBe(false);
    expect(isFailure(grade, { missed: '1' }, ['1', '2'], said('3'))).toBe(false);
  });

  test.each([
    [{ missed: 'nodule' }, ['nodule', 'normal'], true],
    [{ missed: 'nodule' }, ['mass', 'normal'], false],
    [{ claimed: 'nodule' }, ['normal', 'nodule'], true],
    [{ claimed: 'nodule' }, ['nodule', 'normal'], false],
    [{ missed: 'mass', claimed: 'nodule' }, ['mass', 'nodule'], true],
    [{ missed: 'mass', claimed: 'nodule' }, ['mass', 'normal'], false],
    [{ claimed: 'nodule' }, ['nodule', 'nodule'], false],
  ] as const)('%o of a case labelled and answered %o: %s', (asked, [known, answer], is) => {
    expect(isFailure(kind, asked, [known], said(answer))).toBe(is);
  });

  test('of several labels one can be missed or claimed beside others that are right, in whatever order', () => {
    expect(isFailure(several, {}, ['a | b'], said('b | a'))).toBe(false);
    expect(isFailure(several, { missed: 'a' }, ['a | b'], said('b'))).toBe(true);
    expect(isFailure(several, { missed: 'b' }, ['a | b'], said('b'))).toBe(false);
    expect(isFailure(several, { claimed: 'c' }, ['a'], said('a | c'))).toBe(true);
    expect(isFailure(several, { missed: 'a' }, ['a'], said('a | c'))).toBe(false);
    // None of them is an answer as well.
    expect(isFailure(several, { missed: 'a' }, ['a | b'], said(''))).toBe(true);
    expect(isFailure(several, { claimed: 'a' }, ['a'], said(''))).toBe(false);
    expect(isFailure(several, {}, [''], said(''))).toBe(false);
  });

  test('by how much: levels of an ordinal field, the amount of a number', () => {
    expect([apartBy(grade, '0', '3'), apartBy(grade, '3', '9'), apartBy(size, '2', '2.0')]).toEqual([
      3, 1, 0,
    ]);
    expect(isFailure(grade, { byAtLeast: 2 }, ['0'], said('1'))).toBe(false);
    expect(isFailure(grade, { byAtLeast: 2 }, ['0'], said('2'))).toBe(true);
    expect(isFailure(size, { byAtLeast: 0.5 }, ['4'], said('4.4'))).toBe(false);
    expect(isFailure(size, { byAtLeast: 0.5 }, ['4'], said('4.5'))).toBe(true);
  });

  test('how sure it was: a bound belongs to it, and an answer without a confidence never fits one', () => {
    const sure = { confidence: { is: 'at_least' as const, value: 0.9 } };
    const unsure = { confidence: { is: 'at_most' as const, value: 0.6 } };
    expect([0.89, 0.9, null].map((one) => isFailure(kind, sure, ['mass'], said('normal', one)))).toEqual([
      false,
      true,
      false,
    ]);
    expect([0.6, 0.61, null].map((one) => isFailure(kind, unsure, ['mass'], said('normal', one)))).toEqual([
      true,
      false,
      false,
    ]);
  });
});

test('a comparison counts by class, and leaves out what has no answer or no label', () => {
  const held = [
    ['nodule', 'nodule'],
    ['nodule', 'normal'],
    ['normal', 'nodule'],
    ['normal', 'normal'],
    ['normal', 'normal'],
    ['mass', undefined],
    [undefined, 'mass'],
  ].map(([label, answer]) => ({ label, answer }));
  const { classes, ...counts } = compare(kind, held);
  expect(counts).toEqual({ compared: 5, differing: 2, silent: 1, unlabelled: 1 });
  expect(
    classes.map(({ value, labelled, misses, claimed, falseAlarms }) => [
      value,
      labelled,
      misses,
      claimed,
      falseAlarms,
    ]),
  ).toEqual([
    ['normal', 3, 1, 3, 1],
    ['nodule', 2, 1, 2, 1],
    ['mass', 0, 0, 0, 0],
  ]);
  expect(compare(size, [{ label: '4', answer: '4.1' }])).toMatchObject({ differing: 1, classes: [] });
  expect(compare(several, [{ label: 'a', answer: '' }])).toMatchObject({
    differing: 1,
    classes: [{ misses: 1, claimed: 0 }, {}, {}],
  });
  expect([
    valueWords(several, 'a | b'),
    valueWords(several, ''),
    valueWords({ type: 'boolean' }, 'true'),
  ]).toEqual(['The a and The b', 'None of them', 'Yes']);
});

describe('what is said of a choice by failures', () => {
  const model = { fields: ['grade'], withdrawnAt: null, confidenceCount: 3 };
  const asked = { modelId: crypto.randomUUID(), field: 'grade' };
  const sure = { ...asked, confidence: { is: 'at_least' as const, value: 0.5 } };
  const codes = (of: Partial<Parameters<typeof failureFaults>[0]>) =>
    failureFaults({ model, asked, isReference: false, ...of }).map((one) => one.code);

  test('a model that is not there, is withdrawn, has no such field or no confidence; a test reference (R5)', () => {
    expect(codes({})).toEqual([]);
    expect(codes({ model: null })).toEqual(['batch.model_unknown']);
    expect(codes({ model: { ...model, withdrawnAt: new Date() } })).toEqual(['batch.model_withdrawn']);
    expect(codes({ asked: { ...asked, field: 'size' } })).toEqual(['batch.model_field']);
    expect(codes({ asked: sure })).toEqual([]);
    expect(codes({ asked: sure, model: { ...model, confidenceCount: 0 } })).toEqual([
      'batch.model_confidence',
    ]);
    expect(codes({ isReference: true })).toEqual(['batch.model_on_reference']);
  });

  test('no answer is no failure, in words; and test data leans', () => {
    const says = (of: Partial<Parameters<typeof failureWarnings>[0]>) =>
      failureWarnings({ fitting: 9, silent: 0, unknown: 0, isTest: false, ...of }).map((one) => one.message);
    expect(says({})).toEqual([]);
    expect(says({ silent: 1, unknown: 2 })).toEqual([
      'Of 9 cases that fit otherwise, 1 has no answer of the model and 2 have no known answer in this field: no failures.',
    ]);
    expect(says({ isTest: true })[0]).toMatch(/^This is test data/);
  });

  test('a filter names a confidence from 0 to 1 and an amount above 0', () => {
    const fits = (part: object) => modelFailure.safeParse({ ...asked, ...part }).success;
    expect(fits({ confidence: { is: 'at_most', value: 1 } })).toBe(true);
    expect(fits({ confidence: { is: 'at_most', value: 1.01 } })).toBe(false);
    expect(fits({ byAtLeast: 0 })).toBe(false);
    expect(fits({ missed: '' })).toBe(false);
    expect(fits({ kind: 'any' })).toBe(false);
  });
});
