import { describe, expect, test } from 'vitest';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { choicesOf, choose, keyOfChoice, nextMissing, stepField } from './choices.ts';

const schema: LabelSchema = {
  fields: [
    { key: 'present', label: 'Nodule', type: 'boolean', definition: 'A nodule.', required: true },
    {
      key: 'size',
      label: 'Size',
      type: 'number',
      unit: 'mm',
      definition: 'Largest diameter.',
      required: false,
      requiredIf: { field: 'present', op: 'is', value: true },
    },
    {
      key: 'signs',
      label: 'Signs',
      type: 'multi_label',
      definition: 'Signs seen.',
      required: false,
      options: [
        { value: 'a', label: 'A' },
        { value: 'b', label: 'B' },
      ],
    },
  ],
  rules: [],
  gatedFields: ['present'],
};
const [present, , signs] = schema.fields as [(typeof schema.fields)[0], unknown, (typeof schema.fields)[0]];

describe('choosing', () => {
  test('a single choice is set and changed; chosen again it is cleared where no answer is needed', () => {
    const [yes, no] = choicesOf(present);
    const once = choose(present, {}, yes!);
    expect(once).toEqual({ present: true });
    expect(choose(present, once, no!)).toEqual({ present: false });
    expect(choose(present, once, yes!)).toEqual({ present: true });
    expect(choose({ ...present, required: false }, once, yes!)).toEqual({});
  });

  test('several labels are toggled, and none is no answer', () => {
    const [a, b] = choicesOf(signs);
    const both = choose(signs, choose(signs, {}, b!), a!);
    expect(both).toEqual({ signs: ['b', 'a'] });
    expect(choose(signs, choose(signs, both, a!), b!)).toEqual({});
  });

  test('the first ten choices have a key', () => {
    expect([0, 8, 9, 10].map(keyOfChoice)).toEqual(['1', '9', '0', null]);
  });
});

describe('where the keyboard goes next', () => {
  test('to what is missing, with what an answer has made required, never to an optional field', () => {
    expect(nextMissing(schema, {}, null)).toBe('present');
    expect(nextMissing(schema, { present: true }, 'present')).toBe('size');
    expect(nextMissing(schema, { present: false }, 'present')).toBeNull();
    expect(nextMissing(schema, { size: 3 }, 'size')).toBe('present');
  });

  test('up and down go round', () => {
    expect(stepField(schema, null, 1)).toBe('present');
    expect(stepField(schema, 'signs', 1)).toBe('present');
    expect(stepField(schema, 'present', -1)).toBe('signs');
    expect(stepField(schema, null, -1)).toBe('signs');
  });
});
