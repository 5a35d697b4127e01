import Stripe from 'stripe';
import { describe, expect, test } from 'vitest';
import { isAppError } from '#server/core/errors.ts';
import { verifyStripeWebhook } from './stripe-webhook.ts';

const SECRET = 'whsec_present';
const NOW = new Date('2026-11-21T08:00:00Z');
const SECONDS = NOW.getTime() / 1000;

const event = JSON.stringify({
  id: 'evt_1',
  object: 'event',
  type: 'payment_intent.succeeded',
  created: SECONDS - 2,
  livemode: false,
  data: { object: { id: 'pi_1', object: 'payment_intent' } },
});

const sign = (payload: string, timestamp = SECONDS, secret = SECRET) =>
  Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });

const verify = (rawBody: string, signatureHeader: string | null, secrets: readonly string[] = [SECRET]) =>
  verifyStripeWebhook({ rawBody, signatureHeader, secrets, now: NOW });

const reasonOf = (call: () => unknown): string | null => {
  try {
    call();
    return null;
  } catch (error) {
    return isAppError(error) ? error.reason : String(error);
  }
};

describe('verifyStripeWebhook', () => {
  test('a signed event in time is read, and reads the same when it comes again', () => {
    const header = sign(event);
    const read = verify(event, header);
    expect(read).toMatchObject({
      id: 'evt_1',
      type: 'payment_intent.succeeded',
      account: null,
      objectId: 'pi_1',
      createdAt: new Date((SECONDS - 2) * 1000),
      livemode: false,
    });
    expect(verify(event, header)).toEqual(read);
  });

  test('any of several secrets will do while one replaces the other', () => {
    expect(verify(event, sign(event, SECONDS, 'whsec_old'), ['whsec_new', 'whsec_old']).id).toBe('evt_1');
    const both = `${sign(event, SECONDS, 'whsec_other')},${sign(event).split(',')[1]}`;
    expect(verify(event, both).id).toBe('evt_1');
  });

  test.each([
    ['no header', null],
    ['an empty header', ''],
    ['another secret', sign(event, SECONDS, 'whsec_wrong')],
    ['a signature of another body', sign(`${event} `)],
    ['no timestamp', sign(event).split(',')[1] ?? ''],
    ['two timestamps', `t=${SECONDS + 1},${sign(event)}`],
    ['another time than was signed', sign(event).replace(`t=${SECONDS}`, `t=${SECONDS + 1}`)],
    ['only the test scheme', sign(event).replace('v1=', 'v0=')],
  ])('refuses %s', (_, header) => {
    expect(reasonOf(() => verify(event, header))).toBe('webhook_signature_invalid');
  });

  test.each([
    ['300 seconds old', SECONDS - 300, null],
    ['300 seconds ahead', SECONDS + 300, null],
    ['301 seconds old', SECONDS - 301, 'webhook_timestamp_outside'],
    ['301 seconds ahead', SECONDS + 301, 'webhook_timestamp_outside'],
    ['in milliseconds', SECONDS * 1000, 'webhook_timestamp_outside'],
  ])('time %s', (_, timestamp, reason) => {
    expect(reasonOf(() => verify(event, sign(event, timestamp)))).toBe(reason);
  });

  test('a signed body that is no event is refused as malformed', () => {
    for (const body of ['no json', '[]', '{"object":"event"}', '{"object":"charge","id":"ch_1"}']) {
      expect(reasonOf(() => verify(body, sign(body)))).toBe('webhook_malformed');
    }
  });

  test('a v2 notification is read with the object it is about', () => {
    const body = JSON.stringify({
      id: 'evt_2',
      object: 'v2.core.event',
      type: 'v2.core.account[requirements].updated',
      created: '2026-11-21T08:00:00.000Z',
      livemode: false,
      context: 'acct_1',
      related_object: { id: 'acct_1', type: 'v2.core.account', url: '/v2/core/accounts/acct_1' },
    });
    expect(verify(body, sign(body))).toMatchObject({ id: 'evt_2', objectId: 'acct_1', account: 'acct_1' });
  });

  test('without a secret nothing is accepted, not even a signature made with an empty one', () => {
    expect(reasonOf(() => verify(event, sign(event), []))).toBe('webhook_not_configured');
    expect(reasonOf(() => verify(event, sign(event), [' ']))).toBe('webhook_not_configured');
  });
});
