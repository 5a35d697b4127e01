import { describe, expect, test } from 'vitest';
import { parseMoney } from './money.ts';

describe('an amount is read as it was meant or refused, never a hundred times too large', () => {
  test.each([
    ['1,200.50', 'USD', 120_050n],
    ['1 200', 'USD', 120_000n],
    ['1\u00a0200.5', 'EUR', 120_050n],
    ['1,234,567', 'JPY', 1_234_567n],
    ['-1,200', 'USD', -120_000n],
    [' 12.34 ', 'USD', 1234n],
  ])('%s %s', (text, currency, amountMinor) => {
    expect(parseMoney(text, currency)).toEqual({ amountMinor, currency });
  });

  test.each([
    ['12,34', 'USD'],
    ['1.234,50', 'EUR'],
    ['1,2345', 'USD'],
    ['1,234 567', 'USD'],
    ['1,234', 'KWD'],
    ['1e5', 'USD'],
    ['٣٤', 'USD'],
  ])('%s %s is refused', (text, currency) => {
    expect(() => parseMoney(text, currency)).toThrow(/is not an amount/);
  });
});
