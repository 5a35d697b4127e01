/**
 * Holm's step-down adjustment: p-values that control the chance of any false finding among all comparisons.
 *
 * Adjusted p of the i-th smallest = max over j ≤ i of min(1, (m − j + 1) p_(j)). Order of the input is kept.
 *
 * Source: Holm 1979.
 *
 * @example holmAdjust([0.01, 0.04, 0.03]) // [.03, .06, .06]
 */
export function holmAdjust(pValues: readonly number[]): number[] {
  const order = rank(pValues);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let running = 0;
  for (const [position, index] of order.entries()) {
    running = Math.max(running, Math.min(1, (pValues.length - position) * (pValues[index] as number)));
    adjusted[index] = running;
  }
  return adjusted;
}

/**
 * Benjamini–Hochberg's step-up adjustment: p-values that control the expected share of false findings.
 *
 * Adjusted p of the i-th smallest = min over j ≥ i of min(1, m p_(j) / j). Order of the input is kept.
 *
 * Source: Benjamini & Hochberg 1995.
 *
 * @example benjaminiHochbergAdjust([0.01, 0.04, 0.03]) // [.03, .04, .04]
 */
export function benjaminiHochbergAdjust(pValues: readonly number[]): number[] {
  const order = rank(pValues);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let running = 1;
  for (let position = order.length - 1; position >= 0; position -= 1) {
    const index = order[position] as number;
    running = Math.min(running, (pValues.length * (pValues[index] as number)) / (position + 1));
    adjusted[index] = running;
  }
  return adjusted;
}

function rank(pValues: readonly number[]): number[] {
  return [...pValues.keys()].sort((a, b) => (pValues[a] as number) - (pValues[b] as number) || a - b);
}
