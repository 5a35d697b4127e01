import { type Money, sayMinor } from '#server/core/money.ts';

function symbolOf(currency: string): string {
  const parts = new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  }).formatToParts(0);
  const symbol = parts.find((part) => part.type === 'currency')?.value ?? '';
  return symbol === currency ? '' : symbol;
}

export type MoneyText = { sign: '' | '−' | '+'; amount: string; currency: string; full: string };

/**
 * The exact words for an amount, never through a float: `184n USD` → "$1.84 USD". A minus is a real minus
 * sign; with `signed` a positive amount carries a plus.
 */
export function formatMoney(money: Money, options: { signed?: boolean } = {}): MoneyText {
  const negative = money.amountMinor < 0n;
  const digits = sayMinor({ ...money, amountMinor: negative ? -money.amountMinor : money.amountMinor });
  const amount = `${symbolOf(money.currency)}${digits}`;
  const sign = negative ? '−' : options.signed && money.amountMinor > 0n ? '+' : '';
  return { sign, amount, currency: money.currency, full: `${sign}${amount} ${money.currency}` };
}
