/**
 * Probabilities of 0…n successes in n trials, exact to double rounding. Grows outward from the mode so that neither
 * tail underflows before it is negligible, and is normalised to sum to 1.
 *
 * @example binomialDistribution(2, 0.5) // [.25, .5, .25]
 */
export function binomialDistribution(n: number, p: number): Float64Array {
  const out = new Float64Array(n + 1);
  if (p <= 0 || p >= 1) {
    out[p <= 0 ? 0 : n] = 1;
    return out;
  }
  const mode = Math.min(n, Math.floor((n + 1) * p));
  const odds = p / (1 - p);
  out[mode] = 1;
  for (let k = mode; k < n; k += 1) out[k + 1] = ((out[k] as number) * (n - k) * odds) / (k + 1);
  for (let k = mode; k > 0; k -= 1) out[k - 1] = ((out[k] as number) * k) / ((n - k + 1) * odds);
  const total = out.reduce((sum, value) => sum + value, 0);
  return out.map((value) => value / total);
}
