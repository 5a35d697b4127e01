import { closeSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';

/** A file that cannot be used, with the place; the command prints it and ends with exit code 2. */
export class CsvProblem extends Error {
  constructor(file: string, line: number | null, column: string | null, message: string) {
    super(
      `${file}${line === null ? '' : `:${line}`}${column === null ? '' : `, column ${column}`}: ${message}`,
    );
    this.name = 'CsvProblem';
  }
}

export type CsvRow = {
  /** Cells of the wanted columns, in the order they were asked for; reused between rows. */
  readonly cells: readonly string[];
  /** 1-based line on which the row starts. */
  readonly line: number;
};

const chunkBytes = 1 << 20;
const longestRow = 1 << 20;

/**
 * Streams a CSV file (RFC 4180: quotes, doubled quotes, line breaks in quotes, LF or CRLF, UTF-8 with or without BOM) and calls `onRow`
 * for every data row with the cells of the `columns` asked for, whatever their order in the header; names ending in "?" are optional and
 * give "" when absent. Blank lines are skipped. Memory does not grow with the file.
 *
 * Throws `CsvProblem` with line and column for an unreadable, empty or non-UTF-8 file, a missing or repeated column, a row with
 * too few or too many cells, and a quote that is never closed.
 */
export function scanCsv(file: string, columns: readonly string[], onRow: (row: CsvRow) => void): void {
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), file);
  let handle: number;
  try {
    handle = openSync(path, 'r');
  } catch (cause) {
    throw new CsvProblem(
      file,
      null,
      null,
      `cannot be opened (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`,
    );
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
  for (;;) {
    const length = readChunk(file, handle, buffer);
    let text: string;
    try {
      text = rest + decoder.decode(buffer.subarray(0, length), { stream: length > 0 });
    } catch {
      throw new CsvProblem(
        file,
        rows.line + lineOfBadByte(rest, buffer.subarray(0, length)),
        null,
        'expected UTF-8 text',
      );
    }
    const used = rows.take(text, length === 0);
    rest = text.slice(used);
    if (length === 0) break;
    if (rest.length > longestRow) {
      throw new CsvProblem(file, rows.line, null, 'expected the row to end; a quote may never be closed');
    }
  }
  rows.finish();
}

function readChunk(file: string, handle: number, buffer: Buffer): number {
  try {
    return readSync(handle, buffer, 0, buffer.length, null);
  } catch (cause) {
    throw new CsvProblem(
      file,
      null,
      null,
      `cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`,
    );
  }
}

/** Lines between the last complete row and the first line of `bytes` that is not UTF-8. */
function lineOfBadByte(rest: string, bytes: Buffer): number {
  let line = rest.split('\n').length - 1;
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    line += 1;
    start = end + 1;
  }
  return line;
}

/** Splits text into rows and hands the wanted cells on. */
class RowReader {
  /** 1-based line of the next row. */
  line = 1;
  private readonly file: string;
  private readonly columns: readonly string[];
  private readonly onRow: (row: CsvRow) => void;
  private headerLength = 0;
  private positions: number[] = [];
  private readonly cells: string[];
  private nRows = 0;

  constructor(file: string, columns: readonly string[], onRow: (row: CsvRow) => void) {
    this.file = file;
    this.columns = columns;
    this.onRow = onRow;
    this.cells = columns.map(() => '');
  }

  /** Consumes the complete rows of `text` and returns how many characters that were. */
  take(text: string, isEnd: boolean): number {
    let start = 0;
    let quote = text.indexOf('"');
    while (start < text.length) {
      if (quote >= 0 && quote < start) quote = text.indexOf('"', start);
      const newline = text.indexOf('\n', start);
      if (quote >= 0 && (newline < 0 || quote < newline)) {
        const next = this.takeQuoted(text, start, isEnd);
        if (next < 0) return start;
        start = next;
        continue;
      }
      if (newline < 0 && !isEnd) return start;
      const end = newline < 0 ? text.length : newline;
      const stop = end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
      if (stop > start) this.takePlain(text, start, stop);
      this.line += 1;
      start = end + 1;
    }
    return text.length;
  }

