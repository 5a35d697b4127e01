import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Stripe from 'stripe';
import { afterEach, describe, expect, test } from 'vitest';
import { isAppError } from '#server/core/errors.ts';
import { verifyStripeWebhook } from '#server/payouts/stripe-webhook.ts';
import { startTestSandbox, type TestSandbox } from './sandbox-for-tests.ts';

const SECRET = 'whsec_for_tests';

type Received = { type: string; id: string; verdict: string; account: string | null };

let cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.reverse()) await step();
  cleanUp = [];
});

/** An app that verifies what it gets, and refuses the first `failures` webhooks with 500. */
async function receiver(failures = 0): Promise<{ url: string; got: Received[]; stop(): Promise<void> }> {
  const got: Received[] = [];
  let left = failures;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const rawBody = Buffer.concat(chunks).toString('utf8');
    const event = JSON.parse(rawBody) as Stripe.Event;
    let verdict = 'ok';
    try {
      const signatureHeader = String(request.headers['stripe-signature']);
      verifyStripeWebhook({ rawBody, signatureHeader, secrets: [SECRET], now: new Date() });
    } catch (error) {
      verdict = isAppError(error) ? error.reason : 'bug';
    }
    got.push({ type: event.type, id: event.id, verdict, account: event.account ?? null });
    left -= 1;
    response.writeHead(left >= 0 ? 500 : 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  cleanUp.push(stop);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, got, stop };
}

async function boxTo(url: string): Promise<TestSandbox> {
  const box = await startTestSandbox({ webhook: { url, secret: SECRET }, retry: { baseMs: 20, maxMs: 40 } });
  cleanUp.push(() => box.close());
  return box;
}

const count = (got: readonly Received[], type: string) => got.filter((one) => one.type === type).length;

describe('webhooks', () => {
  test('every event is delivered, signed so that the app accepts it, with its account', async () => {
    const { url, got } = await receiver();
    const box = await boxTo(url);
    await box.fund(1_000);
    const payee = await box.recipient();
    await expect.poll(() => count(got, 'account.updated')).toBe(2);
    expect(got.every(({ verdict }) => verdict === 'ok')).toBe(true);
    expect(got.find(({ type }) => type === 'payment_intent.succeeded')?.account).toBeNull();
    expect(got.find(({ type }) => type === 'account.updated')?.account).toBe(payee);
    await expect.poll(async () => (await box.control('GET', 'deliveries')).deliveries).toEqual([]);
  });

  test('what the app answers with 500 comes again until it is taken, under the same id', async () => {
    const { url, got } = await receiver(3);
    const box = await boxTo(url);
    await box.stripe.paymentIntents.create({ amount: 100, currency: 'usd' });
    await expect.poll(() => got.length).toBe(4);
    expect(new Set(got.map(({ id }) => id)).size).toBe(1);
  });

  test('what was not delivered before a restart is delivered after it', async () => {
    const first = await receiver(1_000);
    const box = await boxTo(first.url);
    await box.stripe.paymentIntents.create({ amount: 100, currency: 'usd' });
    await expect.poll(() => first.got.length).toBeGreaterThan(0);
    await box.sandbox.close();
    const second = await receiver();
    const again = await startTestSandbox({
      dir: box.dir,
      webhook: { url: second.url, secret: SECRET },
    });
    cleanUp.push(() => again.sandbox.close());
    await expect.poll(() => second.got.map(({ id }) => id)).toEqual([first.got[0]!.id]);
  });

  test.each([
    ['duplicate', ['ok', 'ok']],
    ['bad_signature', ['webhook_signature_invalid']],
    ['old_timestamp', ['webhook_timestamp_outside']],
    ['future_timestamp', ['webhook_timestamp_outside']],
  ])('%s', async (kind, verdicts) => {
    const { url, got } = await receiver();
    const box = await boxTo(url);
    await box.control('POST', 'faults', { on: 'webhook', kind, typePrefix: 'payment_intent.created' });
    await box.stripe.paymentIntents.create({ amount: 100, currency: 'usd' });
    await expect.poll(() => got.map(({ verdict }) => verdict)).toEqual(verdicts);
    expect(new Set(got.map(({ id }) => id)).size).toBe(1);
  });

  test('hold: a success may arrive before the creation it follows', async () => {
    const { url, got } = await receiver();
    const box = await boxTo(url);
    await box.control('POST', 'faults', {
      on: 'webhook',
      kind: 'hold',
      typePrefix: 'payment_intent.created',
    });
    await box.fund(100);
    await expect.poll(() => count(got, 'payment_intent.created')).toBe(1);
    expect(got[0]?.type).not.toBe('payment_intent.created');
  });

  test('drop: a lost webhook is found in the list of events, and can be sent again', async () => {
    const { url, got } = await receiver();
    const box = await boxTo(url);
    await box.control('POST', 'faults', {
      on: 'webhook',
      kind: 'drop',
      typePrefix: 'payment_intent.created',
    });
    await box.stripe.paymentIntents.create({ amount: 100, currency: 'usd' });
    await expect
      .poll(async () =>
        (await box.stripe.events.list({ delivery_success: false })).data.map(({ type }) => type),
      )
      .toEqual(['payment_intent.created']);
    expect(got).toEqual([]);
    const [lost] = (await box.stripe.events.list({ type: 'payment_intent.created' })).data;
    await box.control('POST', `events/${lost!.id}/redeliver`);
    await expect.poll(() => got.map(({ id }) => id)).toEqual([lost!.id]);
  });

  test('an endpoint made through the API gets the types it asked for, of its own kind of account', async () => {
    const { url, got } = await receiver();
    const box = await startTestSandbox();
    cleanUp.push(() => box.close());
    const endpoint = await box.stripe.webhookEndpoints.create({
      url,
      enabled_events: ['account.updated', 'payment_intent.created'],
      connect: true,
    });
    expect(endpoint.secret).toMatch(/^whsec_/);
    await box.fund(100);
    await box.recipient('unfinished');
    await expect.poll(() => got.map(({ type }) => type)).toEqual(['account.updated']);
    expect((await box.stripe.webhookEndpoints.list()).data[0]).not.toHaveProperty('secret');
  });
});
