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
    expect([10n, 9n].sort(compareValues)).toEqual([9n, 10n]);
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
    expect(toCsv(['a'], [['=1+1'], ['@x'], ['-5'], [-5], [5n]])).toBe(
      "a\r\n'=1+1\r\n'@x\r\n-5\r\n-5\r\n5\r\n",
    );
  });
});
