import { describe, expect, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import type { LabelField } from '#server/protocols/schemas.ts';
import { readAnswers } from './read-answers.ts';

const field = (key: string, type: LabelField['type'], rest: Partial<LabelField> = {}): LabelField => ({
  key,
  label: key,
  type,
  definition: 'What it is.',
  required: true,
  ...rest,
});
const options = ['a', 'b'].map((value) => ({ value, label: value }));
const schema = {
  fields: [
    gradeField(),
    field('cancer', 'boolean'),
    field('signs', 'multi_label', { options }),
    field('size', 'number', { min: 0, max: 50 }),
    field('confidence', 'categorical', { options }),
    field('note', 'text'),
  ],
  rules: [],
  gatedFields: [],
};
const read = (text: string) => readAnswers(text, schema);

describe('a file of a model’s answers', () => {
  test('holds a part of the fields, in one spelling; an empty cell is no answer, and a line of them is left out', async () => {
    const text = [
      '\uFEFFcase_id,signs,grade,cancer,answer:confidence,confidence,size',
      ' x1 ,b|a|b,2,yes,a,0.25,3.5',
      'x2,,0,,,1,',
      'x3,,,,,,',
      '"x,4",a,,no,,,0',
    ].join('\r\n');
    const { answers, empty, fields, errors } = await read(text);
    expect(errors).toEqual([]);
    expect(fields.map((one) => one.key)).toEqual(['grade', 'cancer', 'signs', 'size', 'confidence']);
    expect(empty).toBe(1);
    expect(answers).toEqual([
      {
        line: 2,
        externalId: 'x1',
        answers: { signs: ['a', 'b'], grade: '2', cancer: true, confidence: 'a', size: 3.5 },
        confidence: 0.25,
      },
      { line: 3, externalId: 'x2', answers: { grade: '0' }, confidence: 1 },
      { line: 5, externalId: 'x,4', answers: { signs: ['a'], cancer: false, size: 0 }, confidence: null },
    ]);
  });

  test.each([
    ['', [['file_empty', undefined]]],
    ['case_id,grade\n', [['file_empty', undefined]]],
    ['case_id,grade\nx,\n', [['file_without_answers', undefined]]],
    ['case_id\nx\n', [['column_missing', 1]]],
    ['grade\n1\n', [['column_missing', 1]]],
    ['case_id,score\nx,1\n', [['column_unknown', 1]]],
    ['case_id,note\nx,1\n', [['field_text', 1]]],
    ['case_id,grade,answer:grade\nx,1,1\n', [['column_twice', 1]]],
    ['case_id,grade,grade\nx,1,1\n', [['column_twice', 1]]],
    ['case_id,grade\n,1\n', [['cell_missing', 2]]],
    ['case_id,grade\nx,1\ny,2\nx,2\n', [['case_twice', 4]]],
    [
      'case_id,grade\nx,9\ny,severe\n',
      [
        ['answer_invalid', 2],
        ['answer_invalid', 3],
      ],
    ],
    ['case_id,size\nx,51\n', [['answer_invalid', 2]]],
    ['case_id,signs\nx,a|z\n', [['answer_invalid', 2]]],
    ['case_id,cancer\nx,maybe\n', [['answer_invalid', 2]]],
    [
      'case_id,grade,confidence\nx,1,1.2\ny,1,-0.1\nz,1,"0,9"\nw,1,high\n',
      [2, 3, 4, 5].map((line) => ['confidence_range', line]),
    ],
    ['case_id,grade\nx\n', [['column_count', 2]]],
    ['case_id,grade\nx,"1\n', [['csv_quote_open', 2]]],
    ['case_id,grade\nx\0,1\n', [['file_binary', undefined]]],
  ])('%j is refused, by line', async (text, expected) => {
    const { answers, errors } = await read(text as string);
    expect(answers).toEqual([]);
    expect(errors.map(({ code, line }) => [code, line])).toEqual(expected);
    expect(errors.every((one) => one.message.length > 10)).toBe(true);
  });

  test('says of several labels that none fits, apart from no answer; a class that is called so goes before', async () => {
    const { answers, empty, errors } = await read('case_id,signs\nx,none\ny,\nz, none \n');
    expect(errors).toEqual([]);
    expect(answers.map((one) => [one.externalId, one.answers])).toEqual([
      ['x', { signs: [] }],
      ['z', { signs: [] }],
    ]);
    expect(empty).toBe(1);
    const wrong = await read('case_id,signs,grade\nx,a|none,none\n');
    expect(wrong.errors.map((one) => [one.path, one.message.endsWith('write "none".')])).toEqual([
      ['signs', true],
      ['grade', false],
    ]);
    const own = field('signs', 'multi_label', { options: [{ value: 'none', label: 'No sign' }] });
    const { answers: named } = await readAnswers('case_id,signs\nx,none\n', { ...schema, fields: [own] });
    expect(named.map((one) => one.answers)).toEqual([{ signs: ['none'] }]);
  });

  test('keeps a confidence as four bytes hold it: what is too small for them is 0', async () => {
    const { answers, errors } = await read('case_id,grade,confidence\nx,1,1e-60\ny,1,1.00000001\nz,1,0.9\n');
    expect(errors).toEqual([]);
    expect(answers.map((one) => one.confidence)).toEqual([0, 1, Math.fround(0.9)]);
  });

  test.each(['Jane Doe,2,0.9\nJohn Roe,1,0.9', 'Jane Doe,Jane Doe,2\nJohn Roe,1,1'])(
    'names the columns of a file without a header by number: %j',
    async (text) => {
      const { errors } = await read(text);
      expect(errors[0]?.message.length).toBeGreaterThan(10);
      expect(errors.map((one) => one.code)).toContain('column_missing');
      expect(errors.some((one) => one.message.startsWith('Column 1 names no field'))).toBe(true);
      expect(JSON.stringify(errors)).not.toContain('Jane');
    },
  );

  test('says at most 200 problems and nothing of what a cell holds', async () => {
    const lines = Array.from({ length: 300 }, (_, i) => `Jane Doe ${i},Jane Doe`);
    const { errors } = await read(['case_id,grade', ...lines].join('\n'));
    expect(errors).toHaveLength(201);
    expect(errors.at(-1)?.code).toBe('more_errors');
    expect(JSON.stringify(errors)).not.toContain('Jane');
  });
});
