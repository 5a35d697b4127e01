import { CsvProblem, quoted } from './problem.ts';

export type CsvRow = {
  /** Cells of the wanted columns, in the order they were asked for; reused between rows. */
  readonly cells: readonly string[];
  /** 1-based line on which the row starts. */
  readonly line: number;
};

const comma = 44;
const lineFeed = 10;
const carriageReturn = 13;
const quoteMark = 34;

/** Splits text into rows by RFC 4180 and hands the wanted cells on. */
export class RowReader {
  /** 1-based line of the next row. */
  line = 1;
  private readonly file: string;
  private readonly columns: readonly string[];
  private readonly onRow: (row: CsvRow) => void;
  private header: readonly string[] = [];
  private positions: number[] = [];
  private readonly cells: string[];
  private nRows = 0;
  /** Where the quote was opened that kept the last row from being complete: line and cell; null without one. */
  private opened: { readonly line: number; readonly cell: number } | null = null;

  /** Where the next quote and carriage return stand in the text at hand; −1 for nowhere. */
  private quoteAt = -1;
  private returnAt = -1;

  constructor(file: string, columns: readonly string[], onRow: (row: CsvRow) => void) {
    this.file = file;
    this.columns = columns;
    this.onRow = onRow;
    this.cells = columns.map(() => '');
  }

  /** Consumes the complete rows of `text` and returns how many characters that were. */
  take(text: string, isEnd: boolean): number {
    let start = 0;
    // Kept on the object: as local variables the optimiser looks for them anew in every row, through the whole text.
    this.quoteAt = text.indexOf('"');
    this.returnAt = text.indexOf('\r');
    while (start < text.length) {
      if (this.quoteAt >= 0 && this.quoteAt < start) this.quoteAt = text.indexOf('"', start);
      const newline = text.indexOf('\n', start);
      if (this.quoteAt >= 0 && (newline < 0 || this.quoteAt < newline)) {
        const next = this.takeQuoted(text, start, isEnd);
        if (next < 0) return start;
        start = next;
        continue;
      }
      this.opened = null;
      if (newline < 0 && !isEnd) return start;
      const end = newline < 0 ? text.length : newline;
      const stop = end > start && text.charCodeAt(end - 1) === carriageReturn ? end - 1 : end;
      if (this.returnAt >= 0 && this.returnAt < start) this.returnAt = text.indexOf('\r', start);
      if (this.returnAt >= 0 && this.returnAt < stop)
        this.refuseCarriageReturn(text.slice(start, this.returnAt).split(',').length - 1);
      if (stop > start) this.takePlain(text, start, stop);
      this.line += 1;
      start = end + 1;
    }
    return text.length;
  }

  finish(): void {
    if (this.header.length === 0) {
      const message = `the file is empty; expected a header with ${this.expected()}`;
      throw new CsvProblem(this.file, 1, null, message);
    }
    if (this.nRows === 0) throw new CsvProblem(this.file, this.line, null, 'expected at least one data row');
  }

  refuseLongRow(): never {
    if (this.opened !== null)
      this.refuse(this.opened.line, this.opened.cell, 'expected a closing quote within the next megabyte');
    throw new CsvProblem(this.file, this.line, null, 'expected the row to end within a megabyte');
  }

  /** Refuses what stands behind `text`, whose complete rows are consumed first: there may be something wrong in them. */
  refuseAfter(text: string, message: string): never {
    const row = text.slice(this.take(text, false));
    let cell = 0;
    let isQuoted = false;
    for (const char of row) {
      if (char === '"') isQuoted = !isQuoted;
      else if (char === ',' && !isQuoted) cell += 1;
    }
    this.refuse(this.line + countOf(row, '\n'), cell, message);
  }

  private takePlain(text: string, start: number, stop: number): void {
    if (this.header.length === 0) {
      this.takeHeader(text.slice(start, stop).split(','));
      return;
    }
    let column = 0;
    let from = start;
    for (;;) {
      const separator = text.indexOf(',', from);
      const isLast = separator < 0 || separator >= stop;
      const to = isLast ? stop : separator;
      const wanted = this.positions[column];
      if (wanted !== undefined && wanted >= 0) this.cells[wanted] = text.slice(from, to);
      column += 1;
      if (isLast) break;
      from = to + 1;
    }
    this.emit(column);
  }

  /** Reads one row that holds a quote and returns where the next one starts; −1 when it is not complete yet. */
  private takeQuoted(text: string, start: number, isEnd: boolean): number {
    const row: string[] = [];
    let { line } = this;
    let at = start;
    for (;;) {
      const isQuoted = text.charCodeAt(at) === quoteMark;
      const cell = isQuoted
        ? this.quotedCell(text, at, { line, cell: row.length, isEnd })
        : this.plainCell(text, at, { line, cell: row.length, isEnd });
      if (cell === null) return -1;
      row.push(cell.text);
      if (isQuoted) line += countOf(cell.text, '\n');
      at = cell.end;
      if (text.charCodeAt(at) === comma) at += 1;
      else break;
    }
    if (text.charCodeAt(at) === carriageReturn) at += 1;
    this.takeCells(row);
    this.line = line + 1;
    return Math.min(at + 1, text.length);
  }

