import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAppError } from '#server/core/errors.ts';
import { fromStripeAmount, toStripeAmount } from './stripe-amounts.ts';

const reasonOf = (call: () => unknown): string | null => {
  try {
    call();
    return null;
  } catch (error) {
    return isAppError(error) ? error.reason : String(error);
  }
};

describe('toStripeAmount', () => {
  test.each([
    ['USD', 1_234n, 1_234],
    ['JPY', 1_234n, 1_234],
    ['XOF', 7n, 7],
    // Two decimals in ISO 4217, none at Stripe.
    ['MGA', 1_200n, 12],
    ['ISK', 500n, 500],
    ['KWD', 1_230n, 1_230],
  ])('%s: %s minor units are sent as %s', (currency, amountMinor, amount) => {
    expect(toStripeAmount({ amountMinor, currency }, 'transfer')).toEqual({
      amount,
      currency: currency.toLowerCase(),
    });
    expect(fromStripeAmount(amount, currency)).toEqual({ amountMinor, currency });
  });

  test.each([
    ['a currency whose decimals are disputed', 'UGX', 500n, 'transfer', 'stripe_currency_refused'],
    ['a currency that is none', 'usd', 500n, 'transfer', 'stripe_currency_refused'],
    ['nothing', 'USD', 0n, 'transfer', 'stripe_amount_refused'],
    ['a negative amount', 'USD', -1n, 'transfer', 'stripe_amount_refused'],
    ['part of an ariary', 'MGA', 1_250n, 'transfer', 'stripe_amount_refused'],
    ['a third decimal', 'KWD', 1_234n, 'transfer', 'stripe_amount_refused'],
    ['part of a króna', 'ISK', 550n, 'charge', 'stripe_amount_refused'],
    ['part of a forint to a bank', 'HUF', 550n, 'payout', 'stripe_amount_refused'],
    ['a charge of nine digits', 'USD', 100_000_000n, 'charge', 'stripe_amount_refused'],
    ['more than a number holds', 'USD', 2n ** 60n, 'transfer', 'stripe_amount_refused'],
  ] as const)('refuses %s', (_, currency, amountMinor, use, reason) => {
    expect(reasonOf(() => toStripeAmount({ amountMinor, currency }, use))).toBe(reason);
  });

  test('what is accepted comes back unchanged, and forints may be transferred in part', () => {
    fc.assert(
      fc.property(
        fc.bigInt(1n, 10n ** 15n),
        fc.constantFrom('USD', 'EUR', 'GBP', 'CHF', 'JPY', 'KRW', 'HUF'),
        (amountMinor, currency) => {
          const sent = toStripeAmount({ amountMinor, currency }, 'transfer');
          expect(fromStripeAmount(sent.amount, sent.currency)).toEqual({ amountMinor, currency });
        },
      ),
    );
  });
});
