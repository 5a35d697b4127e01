import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import type { ErrorDetail } from '#server/core/errors.ts';
import { IMPORT_LIMITS } from './schemas.ts';

/** A line of the file as column → cell text, before anything is understood. */
export type RawRow = { line: number; cells: ReadonlyMap<string, string> };

export type RawFile = { columns: string[]; rows: RawRow[]; errors: ErrorDetail[] };

const problem = (code: string, line: number, message: string): ErrorDetail => ({ code, line, message });

/** Rows of a CSV file: RFC 4180, comma separated, header in the first line; BOM and CRLF are fine. */
export async function readCsvRows(text: string): Promise<RawFile> {
  const file: RawFile = { columns: [], rows: [], errors: [] };
  const parser = parse({
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: IMPORT_LIMITS.cellCharacters * 4,
    // Rows are taken here, not from the stream, which loses what it holds when a later line is malformed.
    on_record: (record: string[], { lines }) => {
      takeRecord(file, record, lines - record.reduce((sum, cell) => sum + countNewlines(cell), 0));
      return null;
    },
  });
  parser.resume();
  try {
    // One kind of line end first: the parser counts a CRLF inside quotes as two lines.
    await pipeline(Readable.from(piecesOf(text.replaceAll('\r\n', '\n'))), parser);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    file.errors.push(csvProblem(error));
  }
  return file;
}

/** Small pieces, so that a large file does not hold up everybody else's requests. */
function* piecesOf(text: string): Generator<string> {
  const size = 64 * 1024;
  for (let from = 0; from < text.length; from += size) yield text.slice(from, from + size);
}

function takeRecord(file: RawFile, record: string[], line: number): void {
  const { columns, rows, errors } = file;
  if (columns.length === 0) {
    file.columns = record.map((name) => name.trim());
    errors.push(...headerErrors(file.columns, line));
    return;
  }
  if (errors.length >= IMPORT_LIMITS.errors || rows.length > IMPORT_LIMITS.cases) return;
  if (record.length === columns.length) {
    rows.push({ line, cells: new Map(columns.map((name, index) => [name, record[index] ?? ''])) });
    return;
  }
  errors.push(
    problem(
      'column_count',
      line,
      `This line has ${record.length} cells, the header has ${columns.length}. Check for a missing or stray comma or quote.`,
    ),
  );
}

const countNewlines = (cell: string) => cell.split('\n').length - 1;

function headerErrors(columns: readonly string[], line: number): ErrorDetail[] {
  if (columns.length > IMPORT_LIMITS.columns) {
    return [problem('columns_too_many', line, `A file has at most ${IMPORT_LIMITS.columns} columns.`)];
  }
  return columns.flatMap((name, index) => {
    if (name === '') return [problem('column_unnamed', line, `Column ${index + 1} has no name.`)];
    if (columns.indexOf(name) === index) return [];
    return [problem('column_twice', line, `The column "${name}" is there twice.`)];
  });
}

function csvProblem(error: CsvError): ErrorDetail {
  const line = typeof error.lines === 'number' ? error.lines : 1;
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
    return problem(
      'csv_quote_open',
      line,
      'A quote is opened and never closed. Close it, or double it ("").',
    );
  }
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return problem('csv_line_too_long', line, 'This line is too long. Is a quote missing?');
  }
  return problem('csv_malformed', line, 'This line is not CSV. Put cells with quotes or commas in quotes.');
}

const NESTED = ['text', 'image', 'context', 'subgroup', 'gold'] as const;

/**
 * Rows of a JSONL file: one JSON object per line with `case_id`, `patient_key`, `site`, … and either flat keys
 * (`"text:report"`) or objects (`"text": {"report": "…"}`). Lists join with `|`.
 */
export function readJsonlRows(text: string): RawFile {
  const errors: ErrorDetail[] = [];
  const rows: RawRow[] = [];
  const columns = new Set<string>();
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    if (raw.trim() === '') continue;
    const cells = jsonCells(raw);
    if (typeof cells === 'string') errors.push(problem('json_malformed', line, cells));
    else {
      for (const name of cells.keys()) columns.add(name);
      rows.push({ line, cells });
    }
    if (errors.length >= IMPORT_LIMITS.errors || rows.length > IMPORT_LIMITS.cases) break;
  }
  if (columns.size > IMPORT_LIMITS.columns) {
    errors.push(problem('columns_too_many', 1, `A file has at most ${IMPORT_LIMITS.columns} columns.`));
  }
  return { columns: [...columns], rows, errors };
}

/** The cells of one JSON line, or the sentence that says why it cannot be read. */
function jsonCells(raw: string): Map<string, string> | string {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return 'This line is not JSON. Write one JSON object per line.';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'This line is not a JSON object. Write one object per line.';
  }
  const cells = new Map<string, string>();
  for (const [key, member] of Object.entries(value)) {
    const nested = (NESTED as readonly string[]).includes(key);
    const entries: [string, unknown][] =
      nested && typeof member === 'object' && member !== null && !Array.isArray(member)
        ? Object.entries(member).map(([name, one]) => [`${key}:${name}`, one])
        : [[key, member]];
    for (const [name, one] of entries) {
      const cell = cellText(one);
      if (cell === null)
        return `"${name.slice(0, 80)}" must be text, a number, true, false, null or a list of those.`;
      cells.set(name, cell);
    }
  }
  return cells;
}

function cellText(value: unknown): string | null {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!Array.isArray(value)) return null;
  const parts = value.map((one) => (Array.isArray(one) ? null : cellText(one)));
  return parts.every((part) => part !== null) ? parts.join('|') : null;
}
