import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  comparableByCurrency,
  comparablePrices,
  LEAST_PRICED_VENDORS,
  roundedPrice,
} from './price-privacy.ts';

const named = (prices: readonly number[]) => new Map(prices.map((price, n) => [`v${n}`, price]));

describe('no vendor’s own price shows through what others are told (R21)', () => {
  test('prices of four vendors are not compared, those of five are', () => {
    expect(comparablePrices(named([100, 110, 120, 130])).size).toBe(0);
    expect(comparablePrices(named([100, 110, 120, 130, 140])).size).toBe(LEAST_PRICED_VENDORS);
  });

  test('whoever knows its own price and the ratio to the cheapest learns that one to a quarter at best', () => {
    // 199 and 230 are on one step: the fifth vendor sees the same ratio, whichever of them is the cheapest.
    const ratio = (cheapest: number) => {
      const prices = comparablePrices(named([cheapest, 300, 400, 500, 600]));
      return Math.min(...prices.values()) / (prices.get('v4') ?? 0);
    };
    expect(ratio(199)).toBe(ratio(230));
    expect(ratio(199)).not.toBe(ratio(100));
  });

  test('the order of prices stays: who asks less is never compared as the dearer', () => {
    const price = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(fc.array(price, { minLength: 5, maxLength: 8 }), (prices) => {
        const found = [...comparablePrices(named(prices)).values()];
        for (const [i, a] of prices.entries())
          for (const [j, b] of prices.entries())
            if (a < b) expect(found[i]).toBeLessThanOrEqual(found[j] as number);
      }),
    );
  });

  test('a price is compared in its own currency alone, and needs five vendors in that', () => {
    const medians = (currency: string, prices: readonly number[]) =>
      prices.map((medianMinor, n) => ({ orgId: `v${n}`, currency, medianMinor }));
    const dollars = medians('USD', [100, 200, 300, 400, 500]);
    const found = comparableByCurrency([...dollars, ...medians('EUR', [10, 20, 30, 40])]);
    // Four euros make no fifth dollar of v0, and no euro.
    expect(found).toEqual(comparableByCurrency(dollars));
    expect(Object.keys(found.get('v0') ?? {})).toEqual(['USD']);
    const all = comparableByCurrency([...dollars, ...medians('EUR', [10, 20, 30, 40, 50])]);
    expect(all.get('v4')?.USD).toBe(found.get('v4')?.USD);
    expect(all.get('v4')?.EUR).toBeLessThan(60);
  });

  test.each([
    [1_847n, 1_800n],
    [1_850n, 1_900n],
    [96n, 96n],
    [7n, 7n],
    [998n, 1_000n],
  ])('a price of %s is told as %s', (minor, told) => expect(roundedPrice(minor)).toBe(told));
});
