import type { Output } from './output.ts';

/**
 * Lines up columns: text to the left, everything after the first column to the right. Control characters (an id may have a line break in
 * it, or a terminal's escape) are shown as "�", so that every row stays one line.
 */
export function printRows(output: Output, given: readonly (readonly string[])[]): void {
  const rows = given.map((row) => row.map(onOneLine));
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    output.line(`  ${cells.join('  ').trimEnd()}`);
  }
}

/** Text of a file for people: without line breaks and a terminal's escapes. */
export function onOneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, '�');
}

/** A number for people: four digits after the point, or a dash. */
export function decimal(value: number | null, digits = 4): string {
  return value === null ? '–' : value.toFixed(digits);
}

/** "[lo, hi]" or nothing. */
export function bounds(ci: readonly [number, number] | null, digits = 3): string {
  return ci === null ? '' : `[${ci[0].toFixed(digits)}, ${ci[1].toFixed(digits)}]`;
}

/** Where a plot begins; all end at 1. */
export type Axis = 0 | -1;

/** The axis on which all of the values and intervals can be seen: from −1 where one of them is negative. */
export function axisOf(
  measurements: ReadonlyArray<{ value: number | null; ci: readonly [number, number] | null }>,
): Axis {
  return measurements.some(({ value, ci }) => (value ?? 0) < 0 || (ci?.[0] ?? 0) < 0) ? -1 : 0;
}

/** The axis as the title of its column. */
export function axisTitle(axis: Axis, width = 32): string {
  return (axis === 0 ? '0 … 1' : '−1 … 1').padEnd(width);
}

/**
 * One line of a plot from the axis' begin to 1: the interval as a bar, the value as a dot, on an axis from −1 zero as a mark. What lies
 * beyond an end sits on it.
 *
 * @example strip(0.5, [0.25, 0.75], 0, 20) // "│     ─────●────      │"
 */
export function strip(
  value: number | null,
  ci: readonly [number, number] | null,
  axis: Axis = 0,
  width = 30,
): string {
  const at = (share: number) =>
    Math.round((Math.max(0, Math.min(1, (share - axis) / (1 - axis))) || 0) * (width - 1));
  const cells = new Array<string>(width).fill(' ');
  if (axis < 0) cells[at(0)] = '·';
  if (ci !== null)
    for (let place = at(ci[0]); place <= at(ci[1]); place += 1)
      cells[place] = cells[place] === '·' ? '┼' : '─';
  if (value !== null) cells[at(value)] = '●';
  return `│${cells.join('')}│`;
}

/** A bar for a share from 0 to 1. */
export function bar(share: number, width = 30): string {
  return '█'.repeat(Math.round(Math.max(0, Math.min(1, share)) * width));
}
