import type { ErrorDetail } from '#server/core/errors.ts';
import { inTurns } from '#server/core/in-turns.ts';
import { type RawRow, readCsvRows } from '#server/datasets/raw-rows.ts';
import { IMPORT_LIMITS } from '#server/datasets/schemas.ts';
import { canonicalAnswers, parseAnswer, validateAnswers } from '#server/protocols/rules.ts';
import type { Answers, LabelField, LabelSchema } from '#server/protocols/schemas.ts';
import { MODEL_LIMITS } from './schemas.ts';

/** A line of the file: what the model answered on one case. */
export type ReadAnswer = { line: number; externalId: string; answers: Answers; confidence: number | null };

export type ReadAnswers = {
  answers: ReadAnswer[];
  /** Lines without an answer in any field. */
  empty: number;
  /** Fields that the file has columns for, in the protocol’s order. */
  fields: LabelField[];
  errors: ErrorDetail[];
};

/**
 * Reads a file of a model’s answers: `case_id`, a column for each field by its key (`answer:KEY` where the key is the name of another
 * column), `confidence` where there is one. In a field of several labels `NONE` says that none of them fits. Either every line is good, or
 * `errors` says line by line what to mend (at most 200). Messages name lines and columns, never what a cell holds: it could be PHI.
 */
export async function readAnswers(text: string, schema: LabelSchema): Promise<ReadAnswers> {
  const failed = (errors: ErrorDetail[]) => ({ answers: [], empty: 0, fields: [], errors: cap(errors) });
  const alone = (code: string, message: string) => failed([{ code, message }]);
  if (text.includes('\0'))
    return alone('file_binary', 'The file is not a text file. Choose a CSV file in UTF-8.');
  const raw = await readCsvRows(text);
  if (raw.columns.length === 0 && raw.errors.length === 0)
    return alone('file_empty', 'The file has no lines. It needs a header line and at least one case.');
  const { columns, errors: columnErrors } = understand(raw.columns, schema);
  if (columnErrors.length > 0) return failed([...withoutCells(raw), ...columnErrors]);
  if (raw.rows.length === 0 && raw.errors.length === 0)
    return alone('file_empty', 'The file has a header but no cases.');
  if (raw.rows.length > MODEL_LIMITS.answers)
    return alone('answers_too_many', 'A file has at most 200,000 cases. Import a version for each dataset.');
  const errors = [...raw.errors];
  const read: ReadAnswer[] = [];
  await inTurns(raw.rows, (row) => read.push(readLine(row, columns, errors)));
  errors.push(...twice(read));
  if (errors.length > 0) return failed(errors);
  const answers = read.filter((one) => Object.keys(one.answers).length > 0);
  if (answers.length === 0)
    return alone('file_without_answers', 'No line of the file has an answer in any field.');
  return {
    answers,
    empty: read.length - answers.length,
    fields: schema.fields.filter((field) => columns.some((one) => one.field.key === field.key)),
    errors: [],
  };
}

type Column = { name: string; field: LabelField; alone: LabelSchema };

const RESERVED = ['case_id', 'confidence'];

/** What a cell holds where the model says of several labels that none fits; an empty cell is no answer. A class of that name goes before. */
const NONE = 'none';

const hasNone = ({ type, options }: LabelField) =>
  type === 'multi_label' && !(options ?? []).some((one) => one.value === NONE);

/** Whether the first line names columns. Else it may be a case’s own, and what it holds is not repeated. */
const isHeader = (names: readonly string[]) => names.includes('case_id');

function withoutCells({ columns, errors }: { columns: readonly string[]; errors: ErrorDetail[] }) {
  if (isHeader(columns)) return errors;
  return errors.map((one) =>
    one.code === 'column_twice' ? { ...one, message: 'Two columns of the first line are named alike.' } : one,
  );
}

