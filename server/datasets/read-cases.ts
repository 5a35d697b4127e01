import type { ErrorDetail } from '#server/core/errors.ts';
import { goldFaults } from '#server/gold/rules.ts';
import type { GoldAnswers, GoldSource } from '#server/gold/schemas.ts';
import { parseAnswer } from '#server/protocols/rules.ts';
import type { AnswerValue, LabelField, LabelSchema } from '#server/protocols/schemas.ts';
import { type Columns, understandColumns } from './columns.ts';
import { decodeText } from './decode-text.ts';
import { type RawRow, readCsvRows, readJsonlRows } from './raw-rows.ts';
import { IMPORT_LIMITS } from './schemas.ts';

export type ParsedAsset =
  | { kind: 'text'; name: string; text: string }
  | { kind: 'image'; name: string; imageName: string };

export type ParsedCase = {
  line: number;
  externalId: string;
  patientKey: string;
  site: string;
  split: string | null;
  subgroups: Record<string, string>;
  context: Record<string, string>;
  assets: ParsedAsset[];
  gold: { answers: GoldAnswers; source: GoldSource } | null;
};

export type ReadCases = { cases: ParsedCase[]; errors: ErrorDetail[] };

/**
 * Reads an uploaded file of cases (R3). Either every line is good, or `errors` says line by line what to mend (at most
 * 200) and nothing may be stored. Messages name lines and columns, never what a cell holds: it could be PHI.
 */
export async function readCases(input: {
  bytes: Uint8Array;
  format: 'csv' | 'jsonl';
  schema: LabelSchema | null;
  imageNames: ReadonlySet<string>;
}): Promise<ReadCases> {
  const text = decodeText(input.bytes);
  const raw = input.format === 'csv' ? await readCsvRows(text) : readJsonlRows(text);
  if (raw.columns.length === 0 && raw.errors.length === 0) {
    return nothing(
      'file_empty',
      'The file has no lines. Upload a file with a header line and at least one case.',
    );
  }
  // In JSONL the lines carry the columns: where no line could be read, none is missing.
  if (input.format === 'jsonl' && raw.rows.length === 0 && raw.errors.length > 0)
    return { cases: [], errors: cap(raw.errors) };
  const { columns, errors: columnErrors } = understandColumns(raw.columns, input.schema);
  // A line error in JSONL can be why a column is missing; a CSV header stands by itself.
  if (columnErrors.length > 0)
    return { cases: [], errors: cap([...raw.errors, ...columnErrors].sort(byLine)) };
  if (raw.rows.length === 0 && raw.errors.length === 0) {
    return nothing('file_empty', 'The file has a header but no cases.');
  }
  if (raw.rows.length > IMPORT_LIMITS.cases) {
    return nothing('cases_too_many', 'A file has at most 200,000 cases. Split it into several datasets.');
  }
  const reader = caseReader(columns, input.schema, input.imageNames);
  const cases = raw.rows.map((row) => reader.read(row));
  const errors = [...raw.errors, ...reader.errors, ...acrossLines(cases)];
  return errors.length > 0 ? { cases: [], errors: cap(errors.sort(byLine)) } : { cases, errors: [] };
}

const byLine = (a: ErrorDetail, b: ErrorDetail) => (a.line ?? 0) - (b.line ?? 0);

const nothing = (code: string, message: string): ReadCases => ({ cases: [], errors: [{ code, message }] });

function cap(errors: ErrorDetail[]): ErrorDetail[] {
  if (errors.length <= IMPORT_LIMITS.errors) return errors;
  return [
    ...errors.slice(0, IMPORT_LIMITS.errors),
    { code: 'more_errors', message: 'More problems are not listed. Mend these first.' },
  ];
}

