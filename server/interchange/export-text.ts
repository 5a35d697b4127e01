import { stringify } from 'csv-stringify/sync';

export type ExportFormat = 'csv' | 'jsonl';
export type ExportRecord = Record<string, unknown>;

/**
 * Rows as CSV (RFC 4180), every cell as it is: what would be lost between the commas of some reader (line ends of any
 * kind, blanks at either end) is quoted.
 */
export function csvText(rows: readonly (readonly string[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    { quoted_match: /[\r\n\u2028\u2029]|^\s|\s$/ },
  );
}

/**
 * Records as text: CSV with these columns in this order, or JSON Lines with every key. In CSV a structure is JSON, and a
 * text that a spreadsheet would run as a formula begins with an apostrophe; JSON Lines are exact.
 */
export function recordsText(
  records: readonly ExportRecord[],
  columns: readonly string[],
  format: ExportFormat,
): string {
  if (format === 'csv') return csvText(records.map((record) => columns.map((key) => cell(record[key]))));
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

/**
 * A column for each wanted name, in order: the name itself, or `field_…` where the export has a column so called already
 * (a field may be called "country"). No two share one.
 */
export function uniqueColumns(wanted: readonly string[], taken: readonly string[]): string[] {
  const used = new Set(taken);
  return wanted.map((name) => {
    let column = name;
    while (used.has(column)) column = `field_${column}`;
    used.add(column);
    return column;
  });
}