function understand(names: readonly string[], schema: LabelSchema) {
  const errors: ErrorDetail[] = [];
  const error = (code: string, message: string) => errors.push({ code, line: 1, message });
  if (!isHeader(names))
    error(
      'column_missing',
      'The column "case_id" is missing from the first line. It holds your own case ids, as in the dataset.',
    );
  const columns: Column[] = [];
  for (const [index, name] of names.entries()) {
    if (RESERVED.includes(name) || names.indexOf(name) < index) continue;
    const key = name.startsWith('answer:') ? name.slice('answer:'.length).trim() : name;
    const field = schema.fields.find((one) => one.key === key);
    if (field === undefined)
      error(
        'column_unknown',
        `${isHeader(names) ? `The column "${name.slice(0, 80)}"` : `Column ${index + 1}`} names no field of the protocol. Its fields are: ${schema.fields.map((one) => one.key).join(', ')}.`,
      );
    else if (field.type === 'text')
      error('field_text', `"${key}" is free text, which is not held against labels. Leave the column out.`);
    else if (columns.some((one) => one.field.key === key))
      error('column_twice', `The field "${key}" has two columns.`);
    // Alone, so that nothing is required of it: a model may answer a part.
    else {
      const { requiredIf: _never, ...rest } = field;
      const own = { fields: [{ ...rest, required: false }], rules: [], gatedFields: [] };
      columns.push({ name, field, alone: own });
    }
  }
  if (columns.length === 0 && errors.length === 0)
    error('column_missing', 'The file has no answers: add a column named as a field of the protocol.');
  return { columns, errors };
}

function readLine({ line, cells }: RawRow, columns: readonly Column[], errors: ErrorDetail[]): ReadAnswer {
  const error = (code: string, path: string, message: string) => errors.push({ code, line, path, message });
  const cell = (name: string) => (cells.get(name) ?? '').trim();
  const externalId = cell('case_id');
  if (externalId === '') error('cell_missing', 'case_id', '"case_id" is empty. Every line needs it.');
  const answers: Answers = {};
  for (const { name, field, alone } of columns) {
    if (hasNone(field) && cell(name) === NONE) {
      answers[field.key] = [];
      continue;
    }
    const parsed = parseAnswer(field, cell(name));
    if (parsed === undefined) continue;
    const value = Array.isArray(parsed) ? [...new Set(parsed)] : parsed;
    const faults = validateAnswers(alone, { [field.key]: value });
    const orNone = hasNone(field) ? ` Where none of them fits, write "${NONE}".` : '';
    for (const fault of faults) error('answer_invalid', name, `${fault.message}${orNone}`);
    if (faults.length === 0) Object.assign(answers, canonicalAnswers(alone, { [field.key]: value }));
  }
  return { line, externalId, answers, confidence: confidenceOf(cell('confidence'), error) };
}

function confidenceOf(
  cell: string,
  error: (code: string, path: string, message: string) => void,
): number | null {
  if (cell === '') return null;
  // As it is kept, in four bytes: what is too small for them is 0.
  const value = Math.fround(/^\d*\.?\d+([eE][+-]?\d+)?$/.test(cell) ? Number(cell) : Number.NaN);
  if (value >= 0 && value <= 1) return value;
  error(
    'confidence_range',
    'confidence',
    'A confidence is a number from 0 to 1 with a point, for example 0.93.',
  );
  return null;
}

function twice(read: readonly ReadAnswer[]): ErrorDetail[] {
  const lines = new Map<string, number>();
  return read.flatMap(({ line, externalId }) => {
    const before = lines.get(externalId);
    if (externalId === '') return [];
    if (before === undefined) {
      lines.set(externalId, line);
      return [];
    }
    const message = `The case of this line is in line ${before} already. A model has one answer to a case.`;
    return [{ code: 'case_twice', line, path: 'case_id', message }];
  });
}

/** At most 200, by line. */
export function cap(errors: readonly ErrorDetail[]): ErrorDetail[] {
  const sorted = errors.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
  if (sorted.length <= IMPORT_LIMITS.errors) return sorted;
  const message = 'More problems are not listed. Mend these first.';
  return [...sorted.slice(0, IMPORT_LIMITS.errors), { code: 'more_errors', message }];
}
