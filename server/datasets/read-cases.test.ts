import { describe, expect, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { isAppError } from '#server/core/errors.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { decodeText } from './decode-text.ts';
import { readCases } from './read-cases.ts';

const schema: LabelSchema = {
  fields: [
    gradeField(),
    { key: 'cancer', label: 'Cancer', type: 'boolean', definition: 'Any cancer.', required: false },
  ],
  rules: [
    {
      key: 'grade_needs_cancer',
      message: 'A grade above 0 needs a cancer.',
      when: { field: 'grade', op: 'at_least', value: '1' },
      must: { field: 'cancer', op: 'is', value: true },
    },
  ],
  gatedFields: ['grade'],
};

const HEAD = 'case_id,patient_key,site,split,text:report\n';
const csv = (body: string, options: { schema?: LabelSchema | null; images?: string[] } = {}) =>
  readCases({
    bytes: new TextEncoder().encode(body),
    format: 'csv',
    schema: options.schema === undefined ? schema : options.schema,
    imageNames: new Set(options.images ?? []),
  });
const jsonl = (body: string) =>
  readCases({ bytes: new TextEncoder().encode(body), format: 'jsonl', schema, imageNames: new Set() });

/** [code, line] of each problem. */
const problems = ({ errors }: Awaited<ReturnType<typeof readCases>>) => errors.map((e) => [e.code, e.line]);

describe('a good file is read whole', () => {
  test('byte order mark, CRLF, quotes, several lines in a cell, blank lines and columns of every kind', async () => {
    const body = [
      '\uFEFFcase_id,patient_key,site,split,text:report,image:view,context:age band,subgroup:sex,gold:grade,gold:cancer,gold_source',
      'c1,p1,north,train,"Two lines,',
      'one cell ""quoted""",a.png,60-69,F,2|3,yes,pathology',
      '',
      'c2,p2,south,test,Short,,,M,,,',
      '',
    ].join('\r\n');
    const { cases, errors } = await csv(body, { images: ['a.png'] });
    expect(errors).toEqual([]);
    expect(cases).toEqual([
      {
        line: 2,
        externalId: 'c1',
        patientKey: 'p1',
        site: 'north',
        split: 'train',
        subgroups: { sex: 'F' },
        context: { 'age band': '60-69' },
        assets: [
          { kind: 'image', name: 'view', imageName: 'a.png' },
          { kind: 'text', name: 'report', text: 'Two lines,\none cell "quoted"' },
        ],
        gold: { answers: { grade: ['2', '3'], cancer: [true] }, source: 'pathology' },
      },
      expect.objectContaining({ line: 5, externalId: 'c2', subgroups: { sex: 'M' }, gold: null }),
    ]);
  });

  test('JSONL takes flat and nested keys, typed gold and lists', async () => {
    const { cases, errors } = await jsonl(
      [
        JSON.stringify({
          case_id: 7,
          patient_key: 'p',
          site: 's',
          text: { report: 'R' },
          gold: { grade: ['1', '2'], cancer: true },
          gold_source: 'panel',
        }),
        '{"case_id":"8","patient_key":"q","site":"s","text:report":"T"}',
      ].join('\n'),
    );
    expect(errors).toEqual([]);
    expect(cases.map((one) => [one.externalId, one.gold?.answers])).toEqual([
      ['7', { grade: ['1', '2'], cancer: [true] }],
      ['8', undefined],
    ]);
  });
});

describe('bad input: nothing is read, every problem has its line', () => {
  test.each<[string, string, [string, number | undefined][]]>([
    ['only a header', HEAD, [['file_empty', undefined]]],
    ['only blank lines', '\n\n\n', [['file_empty', undefined]]],
    [
      'no patient_key and no site',
      'case_id,text:report\nc1,x\n',
      [
        ['column_missing', 1],
        ['column_missing', 1],
      ],
    ],
    ['an unknown column', 'case_id,patient_key,site,text:r,age\nc,p,s,x,4\n', [['column_unknown', 1]]],
    ['a column twice', 'case_id,patient_key,site,text:r,text:r\nc,p,s,x,y\n', [['column_twice', 1]]],
    ['nothing to read', 'case_id,patient_key,site\nc,p,s\n', [['asset_missing', 1]]],
    ['a line with a cell too few', `${HEAD}c1,p1,s,train\nc2,p2,s,train,x\n`, [['column_count', 2]]],
    ['a quote that is never closed', `${HEAD}c1,p1,s,train,"x\nc2,p2,s,train,y\n`, [['csv_quote_open', 3]]],
    ['a stray quote', `${HEAD}c1,p1,s,train,ab"c"d\n`, [['csv_malformed', 2]]],
    ['duplicate case ids', `${HEAD}c1,p1,s,train,x\nc2,p2,s,train,y\nc1,p3,s,train,z\n`, [['case_twice', 4]]],
    [
      'one patient in two splits',
      `${HEAD}c1,p1,s,train,x\nc2,p1,s,test,y\nc3,p1,s,,z\n`,
      [
        ['patient_in_two_splits', 3],
        ['patient_in_two_splits', 4],
      ],
    ],
    [
      'empty required cells',
      `${HEAD},p1,s,train,x\nc2,,,train,y\n`,
      [
        ['cell_missing', 2],
        ['cell_missing', 3],
        ['cell_missing', 3],
      ],
    ],
    ['a case without content', `${HEAD}c1,p1,s,train,  \n`, [['case_empty', 2]]],
    [
      'an image that was not uploaded',
      'case_id,patient_key,site,image:v\nc1,p1,s,gone.png\n',
      [
        ['image_missing', 2],
        ['case_empty', 2],
      ],
    ],
    [
      'an unknown label in gold',
      'case_id,patient_key,site,text:r,gold:grade,gold_source\nc1,p1,s,x,9,panel\n',
      [['gold_invalid', 2]],
    ],
    [
      'a cross-field rule broken by gold',
      'case_id,patient_key,site,text:r,gold:grade,gold:cancer,gold_source\nc1,p1,s,x,3,no,panel\n',
      [['gold_invalid', 2]],
    ],
    [
      'gold of an unknown source',
      'case_id,patient_key,site,text:r,gold:grade,gold_source\nc1,p1,s,x,3,hearsay\nc2,p2,s,x,3,\n',
      [
        ['gold_source_unknown', 2],
        ['gold_source_unknown', 3],
      ],
    ],
    [
      'gold without the source column',
      'case_id,patient_key,site,text:r,gold:grade\nc1,p1,s,x,3\n',
      [['gold_source_missing', 1]],
    ],
    [
      'gold for a field the protocol does not have',
      'case_id,patient_key,site,text:r,gold:size,gold_source\nc1,p1,s,x,3,panel\n',
      [['gold_field_unknown', 1]],
    ],
  ])('%s', async (_name, body, expected) => {
    const result = await csv(body);
    expect(problems(result)).toEqual(expected);
    expect(result.cases).toEqual([]);
  });

  test('gold before there is a protocol', async () => {
    const body = 'case_id,patient_key,site,text:r,gold:grade,gold_source\nc1,p1,s,x,3,panel\n';
    expect(problems(await csv(body, { schema: null }))).toEqual([['gold_without_protocol', 1]]);
  });

  test('JSONL: a line that is not JSON, not an object, or holds an object in a cell', async () => {
    const result = await jsonl(
      '{"case_id":"1","patient_key":"p","site":"s","text:r":"x"}\nnot json\n[1]\n{"case_id":{"a":1}}\n',
    );
    expect(problems(result)).toEqual([
      ['json_malformed', 2],
      ['json_malformed', 3],
      ['json_malformed', 4],
    ]);
  });

  test('at most 200 problems are listed, then it says there are more', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => `c${i},,s,train,x`).join('\n');
    const { errors } = await csv(HEAD + rows);
    expect(errors).toHaveLength(201);
    expect(errors.at(-1)?.code).toBe('more_errors');
  });

  test('messages never repeat what a cell holds', async () => {
    const secret = 'JaneRoe1960';
    const { errors } = await csv(`${HEAD}${secret},${secret},s,train,x\n${secret},${secret},s,test,y\n`);
    expect(errors.length).toBeGreaterThan(0);
    expect(JSON.stringify(errors)).not.toContain(secret);
  });
});

