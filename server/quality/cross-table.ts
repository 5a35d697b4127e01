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

/**
 * Cross tables of all pairs of raters that share an item, in one pass over the reads: calls nothing for pairs that never
 * met. Keyed by first · R + second with first < second, in key order.
 */
export function pairwiseCrossTables(table: RatingTable): Map<number, Float64Array> {
  const K = table.categories.length;
  const R = table.raters.length;
  const tables = new Map<number, Float64Array>();
  for (let item = 0; item < table.items.length; item += 1) {
    eachPairOfAnswers(table, item, (first, second, left, right) => {
      const key = first * R + second;
      let counts = tables.get(key);
      if (counts === undefined) {
        counts = new Float64Array(K * K);
        tables.set(key, counts);
      }
      const cell = left * K + right;
      counts[cell] = (counts[cell] as number) + 1;
    });
  }
  return new Map([...tables].sort(([a], [b]) => a - b));
}

/** Every two raters (indexes, the lower first) of an item with their answers; of kept repeats the earliest counts. */
export function eachPairOfAnswers(
  table: RatingTable,
  item: number,
  take: (first: number, second: number, left: number, right: number) => void,
): void {
  const { rater, value } = table;
  const start = table.itemStart[item] as number;
  const end = table.itemStart[item + 1] as number;
  for (let row = start; row < end; row += 1) {
    const first = rater[row] as number;
    if (row > start && rater[row - 1] === first) continue;
    for (let other = row + 1; other < end; other += 1) {
      const second = rater[other] as number;
      if (second === rater[other - 1]) continue;
      take(first, second, value[row] as number, value[other] as number);
    }
  }
}