function caseReader(columns: Columns, schema: LabelSchema | null, imageNames: ReadonlySet<string>) {
  const errors: ErrorDetail[] = [];
  const read = ({ line, cells }: RawRow): ParsedCase => {
    const error = (code: string, message: string, path?: string) =>
      errors.push({ code, message, line, ...(path === undefined ? {} : { path }) });
    const cell = (name: string) => (cells.get(name) ?? '').trim();
    for (const name of ['case_id', 'patient_key', 'site']) {
      if (cell(name) === '') error('cell_missing', `"${name}" is empty. Every case needs it.`, name);
      else if (cell(name).length > 200)
        error('cell_too_long', `"${name}" has more than 200 characters.`, name);
    }
    for (const [name, value] of cells) {
      if (value.includes('\0')) {
        error('cell_character', `"${name}" holds a zero character, which is no text. Remove it.`, name);
      }
      if (value.length > IMPORT_LIMITS.cellCharacters) {
        error('cell_too_long', `"${name}" has more than 100,000 characters.`, name);
      }
    }
    const assets = assetsOf(columns, cells, imageNames, error);
    return {
      line,
      externalId: cell('case_id'),
      patientKey: cell('patient_key'),
      site: cell('site'),
      split: cell('split') || null,
      subgroups: Object.fromEntries(columns.subgroups.map((name) => [name, cell(`subgroup:${name}`)])),
      context: Object.fromEntries(
        columns.contexts.flatMap((name) => {
          const value = cell(`context:${name}`);
          return value === '' ? [] : [[name, value]];
        }),
      ),
      assets,
      gold: schema === null ? null : goldOf(columns, schema, cell, error),
    };
  };
  return { read, errors };
}

type Report = (code: string, message: string, path?: string) => void;

function assetsOf(
  columns: Columns,
  cells: ReadonlyMap<string, string>,
  imageNames: ReadonlySet<string>,
  error: Report,
): ParsedAsset[] {
  const assets: ParsedAsset[] = [];
  for (const name of columns.images) {
    const imageName = (cells.get(`image:${name}`) ?? '').trim();
    if (imageName === '') continue;
    if (imageNames.has(imageName)) assets.push({ kind: 'image', name, imageName });
    else {
      error(
        'image_missing',
        `"image:${name}" names a file that was not uploaded. Upload it with the file of cases.`,
        `image:${name}`,
      );
    }
  }
  for (const name of columns.texts) {
    const text = cells.get(`text:${name}`) ?? '';
    if (text.trim() !== '') assets.push({ kind: 'text', name, text });
  }
  if (assets.length === 0)
    error('case_empty', 'The case has nothing to read: all its text and image cells are empty.');
  if (assets.length > IMPORT_LIMITS.assetsPerCase) error('assets_too_many', 'A case has at most 20 assets.');
  return assets;
}

const SOURCES: readonly GoldSource[] = ['panel', 'pathology', 'follow_up', 'external'];

function goldOf(
  columns: Columns,
  schema: LabelSchema,
  cell: (name: string) => string,
  error: Report,
): ParsedCase['gold'] {
  const answers: GoldAnswers = {};
  for (const key of columns.golds) {
    const field = schema.fields.find((one) => one.key === key);
    const values = field ? goldValues(field, cell(`gold:${key}`)) : [];
    if (values.length > 0) answers[key] = values;
  }
  const source = SOURCES.find((one) => one === cell('gold_source'));
  if (Object.keys(answers).length === 0) {
    if (cell('gold_source') !== '')
      error('gold_missing', '"gold_source" is given, but no gold answer.', 'gold_source');
    return null;
  }
  for (const { path, message } of goldFaults(schema, answers)) error('gold_invalid', message, `gold:${path}`);
  if (source === undefined) {
    error('gold_source_unknown', `"gold_source" must be one of: ${SOURCES.join(', ')}.`, 'gold_source');
    return null;
  }
  return { answers, source };
}

/** An ordinal cell may hold a set of acceptable levels, `2|3` (R7). */
function goldValues(field: LabelField, cell: string): AnswerValue[] {
  if (field.type !== 'ordinal') {
    const value = parseAnswer(field, cell);
    return value === undefined ? [] : [value];
  }
  return cell
    .split('|')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** What only shows when lines are compared: the same case twice, one patient in two splits (R3). */
function acrossLines(cases: readonly ParsedCase[]): ErrorDetail[] {
  const errors: ErrorDetail[] = [];
  const lineOfCase = new Map<string, number>();
  const splitOfPatient = new Map<string, { line: number; split: string | null }>();
  for (const { line, externalId, patientKey, split } of cases) {
    if (externalId !== '') {
      const before = lineOfCase.get(externalId);
      if (before === undefined) lineOfCase.set(externalId, line);
      else {
        errors.push({
          code: 'case_twice',
          line,
          path: 'case_id',
          message: `The same case_id is in line ${before}.`,
        });
      }
    }
    if (patientKey === '') continue;
    const other = splitOfPatient.get(patientKey);
    if (other === undefined) splitOfPatient.set(patientKey, { line, split });
    else if (other.split !== split) {
      errors.push({
        code: 'patient_in_two_splits',
        line,
        path: 'split',
        message: `The patient of this line is in another split in line ${other.line}. Keep all cases of a patient in one split.`,
      });
    }
  }
  return errors;
}
