type Interval = readonly [number, number];

/** Whether a unit is money. */
export const isCurrency = (unit: string) => /^[A-Z]{3}$/.test(unit);

/** How the figure of a criterion is written: a share or kappa as a score, money with its two decimals, a pace with one. */
export function figureOf(unit: string): { format: 'score' | 'decimal'; decimals?: number } {
  if (unit === '') return { format: 'score' };
  return isCurrency(unit) ? { format: 'decimal', decimals: 2 } : { format: 'decimal' };
}

/** The interval that is shown: what is fixed, as a price is, has none. */
export function widthOf(ci: Interval | null): Interval | null {
  return ci !== null && ci[0] !== ci[1] ? ci : null;
}
