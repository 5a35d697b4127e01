import munkres from 'munkres';

/**
 * Optimal one-to-one assignment of rows to columns: the pairs (row, column) of least total cost, as many as the smaller side
 * has. Costs must be finite.
 *
 * Source: Kuhn 1955; Munkres 1957 (the `munkres` package).
 *
 * @example assign([[4, 1, 3], [2, 0, 5], [3, 2, 2]]) // [[0, 1], [1, 0], [2, 2]], cost 5
 */
export function assign(costs: ReadonlyArray<readonly number[]>): Array<[row: number, column: number]> {
  if (costs.length === 0 || costs[0]?.length === 0) return [];
  return munkres(costs as number[][]).sort(([a], [b]) => a - b);
}
