import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvScanner, splitRow } from './csv-scanner.ts';

/** All rows of a text, with every column wanted. */
function rowsOf(
  text: string,
  columns: number,
): { cells: string[]; fault: string | null; isEnded: boolean }[] {
  const bytes = Buffer.from(text);
  const scanner = new CsvScanner(Int16Array.from({ length: columns }, (_, i) => i));
  const rows = [];
  for (let at = 0; at < bytes.length; ) {
    at = scanner.readRow(bytes, at, bytes.length, true);
    rows.push({
      cells: scanner.cells.slice(0, scanner.cellCount),
      fault: scanner.fault,
      isEnded: scanner.isEnded,
    });
  }
  return rows;
}

describe('CsvScanner', () => {
  it('agrees with a CSV library on any cells, quoted or not, whatever line breaks and quotes are in them', () => {
    const cell = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('', '"', '""', ',', '\n', '\r\n', 'a"b', 'é', 'Ω,\n"'),
    );
    const row = fc.array(cell, { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), fc.boolean(), (rows, isWindows) => {
        const needsQuotes = (text: string) => /[",\r\n]/.test(text) || text !== text.trim();
        const end = isWindows ? '\r\n' : '\n';
        const text = rows
          .map((cells, at) =>
            cells
              .map((one) => (needsQuotes(one) || at % 2 === 0 ? `"${one.replaceAll('"', '""')}"` : one))
              .join(','),
          )
          .map((line) => line + end)
          .join('');
        expect(rowsOf(text, 3).map((one) => one.cells)).toEqual(
          parse(text, { record_delimiter: end, relax_column_count: true, skip_empty_lines: false }),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('makes nothing of a row that is not whole yet, at whatever byte it is cut', () => {
    const line = Buffer.from('"a","b ""c""","",d\r\n"x"');
    const scanner = new CsvScanner(Int16Array.of(0, 1, 2, 3));
    const whole = line.indexOf('\n') + 1;
    for (let end = 0; end < whole; end += 1) expect(scanner.readRow(line, 0, end, false)).toBe(-1);
    expect(scanner.readRow(line, 0, whole, false)).toBe(whole);
    expect(scanner.cells).toEqual(['a', 'b "c"', '', 'd']);
  });

  it('says what is wrong with quotes and goes on with the next row', () => {
    expect(rowsOf('"a"b,c\nd,e\n', 2)).toMatchObject([
      { fault: 'text follows a closing quote' },
      { cells: ['d', 'e'], fault: null },
    ]);
    expect(rowsOf('a,"b\nc,d\n', 2)).toMatchObject([{ fault: 'a quote is opened and never closed' }]);
  });

  it('knows a last row that may be cut off from one that is ended', () => {
    expect(rowsOf('a,b\nc,d', 2).at(-1)?.isEnded).toBe(false);
    expect(rowsOf('a,b\nc,"d"', 2).at(-1)?.isEnded).toBe(true);
    expect(rowsOf('a,b\nc,d\n', 2).at(-1)?.isEnded).toBe(true);
  });

  it('reads letters of UTF-8 and of Windows, and counts the lines inside quotes', () => {
    const bytes = Buffer.concat([Buffer.from('"Nuñez'), Buffer.from([0x0a, 0xe9]), Buffer.from('"\n')]);
    const scanner = new CsvScanner(Int16Array.of(0));
    scanner.readRow(bytes, 0, bytes.length, true);
    expect(scanner.lineCount).toBe(2);
    expect(scanner.cells[0]).toContain('é');
    expect(splitRow(Buffer.from('"Nuñez",b\nc'), 0, 12)?.cells).toEqual(['Nuñez', 'b']);
  });
});
