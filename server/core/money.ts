import { assert } from './assert.ts';
import { AppError } from './errors.ts';

/** An amount in minor units (cents for USD) with its ISO 4217 currency. Never a float. */
export type Money = { amountMinor: bigint; currency: string };

/** What projects are paid in and rates are given in. */
export const CURRENCIES = ['USD', 'EUR', 'GBP', 'CAD', 'CHF'] as const;

/** Decimal places by currency; what is not listed has two. ISO 4217, checked against Stripe's list. */
const EXPONENTS: Record<string, number> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  JOD: 3,
  KWD: 3,
  OMR: 3,
  TND: 3,
};

/** Number of decimals of a currency, e.g. 2 for USD and 0 for JPY. */
export function currencyExponent(currency: string): number {
  return EXPONENTS[currency] ?? 2;
}

/**
 * Reads a decimal amount as typed or pasted by a person ("1.20", "1,200.50", "1 200") into minor units, exactly.
 * Refuses anything but digits, in groups of three or not, with at most the currency's decimals; "12,34" may mean
 * two amounts and is refused.
 */
export function parseMoney(text: string, currency: string): Money {
  const exponent = currencyExponent(currency);
  const match = /^(-?)(\d{1,15})(?:\.(\d+))?$/.exec(withoutGroups(text.trim(), exponent));
  if (!match) {
    throw new AppError({
      kind: 'invalid',
      reason: 'money_malformed',
      message: `"${text.slice(0, 30)}" is not an amount. Write digits with a point, for example 1.20.`,
    });
  }
  const [, sign, whole = '0', fraction = ''] = match;
  if (fraction.length > exponent) {
    throw new AppError({
      kind: 'invalid',
      reason: 'money_too_precise',
      message: `${currency} has ${exponent} decimals; ${text} has ${fraction.length}. Round it to ${exponent}.`,
    });
  }
  const minor =
    BigInt(whole) * 10n ** BigInt(exponent) + BigInt((fraction || '0').padEnd(exponent, '0') || '0');
  return { amountMinor: sign === '-' ? -minor : minor, currency };
}

/** Takes out what parts thousands. Where a currency has three decimals a comma may stand for the point, so it stays. */
function withoutGroups(text: string, exponent: number): string {
  const mark = /^-?\d{1,3}([,\s])\d{3}(?:\1\d{3})*(?:\.\d+)?$/.exec(text)?.[1];
  return mark === undefined || (mark === ',' && exponent === 3) ? text : text.replaceAll(mark, '');
}

/** The exact decimal text of an amount without currency, for fields and files, e.g. 120000n USD → "1200.00". */
export function formatMinor({ amountMinor, currency }: Money): string {
  const exponent = currencyExponent(currency);
  const digits = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(exponent + 1, '0');
  const sign = amountMinor < 0n ? '-' : '';
  if (exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** The exact amount as a sentence says it, thousands parted, without currency, e.g. 120000n USD → "1,200.00". */
export function sayMinor(money: Money): string {
  return formatMinor(money).replace(/\d+/, (whole) => whole.replaceAll(/\B(?=(\d{3})+$)/g, ','));
}

/** `basisPoints` of an amount, rounded half up to the minor unit (platform fee, R2). */
export function percentOf(amountMinor: bigint, basisPoints: number): bigint {
  assert(Number.isInteger(basisPoints) && basisPoints >= 0, 'Basis points must be a non-negative integer');
  return (amountMinor * BigInt(basisPoints) + 5_000n) / 10_000n;
}
