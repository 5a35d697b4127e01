import { AppError } from '#server/core/errors.ts';
import { currencyExponent, type Money } from '#server/core/money.ts';

/** Currencies whose Stripe amounts have no decimals. MGA has two in ISO 4217, so the ISO table can't be used. */
const ZERO_DECIMAL = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '));
/** Currencies whose Stripe amounts have three decimals, of which the last is 0. */
const THREE_DECIMAL = new Set('BHD JOD KWD OMR TND'.split(' '));
/** Amounts in whole units only, although Stripe's amount has two decimals. */
const WHOLE_UNITS_ALWAYS = new Set(['ISK']);
/** Amounts in whole units only when they leave for a bank. */
const WHOLE_UNITS_IN_PAYOUTS = new Set(['HUF', 'TWD']);
/** Stripe's pages contradict each other on the decimals of UGX, so it is refused. */
const REFUSED = new Set(['UGX']);

/** The largest charge: eight digits in Stripe's unit ($999,999.99). */
export const MAX_CHARGE_AMOUNT = 99_999_999n;

export type StripeUse = 'charge' | 'transfer' | 'payout';

/** Why an amount can't be sent through Stripe. */
export type StripeAmountReason = 'stripe_currency_refused' | 'stripe_amount_refused';

/**
 * The amount and lower-case currency that Stripe takes for `money`, exactly; never rounded. Throws `invalid` when
 * the currency or the amount can't be expressed, naming the rule.
 */
export function toStripeAmount(money: Money, use: StripeUse): { amount: number; currency: string } {
  const { amountMinor, currency } = money;
  const exponent = stripeExponent(currency);
  if (amountMinor <= 0n) throw refuse('The amount must be above zero.');
  const scaled = rescale(amountMinor, currencyExponent(currency), exponent);
  if (scaled === null)
    throw refuse(`${currency} amounts are sent with ${exponent} decimals; this one has more.`);
  if (THREE_DECIMAL.has(currency) && scaled % 10n !== 0n) {
    throw refuse(`The last decimal of a ${currency} amount must be 0.`);
  }
  const isWhole =
    WHOLE_UNITS_ALWAYS.has(currency) || (use === 'payout' && WHOLE_UNITS_IN_PAYOUTS.has(currency));
  if (isWhole && scaled % 100n !== 0n) throw refuse(`${currency} amounts must be whole units here.`);
  if (use === 'charge' && scaled > MAX_CHARGE_AMOUNT) {
    throw refuse(
      `One card payment holds at most ${currency} ${largestCharge(currency)}. Make several payments, or send a bank transfer with the project's reference.`,
    );
  }
  if (scaled > BigInt(Number.MAX_SAFE_INTEGER)) throw refuse('The amount is too large.');
  return { amount: Number(scaled), currency: currency.toLowerCase() };
}

/** The largest charge in the currency, as people write it. */
function largestCharge(currency: string): string {
  const exponent = stripeExponent(currency);
  const [whole = '', decimals = ''] = [
    MAX_CHARGE_AMOUNT / 10n ** BigInt(exponent),
    MAX_CHARGE_AMOUNT % 10n ** BigInt(exponent),
  ].map((part) => part.toLocaleString('en-US'));
  return exponent === 0 ? whole : `${whole}.${decimals.padStart(exponent, '0')}`;
}

/** The money that a Stripe amount stands for; a negative amount stays negative. */
export function fromStripeAmount(amount: number, currency: string): Money {
  const code = currency.toUpperCase();
  const minor = rescale(BigInt(amount), stripeExponent(code), currencyExponent(code));
  if (minor === null) throw refuse(`A ${code} amount from Stripe has more decimals than the currency.`);
  return { amountMinor: minor, currency: code };
}

function stripeExponent(currency: string): number {
  if (!/^[A-Z]{3}$/.test(currency) || REFUSED.has(currency)) {
    throw new AppError<StripeAmountReason>({
      kind: 'invalid',
      reason: 'stripe_currency_refused',
      message: `${currency.slice(0, 3)} can't be paid through Stripe here. Use another currency or a bank transfer.`,
    });
  }
  if (ZERO_DECIMAL.has(currency)) return 0;
  return THREE_DECIMAL.has(currency) ? 3 : 2;
}

function rescale(amount: bigint, from: number, to: number): bigint | null {
  if (to >= from) return amount * 10n ** BigInt(to - from);
  const factor = 10n ** BigInt(from - to);
  return amount % factor === 0n ? amount / factor : null;
}

function refuse(message: string): AppError<StripeAmountReason> {
  return new AppError({ kind: 'invalid', reason: 'stripe_amount_refused', message });
}
