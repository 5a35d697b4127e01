import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type CsvRow, RowReader } from './csv-rows.ts';
import { CsvProblem } from './problem.ts';
import { notUtf8, unfinishedBytes, validLength } from './utf8.ts';

const chunkBytes = 1 << 20;
const longestRow = 1 << 20;

/** The file as the user meant it: relative to where the command was typed. */
export function pathOf(file: string): string {
  return resolve(process.env.INIT_CWD ?? process.cwd(), file);
}

/** Whether the file can be read a second time, unlike a pipe. */
export function isReadableAgain(file: string): boolean {
  return statSync(pathOf(file), { throwIfNoEntry: false })?.isFile() === true;
}

/**
 * Streams a CSV file (RFC 4180: quotes, doubled quotes, line breaks in quotes, LF or CRLF, UTF-8 with or without BOM) and calls `onRow`
 * for every data row with the cells of the `columns` asked for, whatever their order in the header; names ending in "?" are optional and
 * give "" when absent. Blank lines are skipped; cells keep the white space around them. Memory does not grow with the file.
 *
 * Throws `CsvProblem` with line and column for an unreadable, empty or non-UTF-8 file, a missing or repeated column, a row with
 * too few or too many cells, a quote inside a cell that does not begin with one, text after a closing quote, a quote that is never
 * closed, and a carriage return that ends no line.
 */
export function scanCsv(file: string, columns: readonly string[], onRow: (row: CsvRow) => void): void {
  let handle: number;
  try {
    handle = openSync(pathOf(file), 'r');
  } catch (cause) {
    throw new CsvProblem(file, null, null, `cannot be opened: ${whyNot(cause)}`);
  }
  try {
    scanOpenFile(file, handle, columns, onRow);
  } finally {
    closeSync(handle);
  }
}

function scanOpenFile(
  file: string,
  handle: number,
  columns: readonly string[],
  onRow: (row: CsvRow) => void,
): void {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const buffer = Buffer.allocUnsafe(chunkBytes);
  const rows = new RowReader(file, columns, onRow);
  let rest = '';
  let unfinished: Buffer = Buffer.alloc(0);
  for (;;) {
    const length = readChunk(file, handle, buffer);
    const piece = buffer.subarray(0, length);
    const bytes = unfinished.length === 0 ? piece : Buffer.concat([unfinished, piece]);
    let text: string;
    try {
      text = rest + decoder.decode(piece, { stream: length > 0 });
    } catch {
      refuseText(rows, rest, bytes);
    }
    unfinished = unfinishedBytes(bytes);
    const used = rows.take(text, length === 0);
    rest = text.slice(used);
    if (length === 0) break;
    if (rest.length > longestRow) rows.refuseLongRow();
  }
  rows.finish();
}

function readChunk(file: string, handle: number, buffer: Buffer): number {
  try {
    return readSync(handle, buffer, 0, buffer.length, null);
  } catch (cause) {
    throw new CsvProblem(file, null, null, `cannot be read: ${whyNot(cause)}`);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'reading it is not permitted',
};

function whyNot(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
  return reasons[code] === undefined ? code : `${reasons[code]} (${code})`;
}

/** Refuses the first of `bytes` that is no UTF-8 with its place, or what is wrong in the rows before it. */
function refuseText(rows: RowReader, rest: string, bytes: Buffer): never {
  const valid = validLength(bytes);
  const before = bytes.subarray(0, valid).toString();
  const isStart = rows.line === 1 && rest === '';
  rows.refuseAfter(rest + (isStart ? before.replace(/^\ufeff/, '') : before), notUtf8(bytes, valid));
}
