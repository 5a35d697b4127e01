/** Lines up columns: text to the left, everything after the first column to the right. */
export function printRows(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    console.log(`  ${cells.join('  ').trimEnd()}`);
  }
}

/** A number for people: four digits after the point, or a dash. */
export function decimal(value: number | null, digits = 4): string {
  return value === null ? '–' : value.toFixed(digits);
}

/** "[lo, hi]" or nothing. */
export function bounds(ci: readonly [number, number] | null, digits = 3): string {
  return ci === null ? '' : `[${ci[0].toFixed(digits)}, ${ci[1].toFixed(digits)}]`;
}

/**
 * One line of a plot from 0 to 1: the interval as a bar, the value as a dot. Values below 0 sit on the left edge.
 *
 * @example strip(0.5, [0.25, 0.75], 20) // "     ─────●────      "
 */
export function strip(value: number | null, ci: readonly [number, number] | null, width = 30): string {
  const at = (share: number) => Math.round(Math.max(0, Math.min(1, share)) * (width - 1));
  const cells = new Array<string>(width).fill(' ');
  if (ci !== null) for (let place = at(ci[0]); place <= at(ci[1]); place += 1) cells[place] = '─';
  if (value !== null) cells[at(value)] = '●';
  return `│${cells.join('')}│`;
}

/** A bar for a share from 0 to 1. */
export function bar(share: number, width = 30): string {
  return '█'.repeat(Math.round(Math.max(0, Math.min(1, share)) * width));
}
