import { describe, expect, it } from 'vitest';
import {
  compareValues,
  filterRows,
  type TableColumn,
  type TableRow,
  tableCsv,
  toCsv,
} from './table-model.ts';

const columns: TableColumn[] = [
  { key: 'name', header: 'Name' },
  { key: 'state', header: 'State' },
];
const rows: TableRow[] = [
  { id: '1', cells: { name: 'Harbour Reads', state: null }, values: { state: 'open' } },
  { id: '2', cells: { name: 'Lumen Path', state: null }, values: { state: 'closed' } },
];
const ids = (found: TableRow[]) => found.map((row) => row.id);

describe('filterRows', () => {
  it('finds text in values and in plain cells, whatever the case', () => {
    expect(ids(filterRows(rows, columns, { text: 'LUMEN', filters: {} }))).toEqual(['2']);
    expect(ids(filterRows(rows, columns, { text: 'open', filters: {} }))).toEqual(['1']);
  });

  it('matches a chosen filter exactly and ignores one that is not set', () => {
    expect(ids(filterRows(rows, columns, { text: '', filters: { state: 'closed' } }))).toEqual(['2']);
    expect(ids(filterRows(rows, columns, { text: '', filters: { state: '' } }))).toEqual(['1', '2']);
  });
});

describe('compareValues', () => {
  it('orders numbers, money, instants and numbered names by size and puts nothing last', () => {
    expect([10, 9, null, 2].sort(compareValues)).toEqual([2, 9, 10, null]);
    const usd = (amountMinor: bigint) => ({ amountMinor, currency: 'USD' });
    expect([usd(1000n), usd(-5n), usd(900n)].sort(compareValues)).toEqual([usd(-5n), usd(900n), usd(1000n)]);
    expect(['R-10', 'R-9'].sort(compareValues)).toEqual(['R-9', 'R-10']);
    expect(compareValues(new Date(1), new Date(2))).toBeLessThan(0);
  });
});

describe('tableCsv', () => {
  it('says the unit that the cells say, and leaves out what only acts', () => {
    const shown: TableColumn[] = [
      { key: 'name', header: 'Name' },
      { key: 'active', header: 'Active time', csvHeader: 'Active time (s)' },
      { key: 'reject', header: 'Reject', isAction: true },
    ];
    const read = { id: '1', cells: { name: 'R01', active: null, reject: 'Reject' }, values: { active: 90 } };
    expect(tableCsv(shown, [read])).toBe('Name,Active time (s)\r\nR01,90\r\n');
  });

  it('gives amounts as they are read, with their currency once where all have the same', () => {
    const shown: TableColumn[] = [{ key: 'paid', header: 'Paid' }];
    const paid = (amountMinor: bigint, currency: string) => ({
      id: currency,
      cells: { paid: null },
      values: { paid: { amountMinor, currency } },
    });
    expect(tableCsv(shown, [paid(7260n, 'USD'), paid(-5n, 'USD')])).toBe('Paid (USD)\r\n72.60\r\n-0.05\r\n');
    expect(tableCsv(shown, [paid(7260n, 'USD'), paid(100n, 'EUR')])).toBe(
      'Paid\r\n72.60 USD\r\n1.00 EUR\r\n',
    );
  });
});

describe('toCsv', () => {
  it('quotes what must be quoted', () => {
    expect(
      toCsv(
        ['a', 'b'],
        [
          ['x,y', 'say "hi"'],
          ['line\nbreak', null],
        ],
      ),
    ).toBe('a,b\r\n"x,y","say ""hi"""\r\n"line\nbreak",\r\n');
  });

  it('defuses text that a spreadsheet would run, and leaves numbers alone', () => {
    expect(toCsv(['a'], [['=1+1'], ['@x'], ['-5'], [-5], [5]])).toBe(
      "a\r\n'=1+1\r\n'@x\r\n-5\r\n-5\r\n5\r\n",
    );
  });
});
