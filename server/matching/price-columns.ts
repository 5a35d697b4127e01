import { NOT_KNOWN } from './people-columns.ts';
import { maximaOf, updateMaximum } from './word-maxima.ts';

/** One over each person's price in a currency, so that cheapest ÷ price is a product, or NOT_KNOWN; and the highest in each word of people. */
export type PriceColumn = { inverse: Float32Array; maxima: Float32Array };

/** What people cost, a column for each currency that somebody has a price in: two currencies are never compared. */
export class PriceColumns {
  private readonly byCurrency = new Map<string, PriceColumn>();

  /** The column of a currency; null where nobody has a price in it. */
  of(currency: string): PriceColumn | null {
    return this.byCurrency.get(currency) ?? null;
  }

  /** Puts a person's prices in place of those before. */
  put(place: number, prices: Readonly<Record<string, number>>, capacity: number): void {
    for (const currency in prices)
      if (!this.byCurrency.has(currency)) this.byCurrency.set(currency, emptyColumn(capacity));
    for (const [currency, { inverse, maxima }] of this.byCurrency) {
      const price = prices[currency];
      inverse[place] = price === undefined ? NOT_KNOWN : 1 / Math.max(1, price);
      updateMaximum(maxima, inverse, place);
    }
  }

  grow(capacity: number): void {
    for (const [currency, before] of this.byCurrency) {
      const column = emptyColumn(capacity);
      column.inverse.set(before.inverse);
      column.maxima.set(before.maxima);
      this.byCurrency.set(currency, column);
    }
  }
}

function emptyColumn(capacity: number): PriceColumn {
  const inverse = new Float32Array(capacity).fill(NOT_KNOWN);
  return { inverse, maxima: maximaOf(inverse) };
}
