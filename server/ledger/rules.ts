import { createHash } from 'node:crypto';
import { AppError } from '#server/core/errors.ts';
import type { AccountCode } from './chart-of-accounts.ts';

export type TransferLeg = {
  code: AccountCode;
  /** Organisation, project or batch the account is kept for. */
  ownerId: string;
  currency: string;
  direction: 'debit' | 'credit';
  /** Positive, in minor units. */
  amountMinor: bigint;
};

export type TransferInput = {
  /** Made by the caller; posting the same id again is a replay. */
  id: string;
  kind: string;
  ref: { kind: string; id: string };
  effectiveAt?: Date;
  reversesId?: string;
  legs: readonly TransferLeg[];
};

/** Refuses a transfer that is empty, has an amount that is not positive, or does not balance per currency. */
export function assertBalanced(legs: readonly TransferLeg[]): void {
  if (legs.length < 2) throw unbalanced('A transfer needs at least two sides.');
  const sums = new Map<string, bigint>();
  for (const leg of legs) {
    if (leg.amountMinor <= 0n) throw unbalanced('Every side of a transfer must be a positive amount.');
    const signed = leg.direction === 'debit' ? leg.amountMinor : -leg.amountMinor;
    sums.set(leg.currency, (sums.get(leg.currency) ?? 0n) + signed);
  }
  for (const [currency, sum] of sums) {
    if (sum !== 0n) throw unbalanced(`Debits and credits in ${currency} differ by ${sum} minor units.`);
  }
}

function unbalanced(message: string): AppError {
  return new AppError({ kind: 'bug', reason: 'transfer_unbalanced', message });
}

/** Hash of what a transfer does, to tell a replay from another transfer under the same id. */
export function transferHash(input: TransferInput): string {
  const legs = input.legs
    .map((leg) => `${leg.code}|${leg.ownerId}|${leg.currency}|${leg.direction}|${leg.amountMinor}`)
    .sort();
  const text = [input.kind, input.ref.kind, input.ref.id, input.reversesId ?? '', ...legs].join('\n');
  return createHash('sha256').update(text).digest('hex');
}

/** What a leg does to the balance of an account with this normal side. */
export function balanceChange(
  normalSide: 'debit' | 'credit',
  leg: Pick<TransferLeg, 'direction' | 'amountMinor'>,
): bigint {
  return leg.direction === normalSide ? leg.amountMinor : -leg.amountMinor;
}
