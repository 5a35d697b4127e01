import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox, testClient } from './sandbox-for-tests.ts';

let box: TestSandbox;
let stripe: Stripe;

beforeAll(async () => {
  box = await startTestSandbox({ settings: { hasFees: false } });
  stripe = box.stripe;
});
afterAll(() => box.close());

const available = async (owner?: string): Promise<number> => {
  const balance = await stripe.balance.retrieve({}, owner ? { stripeAccount: owner } : {});
  return balance.available.find(({ currency }) => currency === 'usd')?.amount ?? 0;
};

const caught = async (call: Promise<unknown>): Promise<Stripe.errors.StripeError> => {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Stripe.errors.StripeError);
  return error as Stripe.errors.StripeError;
};

describe('idempotency', () => {
  test('the same key and parameters replay the first answer', async () => {
    await box.fund(1_000);
    const payee = await box.recipient();
    const before = await available();
    const pay = (amount: number) =>
      stripe.transfers.create({ amount, currency: 'usd', destination: payee }, { idempotencyKey: 'same' });
    const [first, second] = [await pay(10), await pay(10)];
    expect(second.id).toBe(first.id);
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(await available()).toBe(before - 10);
    expect(await caught(pay(11))).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
  });

  test('a refusal in execution is replayed; a validation failure leaves the key free', async () => {
    const payee = await box.recipient('unfinished');
    const pay = (params: object) =>
      stripe.transfers.create(
        { currency: 'usd', destination: payee, ...params } as Stripe.TransferCreateParams,
        {
          idempotencyKey: 'refused',
        },
      );
    expect((await caught(pay({}))).code).toBe('parameter_missing');
    expect((await caught(pay({ amount: 5 }))).code).toBe('insufficient_capabilities_for_transfer');
    await box.control('POST', `accounts/${payee}/onboarding`, { outcome: 'complete' });
    expect((await caught(pay({ amount: 5 }))).code).toBe('insufficient_capabilities_for_transfer');
    await box.control('POST', 'clock', { advanceSeconds: 24 * 3600 });
    expect((await pay({ amount: 5 })).amount).toBe(5);
  });

  test('a key in use answers 409, which is not stored', async () => {
    await box.fund(1_000);
    const payee = await box.recipient();
    const eager = testClient(box.sandbox.port, { maxNetworkRetries: 0 });
    await box.control('POST', 'faults', {
      on: 'call',
      kind: 'slow',
      delayMs: 300,
      pathPrefix: '/v1/transfers',
    });
    const pay = () =>
      eager.transfers.create({ amount: 7, currency: 'usd', destination: payee }, { idempotencyKey: 'busy' });
    const [one, two] = await Promise.allSettled([pay(), pay()]);
    const outcomes = [one, two].map((o) => (o.status === 'fulfilled' ? 200 : o.reason.statusCode));
    expect(outcomes.sort()).toEqual([200, 409]);
    expect(await available(payee)).toBe(7);
    await pay();
    expect(await available(payee)).toBe(7);
  });

  test('a key above 255 characters is refused', async () => {
    const error = await caught(
      stripe.paymentIntents.create({ amount: 1, currency: 'usd' }, { idempotencyKey: 'k'.repeat(256) }),
    );
    expect(error).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
  });

  test.each(['error_after', 'reset_after'])(
    '%s: the SDK tries again and there is one transfer',
    async (kind) => {
      await box.fund(1_000);
      const payee = await box.recipient();
      await box.control('POST', 'faults', { on: 'call', kind, pathPrefix: '/v1/transfers' });
      const transfer = await stripe.transfers.create({
        amount: 9,
        currency: 'usd',
        destination: payee,
        transfer_group: kind,
      });
      const listed = await stripe.transfers.list({ transfer_group: kind });
      expect(listed.data.map(({ id }) => id)).toEqual([transfer.id]);
      expect(await available(payee)).toBe(9);
    },
  );

  test('a stored 500 is replayed, and the transfer it hides is found by its group', async () => {
    await box.fund(1_000);
    const payee = await box.recipient();
    await box.control('POST', 'faults', { on: 'call', kind: 'error_stored', pathPrefix: '/v1/transfers' });
    const pay = () =>
      stripe.transfers.create(
        { amount: 3, currency: 'usd', destination: payee, transfer_group: 'hidden' },
        { idempotencyKey: 'hidden' },
      );
    expect(await caught(pay())).toMatchObject({ statusCode: 500 });
    expect(await caught(pay())).toMatchObject({ statusCode: 500 });
    expect((await stripe.transfers.list({ transfer_group: 'hidden' })).data).toHaveLength(1);
  });
});
