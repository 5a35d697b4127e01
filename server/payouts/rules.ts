import { present, unreachable } from '#server/core/assert.ts';

export type Rail = 'stripe_connect' | 'bank_transfer';

/** Countries to which Stripe pays out across borders from this platform: US, UK, EEA, CA, CH (R32). */
const STRIPE_COUNTRIES = new Set([
  'US',
  'GB',
  'CA',
  'CH',
  'AT',
  'BE',
  'BG',
  'CY',
  'CZ',
  'DE',
  'DK',
  'EE',
  'ES',
  'FI',
  'FR',
  'GR',
  'HR',
  'HU',
  'IE',
  'IS',
  'IT',
  'LI',
  'LT',
  'LU',
  'LV',
  'MT',
  'NL',
  'NO',
  'PL',
  'PT',
  'RO',
  'SE',
  'SI',
  'SK',
]);

/** The rail over which an organisation in this country is paid (R32). */
export function railFor(country: string): Rail {
  return STRIPE_COUNTRIES.has(country) ? 'stripe_connect' : 'bank_transfer';
}

export const PAYOUT_STATUSES = [
  'created',
  'submitted',
  'confirmed',
  'failed',
  'unknown',
  'reconciled',
] as const;
export type PayoutStatus = (typeof PAYOUT_STATUSES)[number];
export type PayoutEvent = 'submit' | 'confirm' | 'fail' | 'lose_sight' | 'reconcile';

/**
 * The state a payout goes to, or null when the event does not fit (design §6). What fails after it was confirmed is no
 * move of ours: the rail tells the operator.
 */
export function nextPayoutStatus(status: PayoutStatus, event: PayoutEvent): PayoutStatus | null {
  const isOpen = status === 'created' || status === 'submitted' || status === 'unknown';
  switch (event) {
    case 'submit':
      return status === 'created' || status === 'unknown' ? 'submitted' : null;
    case 'confirm':
      return isOpen ? 'confirmed' : null;
    case 'fail':
      return isOpen ? 'failed' : null;
    case 'lose_sight':
      return status === 'submitted' ? 'unknown' : null;
    case 'reconcile':
      return status === 'confirmed' ? 'reconciled' : null;
    default:
      return unreachable(event);
  }
}

/** The guarded write of an event: the states it is possible from, and the one it leads to. */
export function payoutMove(event: PayoutEvent): { from: PayoutStatus[]; to: PayoutStatus } {
  const from = PAYOUT_STATUSES.filter((status) => nextPayoutStatus(status, event) !== null);
  const to = from[0] && nextPayoutStatus(from[0], event);
  return { from, to: present(to, 'state after the event') };
}

/** The key under which a rail knows a payout; kept by us for ever, so that a retry is never a second payment. */
export function payoutKey(payoutId: string, destinationId: string): string {
  return `xfer:${payoutId}:${destinationId}`;
}