  finish(): void {
    if (this.headerLength === 0) {
      throw new CsvProblem(
        this.file,
        1,
        null,
        `the file is empty; expected a header with ${this.expected()}`,
      );
    }
    if (this.nRows === 0) throw new CsvProblem(this.file, this.line, null, 'expected at least one data row');
  }

  private takePlain(text: string, start: number, stop: number): void {
    if (this.headerLength === 0) {
      this.takeHeader(text.slice(start, stop).split(','));
      return;
    }
    let column = 0;
    let from = start;
    for (;;) {
      const comma = text.indexOf(',', from);
      const isLast = comma < 0 || comma >= stop;
      const to = isLast ? stop : comma;
      const wanted = this.positions[column];
      if (wanted !== undefined && wanted >= 0) this.cells[wanted] = text.slice(from, to);
      column += 1;
      if (isLast) break;
      from = to + 1;
    }
    this.emit(column);
  }

  /** Reads one row that holds a quote; −1 when it is not complete yet. */
  private takeQuoted(text: string, start: number, isEnd: boolean): number {
    const cells: string[] = [];
    let cell = '';
    let at = start;
    let lines = 1;
    let isQuoted = false;
    let isDone = false;
    while (at < text.length && !isDone) {
      const char = text[at] as string;
      if (isQuoted) {
        if (char === '"' && at + 1 >= text.length && !isEnd) return -1;
        if (char === '"' && text[at + 1] === '"') {
          cell += '"';
          at += 1;
        } else if (char === '"') isQuoted = false;
        else {
          if (char === '\n') lines += 1;
          cell += char;
        }
      } else if (char === '"' && cell === '') isQuoted = true;
      else if (char === ',') {
        cells.push(cell);
        cell = '';
      } else if (char === '\n') isDone = true;
      else cell += char;
      at += 1;
    }
    if (!isDone && !isEnd) return -1;
    if (isQuoted)
      throw new CsvProblem(this.file, this.line, null, 'expected a closing quote before the end of the file');
    cells.push(cell.endsWith('\r') ? cell.slice(0, -1) : cell);
    if (this.headerLength === 0) this.takeHeader(cells);
    else {
      for (const [column, value] of cells.entries()) {
        const wanted = this.positions[column];
        if (wanted !== undefined && wanted >= 0) this.cells[wanted] = value;
      }
      this.emit(cells.length);
    }
    this.line += lines;
    return at;
  }

  private emit(nCells: number): void {
    if (nCells !== this.headerLength) {
      throw new CsvProblem(
        this.file,
        this.line,
        `${Math.min(nCells, this.headerLength + 1)}`,
        `expected ${this.headerLength} cells, found ${nCells}`,
      );
    }
    this.nRows += 1;
    this.onRow({ cells: this.cells, line: this.line });
  }

  private takeHeader(names: readonly string[]): void {
    const header = names.map((name) => name.trim());
    for (const [column, name] of header.entries()) {
      if (header.indexOf(name) !== column) {
        throw new CsvProblem(this.file, this.line, `${column + 1} (${name})`, 'expected each column once');
      }
    }
    this.headerLength = header.length;
    this.positions = header.map((name) => this.columns.findIndex((wanted) => bareName(wanted) === name));
    for (const wanted of this.columns) {
      if (!wanted.endsWith('?') && !header.includes(wanted)) {
        throw new CsvProblem(
          this.file,
          this.line,
          wanted,
          `is missing; expected a header with ${this.expected()}`,
        );
      }
    }
  }

  private expected(): string {
    return this.columns.filter((name) => !name.endsWith('?')).join(',');
  }
}

function bareName(column: string): string {
  return column.endsWith('?') ? column.slice(0, -1) : column;
}
