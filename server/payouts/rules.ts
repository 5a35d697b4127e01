import { unreachable } from '#server/core/assert.ts';

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

export type PayoutStatus = 'created' | 'submitted' | 'confirmed' | 'failed' | 'unknown' | 'reconciled';
export type PayoutEvent = 'submit' | 'confirm' | 'fail' | 'lose_sight' | 'reconcile';

/** The state a payout goes to, or null when the event does not fit (design §6). A confirmed payout may still fail later. */
export function nextPayoutStatus(status: PayoutStatus, event: PayoutEvent): PayoutStatus | null {
  switch (event) {
    case 'submit':
      return status === 'created' || status === 'unknown' ? 'submitted' : null;
    case 'confirm':
      return status === 'submitted' || status === 'unknown' || status === 'created' ? 'confirmed' : null;
    case 'fail':
      return status === 'reconciled' || status === 'failed' ? null : 'failed';
    case 'lose_sight':
      return status === 'submitted' || status === 'created' ? 'unknown' : null;
    case 'reconcile':
      return status === 'confirmed' ? 'reconciled' : null;
    default:
      return unreachable(event);
  }
}

/** The key under which a rail knows a payout; kept by us for ever, so that a retry is never a second payment. */
export function payoutKey(payoutId: string, destinationId: string): string {
  return `xfer:${payoutId}:${destinationId}`;
}