describe('encoding', () => {
  const refusal = (bytes: Uint8Array) => {
    try {
      decodeText(bytes);
    } catch (error) {
      if (isAppError(error))
        return { reason: error.reason, line: error.details[0]?.line, message: error.message };
      throw error;
    }
    return null;
  };
  test('Latin-1 is refused with the line and byte of its first umlaut', () => {
    const bytes = Uint8Array.from([...new TextEncoder().encode('a,b\nläng\nM'), 0xfc, 0x6c, 0x6c]);
    const found = refusal(bytes);
    expect(found).toMatchObject({ reason: 'file_encoding', line: 3 });
    expect(found?.message).toContain(`byte ${new TextEncoder().encode('a,b\nläng\nM').length + 1},`);
  });
  test('a letter cut off at the end of the file is refused', () => {
    expect(refusal(Uint8Array.from([0x61, 0xc3]))).toMatchObject({ reason: 'file_encoding', line: 1 });
  });
  test.each([
    ['an empty file', new Uint8Array(), 'file_empty'],
    ['UTF-16', Uint8Array.from([0xff, 0xfe, 0x61, 0]), 'file_encoding'],
    ['a binary file', Uint8Array.from([0x50, 0x4b, 3, 4, 0, 0]), 'file_binary'],
  ])('%s', (_name, bytes, reason) => {
    expect(refusal(bytes)?.reason).toBe(reason);
  });
  test('UTF-8 of every width is taken', () => {
    expect(decodeText(new TextEncoder().encode('aé漢😀'))).toBe('aé漢😀');
  });
});
