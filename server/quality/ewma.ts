export type EwmaPoint = {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly isSignal: boolean;
};

/**
 * Exponentially weighted moving average with its control limits.
 *
 * z_i = λ x_i + (1 − λ) z_{i−1}, z_0 = target; limits target ± L σ √(λ/(2 − λ) · (1 − (1 − λ)^{2i})). Defaults λ = 0.1, L = 2.7.
 *
 * Source: Roberts 1959; Lucas & Saccucci 1990; Montgomery, ch. 9.
 *
 * @example ewma([9.45, 7.99], { target: 10, sigma: 1 })[0]?.value // 9.945
 */
export function ewma(
  values: Iterable<number>,
  plan: {
    readonly target: number;
    readonly sigma: number;
    readonly lambda?: number;
    readonly width?: number;
  },
): EwmaPoint[] {
  const { target, sigma, lambda = 0.1, width = 2.7 } = plan;
  const points: EwmaPoint[] = [];
  let value = target;
  for (const x of values) {
    value = lambda * x + (1 - lambda) * value;
    const shrink = 1 - (1 - lambda) ** (2 * (points.length + 1));
    const margin = width * sigma * Math.sqrt((lambda / (2 - lambda)) * shrink);
    const lower = target - margin;
    const upper = target + margin;
    points.push({ value, lower, upper, isSignal: value < lower || value > upper });
  }
  return points;
}
