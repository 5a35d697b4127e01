import type { RatingTable } from './rating-table.ts';

/**
 * Counts of (answer of `first`, answer of `second`) over the items both have read, row-major K × K; raters are indexes
 * into `table.raters`. With kept repeats, each rater's earliest answer counts.
 */
export function crossTable(table: RatingTable, first: number, second: number): Float64Array {
  const nCategories = table.categories.length;
  const counts = new Float64Array(nCategories * nCategories);
  for (let item = 0; item < table.items.length; item += 1) {
    let left = -1;
    let right = -1;
    for (let row = table.itemStart[item] as number; row < (table.itemStart[item + 1] as number); row += 1) {
      if (table.rater[row] === first && left < 0) left = table.value[row] as number;
      if (table.rater[row] === second && right < 0) right = table.value[row] as number;
    }
    if (left < 0 || right < 0) continue;
    const cell = left * nCategories + right;
    counts[cell] = (counts[cell] as number) + 1;
  }
  return counts;
}
