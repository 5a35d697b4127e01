import { describe, expect, test } from 'vitest';
import {
  nextPayoutStatus,
  PAYOUT_STATUSES,
  type PayoutEvent,
  type PayoutStatus,
  payoutKey,
  payoutMove,
  railFor,
} from './rules.ts';

describe('payouts', () => {
  test('R32: Stripe where it pays out across borders, bank transfer elsewhere', () => {
    expect(['US', 'GB', 'DE', 'NO', 'CA', 'CH'].map(railFor)).toEqual(Array(6).fill('stripe_connect'));
    expect(['IN', 'PH', 'KE', 'BR'].map(railFor)).toEqual(Array(4).fill('bank_transfer'));
  });

  test.each<[PayoutStatus, PayoutEvent, PayoutStatus | null]>([
    ['created', 'submit', 'submitted'],
    ['unknown', 'submit', 'submitted'],
    ['confirmed', 'submit', null],
    ['submitted', 'confirm', 'confirmed'],
    ['unknown', 'confirm', 'confirmed'],
    ['failed', 'confirm', null],
    ['unknown', 'fail', 'failed'],
    ['confirmed', 'fail', null],
    ['reconciled', 'fail', null],
    ['created', 'lose_sight', null],
    ['failed', 'fail', null],
    ['submitted', 'lose_sight', 'unknown'],
    ['confirmed', 'lose_sight', null],
    ['confirmed', 'reconcile', 'reconciled'],
    ['submitted', 'reconcile', null],
  ])('%s on %s becomes %s', (from, event, to) => {
    expect(nextPayoutStatus(from, event)).toBe(to);
  });

  test('each event leads to one state from wherever it is possible', () => {
    for (const event of ['submit', 'confirm', 'fail', 'lose_sight', 'reconcile'] as const) {
      const { from, to } = payoutMove(event);
      for (const status of PAYOUT_STATUSES)
        expect(nextPayoutStatus(status, event)).toBe(from.includes(status) ? to : null);
    }
  });

  test('the key of a payout is always the same', () => {
    expect(payoutKey('p', 'd')).toBe('xfer:p:d');
  });
});
