import { describe, expect, test } from 'vitest';
import { formatMinor, parseMoney, sayMinor } from './money.ts';

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

describe('an amount in a sentence has its thousands parted; in a field and in a file it has not', () => {
  test.each([
    [123_456_789n, 'USD', '1,234,567.89', '1234567.89'],
    [-120_000n, 'EUR', '-1,200.00', '-1200.00'],
    [99_999n, 'USD', '999.99', '999.99'],
    [1_234_567n, 'JPY', '1,234,567', '1234567'],
    [1_234_567n, 'KWD', '1,234.567', '1234.567'],
  ])('%s %s', (amountMinor, currency, said, typed) => {
    expect(sayMinor({ amountMinor, currency })).toBe(said);
    expect(formatMinor({ amountMinor, currency })).toBe(typed);
  });
});
