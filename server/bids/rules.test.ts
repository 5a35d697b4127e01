import { describe, expect, test } from 'vitest';
import { DAY, plus } from '#server/core/clock.ts';
import { expiryProblem, heldUntil, nextBidStatus } from './rules.ts';

describe('how long a bid binds (R13)', () => {
  const verdict = new Date('2026-11-01T12:00:00Z');
  const validUntil = heldUntil(verdict);

  test('to thirty days after the verdict, that moment included', () => {
    expect(validUntil).toEqual(plus(verdict, 30 * DAY));
    const bid = { status: 'piloting', validUntil };
    expect(expiryProblem(bid, validUntil)).toBeNull();
    expect(expiryProblem(bid, plus(validUntil, 1))).toMatchObject({
      code: 'bid_expired',
      message: expect.stringMatching(/ended on 1 Dec 2026/),
    });
  });

  test('without an end it binds, and an expired one never comes back', () => {
    expect(expiryProblem({ status: 'submitted', validUntil: null }, verdict)).toBeNull();
    expect(expiryProblem({ status: 'expired', validUntil: null }, verdict)?.code).toBe('bid_expired');
  });

  test('it expires from every state in which it is an open offer, and from no other', () => {
    const open = ['submitted', 'shortlisted', 'piloting'] as const;
    for (const status of open) expect(nextBidStatus(status, 'expire')).toBe('expired');
    for (const status of ['draft', 'awarded', 'declined', 'withdrawn', 'expired'] as const)
      expect(nextBidStatus(status, 'expire')).toBeNull();
  });
});
