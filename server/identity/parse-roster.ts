import { CsvError, parse } from 'csv-parse/sync';
import type { Role } from '#server/command/capabilities.ts';
import { AppError, type ErrorDetail } from '#server/core/errors.ts';
import { rolesOf } from './rules.ts';
import { emailAddress } from './schemas.ts';

export type RosterRow = { line: number; name: string; email: string; role: Role };

export const ROSTER_MAX_BYTES = 1_000_000;
export const ROSTER_MAX_ROWS = 2_000;
const COLUMNS = ['name', 'email', 'role'] as const;

/**
 * Reads a staff list: UTF-8 CSV with the columns name, email, role in any order. All rows or none: throws invalid
 * `roster_unreadable` (not UTF-8, not CSV, empty, wrong head, too large) or `roster_rows_invalid` with every wrong
 * line (1-based, the head is line 1).
 */
export function parseRoster(bytes: Uint8Array): RosterRow[] {
  const [head, ...records] = readRecords(bytes);
  const columns = head?.record.map((cell) => cell.trim().toLowerCase()) ?? [];
  const missing = COLUMNS.filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    throw unreadable(
      `The first line must name the columns name, email, role; ${missing.join(', ')} is missing.`,
    );
  }
  if (records.length === 0) throw unreadable('The file has no people in it, only the line of column names.');
  if (records.length > ROSTER_MAX_ROWS) {
    throw unreadable(
      `The file has ${records.length} people; at most ${ROSTER_MAX_ROWS} go at once. Split it.`,
    );
  }
  const problems: ErrorDetail[] = [];
  const seen = new Map<string, number>();
  const rows = records.flatMap(({ record, line }): RosterRow[] => {
    const found = readRow(record, columns, line);
    const key = `${found.row.email} ${found.row.role}`;
    const earlier = seen.get(key);
    if (found.problems.length === 0 && earlier !== undefined) {
      found.problems.push(
        problem(line, 'email', `The same person and role is on line ${earlier}. Remove one.`),
      );
    }
    seen.set(key, earlier ?? line);
    problems.push(...found.problems);
    return found.problems.length === 0 ? [found.row] : [];
  });
  if (problems.length > 0) {
    throw new AppError({
      kind: 'invalid',
      reason: 'roster_rows_invalid',
      message: `Nobody was invited: ${problems.length} ${problems.length === 1 ? 'thing is' : 'things are'} wrong. Correct the lines and import the whole file again.`,
      details: problems.slice(0, 200),
    });
  }
  return rows;
}

function readRow(
  record: readonly string[],
  columns: readonly string[],
  line: number,
): { row: RosterRow; problems: ErrorDetail[] } {
  const cell = (column: string) => record[columns.indexOf(column)]?.trim() ?? '';
  const problems: ErrorDetail[] = [];
  if (record.length !== columns.length) {
    const text = `This line has ${record.length} cells, the first line ${columns.length}. A comma inside a cell needs quotes around it.`;
    return {
      row: { line, name: '', email: '', role: 'vendor_annotator' },
      problems: [problem(line, 'row', text)],
    };
  }
  const name = cell('name');
  if (name === '' || name.length > 120)
    problems.push(problem(line, 'name', 'Write a name of 1 to 120 characters.'));
  const email = emailAddress.safeParse(cell('email'));
  if (!email.success) problems.push(problem(line, 'email', 'This is not a full e-mail address.'));
  const role = rolesOf('vendor').find((known) => known === cell('role').toLowerCase());
  if (role === undefined) {
    problems.push(problem(line, 'role', `Unknown role. Use one of ${rolesOf('vendor').join(', ')}.`));
  }
  return { row: { line, name, email: email.data ?? '', role: role ?? 'vendor_annotator' }, problems };
}

function problem(line: number, column: string, message: string): ErrorDetail {
  return { code: `rows.${line}.${column}`, message, path: column, line };
}

function readRecords(bytes: Uint8Array): { record: string[]; line: number }[] {
  if (bytes.byteLength > ROSTER_MAX_BYTES) throw unreadable('The file is larger than 1 MB. Split it.');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable('The file is not UTF-8 text. Save it as "CSV UTF-8" and import it again.', cause);
  }
  if (text.trim() === '') throw unreadable('The file is empty.');
  try {
    const parsed = parse(text, { bom: true, info: true, relax_column_count: true, skip_empty_lines: true });
    return (parsed as unknown as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => ({
      record,
      line: info.lines,
    }));
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = typeof cause.lines === 'number' ? ` near line ${cause.lines}` : '';
    throw unreadable(`The file is not well-formed CSV${line}. Check for a quote that is not closed.`, cause);
  }
}

function unreadable(message: string, cause?: unknown): AppError {
  return new AppError({ kind: 'invalid', reason: 'roster_unreadable', message, ...(cause ? { cause } : {}) });
}
