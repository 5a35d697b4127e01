import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAppError } from '#server/core/errors.ts';
import { formatMinor, parseMoney, percentOf } from '#server/core/money.ts';
import { assertBalanced, balanceChange, type TransferLeg, transferHash } from './rules.ts';

const leg = (direction: 'debit' | 'credit', amountMinor: bigint, currency = 'USD'): TransferLeg => ({
  code: 'payable',
  ownerId: 'o',
  currency,
  direction,
  amountMinor,
});

describe('a transfer', () => {
  test('must balance per currency, with positive amounts on at least two sides', () => {
    expect(() => assertBalanced([leg('debit', 5n), leg('credit', 3n), leg('credit', 2n)])).not.toThrow();
    for (const legs of [
      [],
      [leg('debit', 1n)],
      [leg('debit', 2n), leg('credit', 1n)],
      [leg('debit', 0n), leg('credit', 0n)],
      [leg('debit', 1n, 'EUR'), leg('credit', 1n)],
    ]) {
      expect(() => assertBalanced(legs)).toThrowError(
        expect.objectContaining({ reason: 'transfer_unbalanced' }),
      );
    }
  });

  test('has a hash that does not depend on the order of its sides but on everything else', () => {
    const base = {
      id: 'x',
      kind: 'k',
      ref: { kind: 'batch', id: 'b' },
      legs: [leg('debit', 5n), leg('credit', 5n)],
    };
    expect(transferHash({ ...base, legs: [...base.legs].reverse() })).toBe(transferHash(base));
    expect(transferHash({ ...base, kind: 'other' })).not.toBe(transferHash(base));
    expect(transferHash({ ...base, legs: [leg('debit', 6n), leg('credit', 6n)] })).not.toBe(
      transferHash(base),
    );
  });

  test('raises an account on its normal side and lowers it on the other', () => {
    expect(balanceChange('debit', leg('debit', 5n))).toBe(5n);
    expect(balanceChange('credit', leg('debit', 5n))).toBe(-5n);
  });
});

describe('money', () => {
  test('is read exactly as typed and refused with too many decimals', () => {
    expect(parseMoney('1.2', 'USD')).toEqual({ amountMinor: 120n, currency: 'USD' });
    expect(parseMoney('0.07', 'USD').amountMinor).toBe(7n);
    expect(parseMoney('500', 'JPY').amountMinor).toBe(500n);
    for (const [text, currency, reason] of [
      ['1.234', 'USD', 'money_too_precise'],
      ['1.2', 'JPY', 'money_too_precise'],
      ['1,20', 'USD', 'money_malformed'],
      ['', 'USD', 'money_malformed'],
      ['1e3', 'USD', 'money_malformed'],
    ] as const) {
      expect(() => parseMoney(text, currency)).toSatisfy((run: () => unknown) => {
        try {
          run();
          return false;
        } catch (error) {
          return isAppError(error, reason);
        }
      });
    }
  });

  test('written and read again is the same amount', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }),
        fc.constantFrom('USD', 'JPY', 'KWD'),
        (amountMinor, currency) => {
          expect(parseMoney(formatMinor({ amountMinor, currency }), currency).amountMinor).toBe(amountMinor);
        },
      ),
    );
  });

  test('a fee is rounded half up to the minor unit', () => {
    expect(percentOf(100n, 1500)).toBe(15n);
    expect(percentOf(3n, 1500)).toBe(0n);
    expect(percentOf(10n, 1500)).toBe(2n);
  });
});
