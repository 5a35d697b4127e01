/**
 * A vendor's price is its own and those it bid to (R21). What others are shown of prices rests on at least this many vendors: fewer
 * would tell one of them by what it asks.
 */
export const LEAST_PRICED_VENDORS = 5;

/** Prices are compared in steps of a quarter: two that stand on the same step count as equal. */
const STEP = 1.25;

/**
 * Vendors' prices as they are compared with each other: on steps of a quarter, so that no ratio of two gives one away, and none at all
 * while fewer than five have one.
 */
export function comparablePrices(prices: ReadonlyMap<string, number>): Map<string, number> {
  if (prices.size < LEAST_PRICED_VENDORS) return new Map();
  return new Map([...prices].map(([orgId, price]) => [orgId, stepOf(price)]));
}

/** A median price of an organisation in one currency. */
export type MedianPrice = { orgId: string; currency: string; medianMinor: number };

/** The same by organisation and currency: each currency's prices are compared among themselves alone, never with another's. */
export function comparableByCurrency(medians: readonly MedianPrice[]): Map<string, Record<string, number>> {
  const found = new Map<string, Record<string, number>>();
  for (const [currency, ofIt] of Map.groupBy(medians, (one) => one.currency)) {
    const prices = comparablePrices(new Map(ofIt.map((one) => [one.orgId, one.medianMinor])));
    for (const [orgId, price] of prices) found.set(orgId, { ...found.get(orgId), [currency]: price });
  }
  return found;
}

const stepOf = (price: number): number => STEP ** Math.round(Math.log(Math.max(1, price)) / Math.log(STEP));

/** A price as the market's is told: to two figures, so that a quartile of few is nobody's own price to the cent. 1,847 → 1,800. */
export function roundedPrice(minor: bigint): bigint {
  const unit = 10n ** BigInt(Math.max(0, minor.toString().length - 2));
  return ((minor + unit / 2n) / unit) * unit;
}