  /** A cell from its opening quote to the separator or line end behind its closing quote; null when the text ends before. */
  private quotedCell(text: string, start: number, place: Place): { text: string; end: number } | null {
    let cell = '';
    let from = start + 1;
    this.opened = { line: place.line, cell: place.cell };
    for (;;) {
      const close = text.indexOf('"', from);
      if (close < 0 && place.isEnd)
        this.refuse(place.line, place.cell, 'expected a closing quote before the end of the file');
      if (close < 0 || (close + 2 >= text.length && !place.isEnd)) return null;
      cell += text.slice(from, close);
      from = close + 2;
      if (text.charCodeAt(close + 1) === quoteMark) {
        cell += '"';
        continue;
      }
      const end = close + 1;
      const next = text.charCodeAt(end);
      const isLineEnd =
        next === lineFeed ||
        (next === carriageReturn && text.charCodeAt(end + 1) === lineFeed) ||
        (next === carriageReturn && end + 1 === text.length);
      if (end < text.length && next !== comma && !isLineEnd) {
        const line = place.line + countOf(cell, '\n');
        this.refuse(line, place.cell, 'expected a comma or the end of the line after a closing quote');
      }
      return { text: cell, end };
    }
  }

  private plainCell(text: string, start: number, place: Place): { text: string; end: number } | null {
    let end = start;
    for (; end < text.length; end += 1) {
      const char = text.charCodeAt(end);
      if (char === comma || char === lineFeed) break;
      if (char === quoteMark) {
        const message = 'expected no quote inside a cell that does not begin with one; quote the whole cell';
        this.refuse(place.line, place.cell, `${message} and double the quotes in it`);
      }
    }
    if (end === text.length && !place.isEnd) return null;
    const isReturned = end > start && text.charCodeAt(end - 1) === carriageReturn;
    const stop = isReturned && text.charCodeAt(end) !== comma ? end - 1 : end;
    const cell = text.slice(start, stop);
    if (cell.includes('\r')) this.refuseCarriageReturn(place.cell, place.line);
    return { text: cell, end };
  }

  private takeCells(row: readonly string[]): void {
    if (this.header.length === 0) {
      this.takeHeader(row);
      return;
    }
    for (const [column, value] of row.entries()) {
      const wanted = this.positions[column];
      if (wanted !== undefined && wanted >= 0) this.cells[wanted] = value;
    }
    this.emit(row.length);
  }

  private emit(nCells: number): void {
    const expected = this.header.length;
    if (nCells !== expected) {
      const column = `${Math.min(nCells, expected + 1)}`;
      throw new CsvProblem(this.file, this.line, column, `expected ${expected} cells, found ${nCells}`);
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
    for (const wanted of this.columns) {
      if (wanted.endsWith('?') || header.includes(wanted)) continue;
      const message = `is missing; expected a header with ${this.expected()}; ${foundInstead(wanted, header)}`;
      throw new CsvProblem(this.file, this.line, wanted, message);
    }
    this.positions = header.map((name) => this.columns.findIndex((wanted) => bareName(wanted) === name));
    this.header = header;
  }

  private expected(): string {
    return this.columns.filter((name) => !name.endsWith('?')).join(',');
  }

  private refuseCarriageReturn(cell: number, line = this.line): never {
    this.refuse(line, cell, 'expected lines to end in LF or CRLF; found a carriage return alone');
  }

  /** The problem of one cell, by the name of its column where there is one. */
  private refuse(line: number, cell: number, message: string): never {
    throw new CsvProblem(this.file, line, this.header[cell] ?? `${cell + 1}`, message);
  }
}

type Place = { readonly line: number; readonly cell: number; readonly isEnd: boolean };

/** What the header has in the place of a column that is missing. */
function foundInstead(wanted: string, header: readonly string[]): string {
  const separator = header.length === 1 ? /[;\t|]/.exec(header[0] ?? '')?.[0] : undefined;
  if (separator !== undefined) return `cells are separated by commas, found ${JSON.stringify(separator)}`;
  const alike = header.find((name) => name.toLowerCase() === wanted.toLowerCase());
  return alike === undefined
    ? `found ${quoted(header.join(','))}`
    : `found ${quoted(alike)}: capitals and small letters differ`;
}

function bareName(column: string): string {
  return column.endsWith('?') ? column.slice(0, -1) : column;
}

function countOf(text: string, char: string): number {
  let count = 0;
  for (let at = text.indexOf(char); at >= 0; at = text.indexOf(char, at + 1)) count += 1;
  return count;
}
