import { describe, expect, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { canonicalAnswers, isRequired, parseAnswer, validateAnswers } from './rules.ts';
import { type Answers, type LabelSchema, labelSchema } from './schemas.ts';

const option = (value: string) => ({ value, label: value });
const schema: LabelSchema = labelSchema.parse({
  fields: [
    { key: 'finding', label: 'Finding', type: 'boolean', definition: 'Any finding.', required: true },
    {
      ...gradeField(),
      required: false,
      requiredIf: { field: 'finding', op: 'is', value: true },
    },
    {
      key: 'side',
      label: 'Side',
      type: 'categorical',
      definition: 'Where.',
      required: false,
      options: [option('left'), option('right')],
    },
    {
      key: 'signs',
      label: 'Signs',
      type: 'multi_label',
      definition: 'What is seen.',
      required: false,
      options: [option('a'), option('b'), option('c')],
    },
    {
      key: 'size',
      label: 'Size',
      type: 'number',
      definition: 'Longest diameter.',
      unit: 'mm',
      min: 0.5,
      max: 80,
      required: false,
    },
    { key: 'note', label: 'Note', type: 'text', definition: 'Anything.', maxLength: 10, required: false },
  ],
  rules: [
    {
      key: 'size_needs_finding',
      message: 'A size needs a finding.',
      when: { field: 'size', op: 'answered' },
      must: { field: 'finding', op: 'is', value: true },
    },
    {
      key: 'high_grade_is_seen',
      message: 'Grade 3 and above needs sign a or b.',
      when: { field: 'grade', op: 'at_least', value: '3' },
      must: {
        any: [
          { field: 'signs', op: 'includes', value: 'a' },
          { field: 'signs', op: 'includes', value: 'b' },
        ],
      },
    },
  ],
  gatedFields: ['finding', 'grade'],
});

const good: Answers = { finding: true, grade: '2' };

describe('validateAnswers', () => {
  test.each<[string, Answers]>([
    ['only what is required', { finding: false }],
    [
      'every field',
      { finding: true, grade: '3', side: 'left', signs: ['b', 'a'], size: 80, note: 'ten chars.' },
    ],
    ['a limit itself', { ...good, size: 0.5 }],
    ['empty text and list count as unanswered', { ...good, note: '  ', signs: [] }],
  ])('accepts %s', (_name, answers) => {
    expect(validateAnswers(schema, answers)).toEqual([]);
  });

  test.each<[string, Answers, [string, string | undefined][]]>([
    ['nothing answered', {}, [['required', 'finding']]],
    ['required because of another answer', { finding: true }, [['required', 'grade']]],
    ['a field the protocol does not have', { ...good, mood: 'x' }, [['unknown_field', 'mood']]],
    ['a level that is none', { ...good, grade: '7' }, [['unknown_label', 'grade']]],
    ['an option that is none', { ...good, side: 'middle' }, [['unknown_label', 'side']]],
    ['a label that is none', { ...good, signs: ['a', 'z'] }, [['unknown_label', 'signs']]],
    ['a label twice', { ...good, signs: ['a', 'a'] }, [['duplicate_label', 'signs']]],
    ['a text for a boolean', { finding: 'yes' }, [['wrong_type', 'finding']]],
    ['a number for a level', { ...good, grade: 2 }, [['wrong_type', 'grade']]],
    ['one label as text', { ...good, signs: 'a' }, [['wrong_type', 'signs']]],
    ['a text for a number', { ...good, size: '12' }, [['wrong_type', 'size']]],
    ['not a number', { ...good, size: Number.NaN }, [['wrong_type', 'size']]],
    ['infinite', { ...good, size: Number.POSITIVE_INFINITY }, [['wrong_type', 'size']]],
    ['below the limit', { ...good, size: 0.4 }, [['below_min', 'size']]],
    ['above the limit', { ...good, size: 80.1 }, [['above_max', 'size']]],
    ['text too long', { ...good, note: 'eleven char' }, [['too_long', 'note']]],
    ['a cross-field rule broken', { finding: false, size: 3 }, [['rule_broken', 'finding']]],
    ['an ordinal rule broken', { finding: true, grade: '4', signs: ['c'] }, [['rule_broken', 'signs']]],
    [
      'several at once, in the order of the protocol',
      { grade: '9', size: 900 },
      [
        ['required', 'finding'],
        ['unknown_label', 'grade'],
        ['above_max', 'size'],
        ['rule_broken', 'finding'],
      ],
    ],
  ])('refuses %s', (_name, answers, expected) => {
    expect(validateAnswers(schema, answers).map((fault) => [fault.code, fault.path])).toEqual(expected);
  });

  test('a refusal never repeats what was typed', () => {
    const faults = validateAnswers(schema, { ...good, note: 'Jane Roe, born 1960', side: 'Jane Roe' });
    expect(faults).toHaveLength(2);
    expect(JSON.stringify(faults)).not.toContain('Jane');
  });
});

test('required-if follows the other answer', () => {
  const grade = schema.fields[1]!;
  expect(isRequired(schema, grade, { finding: true })).toBe(true);
  expect(isRequired(schema, grade, { finding: false })).toBe(false);
  expect(isRequired(schema, grade, {})).toBe(false);
});

test('equal labels become equal records', () => {
  const a = canonicalAnswers(schema, { signs: ['b', 'a'], note: ' x ', finding: true, side: '' });
  const b = canonicalAnswers(schema, { finding: true, note: 'x', signs: ['a', 'b'] });
  expect(a).toEqual(b);
});

test('cells of a table are read as answers, and what is no answer stays text for the check to refuse', () => {
  const cells: [string, string][] = [
    ['finding', 'Yes'],
    ['grade', ' 3 '],
    ['signs', 'a|b'],
    ['size', '1e1'],
    ['note', 'x'],
  ];
  const answers = Object.fromEntries(
    cells.map(([key, cell]) => [key, parseAnswer(schema.fields.find((f) => f.key === key)!, cell)!]),
  );
  expect(answers).toEqual({ finding: true, grade: '3', signs: ['a', 'b'], size: 10, note: 'x' });
  expect(parseAnswer(schema.fields[0]!, 'maybe')).toBe('maybe');
  expect(parseAnswer(schema.fields[4]!, '1,5')).toBe('1,5');
  expect(parseAnswer(schema.fields[4]!, '')).toBeUndefined();
});

describe('a schema must hold together', () => {
  const base = { fields: [gradeField()], rules: [], gatedFields: [] };
  const number = { key: 'n', label: 'N', type: 'number', definition: 'N.', required: false };
  test.each<[string, unknown, RegExp]>([
    ['no field', { ...base, fields: [] }, /at least one field/],
    ['a key twice', { ...base, fields: [gradeField(), gradeField()] }, /two fields have the key/i],
    ['a key with a blank', { ...base, fields: [{ ...gradeField(), key: 'my grade' }] }, /lower-case/],
    ['a categorical field with one option', { ...base, fields: [gradeField(1)] }, /at least 2 options/],
    [
      'an option twice',
      { ...base, fields: [{ ...gradeField(), options: [option('1'), option('1')] }] },
      /twice/,
    ],
    ['limits the wrong way round', { ...base, fields: [{ ...number, min: 5, max: 1 }] }, /above 5/],
    ['a unit on a text', { ...base, fields: [{ ...number, type: 'text', unit: 'mm' }] }, /only numbers/],
    ['a gate on an unknown field', { ...base, gatedFields: ['x'] }, /no field "x"/],
    [
      'a gate on free text',
      { ...base, fields: [{ ...number, type: 'text' }], gatedFields: ['n'] },
      /free text/,
    ],
    [
      'required because of itself',
      { ...base, fields: [{ ...gradeField(), requiredIf: { field: 'grade', op: 'answered' } }] },
      /its own answer/,
    ],
    [
      'a rule on an unknown field',
      {
        ...base,
        rules: [
          {
            key: 'r',
            message: 'm',
            when: { field: 'x', op: 'answered' },
            must: { field: 'grade', op: 'answered' },
          },
        ],
      },
      /not a field/,
    ],
    [
      'a comparison with an unknown level',
      {
        ...base,
        rules: [
          {
            key: 'r',
            message: 'm',
            when: { field: 'grade', op: 'at_least', value: '9' },
            must: { field: 'grade', op: 'answered' },
          },
        ],
      },
      /level of it/,
    ],
  ])('%s', (_name, input, message) => {
    const result = labelSchema.safeParse(input);
    expect(result.success).toBe(false);
    expect(result.error?.issues.map((issue) => issue.message).join(' ')).toMatch(message);
  });
});
