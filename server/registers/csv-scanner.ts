const QUOTE = 34;
const COMMA = 44;
const LF = 10;
const CR = 13;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads CSV rows (RFC 4180; quotes, doubled quotes and line breaks in quotes; LF or CRLF) straight from bytes and makes
 * strings of the wanted cells only: an NPPES row has 330 cells, mostly `""`, of which 80 are looked at and 15 are filled.
 * One object per file; after `readRow` the row is in `cells` until the next call.
 */
export class CsvScanner {
  /** The wanted cells of the last row, in the order of `wanted`; "" when empty. */
  readonly cells: string[];
  /** Cells of the last row, wanted or not. */
  cellCount = 0;
  /** Line breaks that the last row took. */
  lineCount = 0;
  /** What is wrong with the quoting of the last row, or null. */
  fault: string | null = null;
  /** True when the last row was ended by a line break or by a closing quote, so that it cannot be cut off. */
  isEnded = false;
  private readonly slots: Int16Array;

  /** @param slots for each column of the file the place of its cell in `cells`, or −1 */
  constructor(slots: Int16Array) {
    this.slots = slots;
    this.cells = Array.from({ length: Math.max(-1, ...slots) + 1 }, () => '');
  }

  /** Reads the row at `from`; returns where the next begins, or −1 when the row is not complete before `end`. */
  readRow(bytes: Buffer, from: number, end: number, isLast: boolean): number {
    const { cells, slots } = this;
    cells.fill('');
    this.fault = null;
    this.isEnded = false;
    let column = 0;
    let lines = 0;
    let at = from;
    for (;;) {
      // The commonest cell of all: an empty one in quotes.
      if (bytes[at] === QUOTE && bytes[at + 1] === QUOTE && bytes[at + 2] === COMMA && at + 2 < end) {
        at += 3;
        column += 1;
        continue;
      }
      let start = at;
      let stop: number;
      let bits = 0;
      let isDoubled = false;
      const isQuoted = at < end && bytes[at] === QUOTE;
      if (isQuoted) {
        start = at + 1;
        let quote = start;
        for (;;) {
          let byte = 0;
          while (quote < end) {
            byte = bytes[quote] as number;
            if (byte === QUOTE) break;
            bits |= byte;
            if (byte === LF) lines += 1;
            quote += 1;
          }
          if (quote >= end) {
            if (!isLast) return -1;
            this.fault = 'a quote is opened and never closed';
            break;
          }
          if (quote + 1 >= end && !isLast) return -1;
          if (bytes[quote + 1] !== QUOTE || quote + 1 >= end) break;
          isDoubled = true;
          quote += 2;
        }
        stop = quote;
        at = Math.min(quote + 1, end);
        if (at < end && bytes[at] !== COMMA && bytes[at] !== LF && bytes[at] !== CR) {
          this.fault ??= 'text follows a closing quote';
          while (at < end && bytes[at] !== COMMA && bytes[at] !== LF) at += 1;
        } else if (bytes[at] === CR && at < end) at += 1;
      } else {
        while (at < end) {
          const byte = bytes[at] as number;
          if (byte === COMMA || byte === LF) break;
          bits |= byte;
          at += 1;
        }
        stop = at;
        if (stop > start && bytes[stop - 1] === CR && (at >= end || bytes[at] === LF)) stop -= 1;
      }
      if (at >= end && !isLast) return -1;
      const slot = column < slots.length ? (slots[column] as number) : -1;
      if (slot >= 0 && stop > start) cells[slot] = textOf(bytes, start, stop, bits, isDoubled);
      column += 1;
      if (at < end && bytes[at] === COMMA) {
        at += 1;
        continue;
      }
      this.isEnded = at < end || (isQuoted && this.fault === null);
      this.cellCount = column;
      this.lineCount = lines + 1;
      return at < end ? at + 1 : end;
    }
  }
}

/** Registers are ASCII for the most part, at times UTF-8 and, in old lines, Windows' letters. */
function textOf(bytes: Buffer, start: number, stop: number, bits: number, isDoubled: boolean): string {
  let text: string;
  if (bits < 128) text = bytes.toString('latin1', start, stop);
  else {
    try {
      text = utf8.decode(bytes.subarray(start, stop));
    } catch {
      text = bytes.toString('latin1', start, stop);
    }
  }
  return isDoubled ? text.replaceAll('""', '"') : text;
}

/** All cells of one row, for the header. Null when the row is not complete. */
export function splitRow(
  bytes: Buffer,
  from: number,
  end: number,
): { cells: string[]; next: number; lines: number; fault: string | null } | null {
  const scanner = new CsvScanner(Int16Array.from({ length: 1000 }, (_, column) => column));
  const next = scanner.readRow(bytes, from, end, false);
  if (next < 0) return null;
  const { cells, cellCount, lineCount, fault } = scanner;
  return { cells: cells.slice(0, Math.min(cellCount, 1000)), next, lines: lineCount, fault };
}
