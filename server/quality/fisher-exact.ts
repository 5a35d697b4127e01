/**
 * Two-sided p-value of Fisher's exact test for a 2 × 2 table: the probability, given the margins, of tables no more likely than the
 * observed one. 1 for an empty table.
 *
 * Source: Fisher 1935; the two-sided rule of R and scipy (relative tolerance 1e-7).
 *
 * @example fisherExact([[8, 2], [1, 5]]) // .034965
 */
export function fisherExact(table: readonly [readonly [number, number], readonly [number, number]]): number {
  const [[a, b], [c, d]] = table;
  const row = a + b;
  const column = a + c;
  const n = a + b + c + d;
  const low = Math.max(0, column - (c + d));
  const high = Math.min(row, column);
  // Weights of all tables with these margins, relative to the first, by the hypergeometric recurrence in logarithms.
  const logs = [0];
  for (let x = low; x < high; x += 1) {
    const step = ((row - x) * (column - x)) / ((x + 1) * (n - row - column + x + 1));
    logs.push((logs.at(-1) ?? 0) + Math.log(step));
  }
  const largest = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - largest));
  const observed = weights[a - low] ?? 0;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const extreme = weights.reduce((sum, weight) => (weight <= observed * (1 + 1e-7) ? sum + weight : sum), 0);
  return Math.min(1, extreme / total);
}
