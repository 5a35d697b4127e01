import type { ReactNode } from 'react';
import type { Money as MoneyAmount } from '#server/core/money.ts';
import { cn } from './cn.ts';
import { formatMoney } from './format-money.ts';

export type MoneyProps = {
  /** Minor units, such as cents for USD. */
  amountMinor: MoneyAmount['amountMinor'];
  currency: string;
  /** Shows a plus before what comes in. */
  signed?: boolean | undefined;
  /** What one of it buys: "per read". */
  per?: ReactNode;
  /** Leaves the code out where a heading already says it. */
  codeHidden?: boolean | undefined;
  className?: string | undefined;
};

/** An exact amount with sign, symbol and currency code. */
export function Money({
  amountMinor,
  currency,
  signed = false,
  per,
  codeHidden = false,
  className,
}: MoneyProps) {
  const text = formatMoney({ amountMinor, currency }, { signed });
  return (
    <span className={cn('whitespace-nowrap', className)}>
      {text.sign}
      {text.amount}
      <span className={codeHidden ? 'sr-only' : 'ml-1 font-normal text-[0.85em] text-ink-3'}>
        {text.currency}
      </span>
      {per ? <span className="ml-1 text-ink-3">{per}</span> : null}
    </span>
  );
}
