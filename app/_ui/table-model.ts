import type { ReactNode } from 'react';
import { formatMinor, type Money } from '#server/core/money.ts';

/** What a cell is sorted, filtered and exported by. */
export type CellValue = string | number | boolean | Date | Money | null;

/** Amounts are told from other values by their minor units. */
const isMoney = (value: CellValue): value is Money =>
  typeof value === 'object' && value !== null && 'amountMinor' in value;

export type TableColumn = {
  key: string;
  header: string;
  /** Figures stand right. */
  align?: 'left' | 'right' | undefined;
  sortable?: boolean | undefined;
  /** The two columns that matter on a phone: `main` carries the row's link, `side` stands right. */
  phone?: 'main' | 'side' | undefined;
  /** Not shown until chosen. */
  hiddenAtFirst?: boolean | undefined;
  /** Always shown: leave it out of the column choice. */
  fixed?: boolean | undefined;
  /** Keeps the cell on one line and cuts it at this width. */
  maxWidth?: number | undefined;
  /** Its heading in the CSV, where figures lose the unit that a cell says: "Active time (s)". */
  csvHeader?: string | undefined;
  /** Holds what can be done with a row, nothing that is known of it: not in the CSV. */
  isAction?: boolean | undefined;
};

export type TableRow = {
  id: string;
  /** Where the row leads; its main cell becomes the link and the whole row the target. */
  href?: string | undefined;
  /** Words for the row in "Select …". */
  name?: string | undefined;
  /** What is drawn, by column key; may be rendered on the server. */
  cells: Readonly<Record<string, ReactNode>>;
  /** What is sorted, filtered and exported, by column key. Without it a plain cell's own text is used. */
  values?: Readonly<Record<string, CellValue>> | undefined;
};

export type TableFilter = {
  /** The column, and the name in the URL. */
  key: string;
  label: string;
  options: readonly { value: string; label: string }[];
};

export type TableQuery = { text: string; filters: Readonly<Record<string, string>> };

/** The value of a cell, falling back to a plain cell's text. */
export function cellValue(row: TableRow, key: string): CellValue {
  const given = row.values?.[key];
  if (given !== undefined) return given;
  const cell = row.cells[key];
  return typeof cell === 'string' || typeof cell === 'number' ? cell : null;
}

const plainText = (value: CellValue): string =>
  value === null
    ? ''
    : value instanceof Date
      ? value.toISOString()
      : isMoney(value)
        ? formatMinor(value)
        : String(value);

/** The rows that contain the text in any cell and match every chosen filter. */
export function filterRows(
  rows: readonly TableRow[],
  columns: readonly TableColumn[],
  query: TableQuery,
): TableRow[] {
  const text = query.text.trim().toLocaleLowerCase();
  const filters = Object.entries(query.filters).filter(([, wanted]) => wanted !== '');
  return rows.filter(
    (row) =>
      filters.every(([key, wanted]) => plainText(cellValue(row, key)) === wanted) &&
      (text === '' ||
        columns.some((column) => plainText(cellValue(row, column.key)).toLocaleLowerCase().includes(text))),
  );
}

/** Orders two cell values: numbers and instants by size, words by the reader's alphabet, nothing at the end. */
export function compareValues(a: CellValue, b: CellValue): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime();
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (isMoney(a) && isMoney(b) && a.currency === b.currency)
    return a.amountMinor < b.amountMinor ? -1 : a.amountMinor > b.amountMinor ? 1 : 0;
  return plainText(a).localeCompare(plainText(b), 'en', { numeric: true, sensitivity: 'base' });
}

function csvField(value: CellValue): string {
  const text = plainText(value);
  // A text that a spreadsheet would run as a formula is defused; real numbers, negatives included, stay as they are.
  const safe =
    typeof value === 'string' && /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** What is shown of a table, to take away: its columns but for those that only act, each row by its values. */
export function tableCsv(columns: readonly TableColumn[], rows: readonly TableRow[]): string {
  const kept = columns
    .filter((column) => !column.isAction)
    .map((column) => ({ ...column, currencies: currenciesOf(rows, column.key) }));
  return toCsv(
    kept.map(({ header, csvHeader, currencies: [only, ...others] }) =>
      only === undefined || others.length > 0 || header.includes(only)
        ? (csvHeader ?? header)
        : `${csvHeader ?? header} (${only})`,
    ),
    rows.map((row) =>
      kept.map(({ key, currencies }) => {
        const value = cellValue(row, key);
        return isMoney(value) && currencies.length > 1 ? `${formatMinor(value)} ${value.currency}` : value;
      }),
    ),
  );
}

/** In which currencies a column's amounts are: one stands in its heading, of several each stands with its amount. */
function currenciesOf(rows: readonly TableRow[], key: string): string[] {
  return [
    ...new Set(
      rows.flatMap((row) => {
        const value = cellValue(row, key);
        return isMoney(value) ? [value.currency] : [];
      }),
    ),
  ];
}

/** A header line and one line per row, as RFC 4180 has it. */
export function toCsv(header: readonly string[], lines: readonly (readonly CellValue[])[]): string {
  return [header, ...lines]
    .map((line) => line.map(csvField).join(','))
    .join('\r\n')
    .concat('\r\n');
}
