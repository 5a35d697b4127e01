import { LEAST_PRICED_VENDORS, roundedPrice } from '#server/bids/price-privacy.ts';
import type { BudgetModel, MarketFigures, MoneyRange } from './schemas.ts';

/** What a vendor has last asked for a read; the newest first. */
export type AskedPrice = {
  vendorOrgId: string;
  pricePerReadMinor: bigint;
  /** Of the same modality and anatomy. */
  isLike: boolean;
  model: string;
};

/** Days from a call to the award where too few awards were made: a week of call, two of pilot. */
const ASSUMED_LEAD_DAYS = 21;

const MODEL_OF: Record<BudgetModel, string> = {
  per_label: 'per_label',
  hourly: 'hourly',
  fixed: 'milestone',
};

/**
 * The market's price of a read: quartiles over vendors, one price each (its newest), of the closest kind of bids that at least
 * five vendors have made, to two figures; null where there are fewer, so that no vendor's own price shows through (R21).
 */
export function marketPrice(
  asked: readonly AskedPrice[],
  of: { budgetModel: BudgetModel; typedMinor: bigint | null },
): { price: MoneyRange | null; vendors: number; priceOf: MarketFigures['priceOf'] } {
  if (of.typedMinor !== null)
    return {
      price: { low: of.typedMinor, mid: of.typedMinor, high: of.typedMinor },
      vendors: 0,
      priceOf: 'typed',
    };
  const levels: [MarketFigures['priceOf'], (one: AskedPrice) => boolean][] = [
    ['like_model', (one) => one.isLike && one.model === MODEL_OF[of.budgetModel]],
    ['like', (one) => one.isLike],
    ['all', () => true],
  ];
  for (const [priceOf, fits] of levels) {
    const newest = new Map<string, bigint>();
    for (const one of asked.filter(fits))
      if (!newest.has(one.vendorOrgId)) newest.set(one.vendorOrgId, one.pricePerReadMinor);
    if (newest.size < LEAST_PRICED_VENDORS) continue;
    const prices = [...newest.values()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const at = (share: number) => roundedPrice(prices[Math.round(share * (prices.length - 1))] ?? 0n);
    return { price: { low: at(0.25), mid: at(0.5), high: at(0.75) }, vendors: prices.length, priceOf };
  }
  return { price: null, vendors: 0, priceOf: 'none' };
}

/** Median days from a call to its awards; assumed where fewer than three were made. */
export function leadTime(days: readonly number[]): { leadDays: number; leadN: number } {
  if (days.length < 3) return { leadDays: ASSUMED_LEAD_DAYS, leadN: 0 };
  const sorted = days.toSorted((a, b) => a - b);
  return {
    leadDays: Math.max(1, Math.ceil(sorted[Math.floor((sorted.length - 1) / 2)] ?? 0)),
    leadN: days.length,
  };
}
