import { describe, expect, test } from 'vitest';
import { attentionFor } from './event-attention.ts';

describe('what the rail does by another hand than ours', () => {
  test.each([
    'charge.dispute.created',
    'charge.dispute.updated',
    'charge.dispute.funds_withdrawn',
    'charge.dispute.funds_reinstated',
    'charge.dispute.closed',
    'charge.dispute.of_a_later_version',
    'charge.refunded',
    'charge.refund.updated',
    'refund.created',
    'refund.updated',
    'refund.failed',
    'transfer.reversed',
  ])('%s is an operator’s to look at', (type) => {
    expect(attentionFor(type)).toMatch(/\.$/);
  });

  test.each(['payment_intent.succeeded', 'account.updated', 'transfer.created', 'charge.succeeded'])(
    '%s is not',
    (type) => {
      expect(attentionFor(type)).toBeNull();
    },
  );
});
