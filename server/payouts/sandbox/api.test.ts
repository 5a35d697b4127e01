import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from './sandbox-for-tests.ts';

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

describe('payment intents', () => {
  test('a card payment succeeds at once and adds its net amount to the balance', async () => {
    const before = await available();
    const intent = await stripe.paymentIntents.create({
      amount: 12_345,
      currency: 'usd',
      transfer_group: 'g',
    });
    expect(intent.status).toBe('requires_payment_method');
    const paid = await stripe.paymentIntents.confirm(intent.id, {
      payment_method: 'pm_card_visa',
      expand: ['latest_charge.balance_transaction'],
    });
    expect(paid.status).toBe('succeeded');
    const charge = paid.latest_charge as Stripe.Charge;
    expect((charge.balance_transaction as Stripe.BalanceTransaction).net).toBe(12_345);
    expect(charge.transfer_group).toBe('g');
    expect(await available()).toBe(before + 12_345);
  });

  test('a declined card answers 402 with its code, moves nothing and leaves the intent payable', async () => {
    const before = await available();
    const intent = await stripe.paymentIntents.create({ amount: 500, currency: 'usd' });
    const error = await caught(
      stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_chargeDeclinedInsufficientFunds' }),
    );
    expect(error).toBeInstanceOf(Stripe.errors.StripeCardError);
    expect(error).toMatchObject({
      statusCode: 402,
      code: 'card_declined',
      decline_code: 'insufficient_funds',
    });
    const after = await stripe.paymentIntents.retrieve(intent.id);
    expect(after.status).toBe('requires_payment_method');
    expect(after.last_payment_error?.decline_code).toBe('insufficient_funds');
    expect(await available()).toBe(before);
    const paid = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
    expect(paid.status).toBe('succeeded');
  });

  test('a bank debit is processing until its time has come', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 700, currency: 'usd' });
    const started = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_usBankAccount' });
    expect(started.status).toBe('processing');
    await box.control('POST', 'clock', { advanceSeconds: 5 });
    await expect.poll(async () => (await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
  });

  test('a paid intent is neither paid again nor cancelled', async () => {
    const intent = await box.fund(100);
    expect(
      (await caught(stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' }))).code,
    ).toBe('payment_intent_unexpected_state');
    expect((await caught(stripe.paymentIntents.cancel(intent.id))).code).toBe(
      'payment_intent_unexpected_state',
    );
  });
});

describe('parameters', () => {
  test('missing, unknown and malformed ones are refused by name', async () => {
    const create = (params: object) =>
      stripe.paymentIntents.create(params as Stripe.PaymentIntentCreateParams);
    expect(await caught(create({ currency: 'usd' }))).toMatchObject({
      code: 'parameter_missing',
      param: 'amount',
    });
    expect(await caught(create({ amount: 'x', currency: 'usd' }))).toMatchObject({
      code: 'parameter_invalid_integer',
    });
    expect(await caught(create({ amount: 0, currency: 'usd' }))).toMatchObject({ code: 'amount_too_small' });
    expect(await caught(create({ amount: 100_000_000, currency: 'usd' }))).toMatchObject({
      code: 'amount_too_large',
    });
    expect(await caught(create({ amount: 1, currency: 'usd', nonsense: 1 }))).toMatchObject({
      code: 'parameter_unknown',
      param: 'nonsense',
    });
    expect(await caught(create({ amount: 1, currency: 'ugx' }))).toMatchObject({ code: 'invalid_currency' });
  });

  test('another key is refused', async () => {
    const stranger = new Stripe('sk_test_other', {
      host: '127.0.0.1',
      port: box.sandbox.port,
      protocol: 'http',
    });
    await expect(stranger.balance.retrieve()).rejects.toBeInstanceOf(Stripe.errors.StripeAuthenticationError);
  });
});

describe('transfers', () => {
  test('money moves from the platform to the payee, to the cent', async () => {
    await box.fund(10_000);
    const payee = await box.recipient();
    const before = await available();
    const transfer = await stripe.transfers.create({ amount: 2_501, currency: 'usd', destination: payee });
    expect(transfer).toMatchObject({
      object: 'transfer',
      amount: 2_501,
      reversed: false,
      destination: payee,
    });
    expect(await available()).toBe(before - 2_501);
    expect(await available(payee)).toBe(2_501);
  });

  test('more than the available balance is refused, and nothing moves', async () => {
    const payee = await box.recipient();
    const before = await available();
    const error = await caught(
      stripe.transfers.create({ amount: before + 1, currency: 'usd', destination: payee }),
    );
    expect(error).toMatchObject({ statusCode: 400, code: 'balance_insufficient' });
    expect(await available()).toBe(before);
    expect(await available(payee)).toBe(0);
  });

  test.each(['unfinished', 'failed', 'pending'] as const)(
    'a payee whose onboarding is %s is refused',
    async (outcome) => {
      await box.fund(1_000);
      const payee = await box.recipient(outcome);
      const error = await caught(
        stripe.transfers.create({ amount: 10, currency: 'usd', destination: payee }),
      );
      expect(error.code).toBe('insufficient_capabilities_for_transfer');
    },
  );

  test('from a charge that has not settled the money arrives with the charge, up to its amount', async () => {
    const slow = await startTestSandbox({ settings: { hasFees: false, cardSettleSeconds: 3600 } });
    try {
      const intent = await slow.stripe.paymentIntents.create({
        amount: 1_000,
        currency: 'usd',
        confirm: true,
        payment_method: 'pm_card_visa',
        return_url: 'https://example.test',
      });
      const payee = await slow.recipient();
      const pay = (amount: number, source?: string) =>
        slow.stripe.transfers.create({
          amount,
          currency: 'usd',
          destination: payee,
          ...(source ? { source_transaction: source } : {}),
        });
      expect((await caught(pay(400))).code).toBe('balance_insufficient');
      await pay(400, intent.latest_charge as string);
      expect((await caught(pay(601, intent.latest_charge as string))).code).toBe('balance_insufficient');
      const balances = () => slow.control('GET', 'balances');
      expect(await balances()).toMatchObject({ [payee]: { usd: { available: 0, pending: 400 } } });
      await slow.control('POST', 'clock', { advanceSeconds: 3600 });
      expect(await balances()).toMatchObject({
        platform: { usd: { available: 600, pending: 0 } },
        [payee]: { usd: { available: 400, pending: 0 } },
      });
    } finally {
      await slow.close();
    }
  });

  test('a list by transfer group gives every page, newest first, and nothing else', async () => {
    await box.fund(1_000);
    const payee = await box.recipient();
    const made: string[] = [];
    for (let n = 1; n <= 7; n += 1) {
      const group = n === 4 ? 'other' : 'paged';
      const transfer = await stripe.transfers.create({
        amount: n,
        currency: 'usd',
        destination: payee,
        transfer_group: group,
      });
      if (group === 'paged') made.unshift(transfer.id);
    }
    const first = await stripe.transfers.list({ transfer_group: 'paged', limit: 2 });
    expect(first.has_more).toBe(true);
    const all: string[] = [];
    for await (const transfer of stripe.transfers.list({ transfer_group: 'paged', limit: 2 }))
      all.push(transfer.id);
    expect(all).toEqual(made);
    const back = await stripe.transfers.list({ transfer_group: 'paged', limit: 2, ending_before: made[3]! });
    expect(back.data.map(({ id }) => id)).toEqual(made.slice(1, 3));
  });

  test('reversals take back at most what was sent, and only what the payee still has', async () => {
    await box.fund(1_000);
    const payee = await box.recipient();
    const transfer = await stripe.transfers.create({ amount: 300, currency: 'usd', destination: payee });
    await stripe.transfers.createReversal(transfer.id, { amount: 100 });
    expect(await available(payee)).toBe(200);
    expect((await caught(stripe.transfers.createReversal(transfer.id, { amount: 201 }))).code).toBe(
      'transfer_already_reversed',
    );
    await stripe.payouts.create({ amount: 150, currency: 'usd' }, { stripeAccount: payee });
    expect((await caught(stripe.transfers.createReversal(transfer.id, { amount: 51 }))).code).toBe(
      'balance_insufficient',
    );
    await stripe.transfers.createReversal(transfer.id, { amount: 50 });
    const after = await stripe.transfers.retrieve(transfer.id);
    expect(after).toMatchObject({ amount_reversed: 150, reversed: false });
    expect((await stripe.transfers.listReversals(transfer.id)).data.map(({ amount }) => amount)).toEqual([
      50, 100,
    ]);
  });
});

describe('refunds and payouts', () => {
  test('a refund gives back part of a charge, never more than is left, and leaves transfers alone', async () => {
    const intent = await box.fund(1_000);
    const before = await available();
    await stripe.refunds.create({ payment_intent: intent.id, amount: 400 });
    expect(await available()).toBe(before - 400);
    await expect(stripe.refunds.create({ payment_intent: intent.id, amount: 601 })).rejects.toThrow(
      'At most 600',
    );
  });

  test('a payout is paid, may fail afterwards, and then the balance has the money again', async () => {
    await box.fund(1_000);
    const payee = await box.recipient();
    await stripe.transfers.create({ amount: 800, currency: 'usd', destination: payee });
    const options = { stripeAccount: payee };
    const payout = await stripe.payouts.create({ amount: 500, currency: 'usd' }, options);
    expect(payout.status).toBe('pending');
    expect(await available(payee)).toBe(300);
    await box.control('POST', `payouts/${payout.id}/outcome`, { outcome: 'paid' });
    expect((await stripe.payouts.retrieve(payout.id, {}, options)).status).toBe('paid');
    await box.control('POST', `payouts/${payout.id}/outcome`, { outcome: 'failed' });
    const failed = await stripe.payouts.retrieve(payout.id, {}, options);
    expect(failed).toMatchObject({ status: 'failed', failure_code: 'account_closed' });
    expect(await available(payee)).toBe(800);
    const types = (await stripe.events.list({ types: ['payout.*'] }, options)).data.map(({ type }) => type);
    expect(types).toEqual(['payout.failed', 'payout.paid', 'payout.created']);
  });
});

describe('accounts', () => {
  test('the onboarding page completes an account, once per link', async () => {
    const account = await box.recipient('unfinished');
    const link = await stripe.v2.core.accountLinks.create({
      account,
      use_case: {
        type: 'account_onboarding',
        account_onboarding: { refresh_url: 'https://app.test/again', return_url: 'https://app.test/done' },
      },
    });
    expect(await (await fetch(link.url)).text()).toContain(account);
    const choose = () =>
      fetch(link.url, {
        method: 'POST',
        body: new URLSearchParams({ outcome: 'complete' }),
        redirect: 'manual',
      });
    expect((await choose()).headers.get('location')).toBe('https://app.test/done');
    expect((await choose()).headers.get('location')).toBe('https://app.test/again');
    const after = await stripe.v2.core.accounts.retrieve(account, { include: ['configuration.recipient'] });
    expect(after.configuration?.recipient?.capabilities?.stripe_balance?.stripe_transfers?.status).toBe(
      'active',
    );
    expect((await stripe.accounts.retrieve(account)).payouts_enabled).toBe(true);
  });

  test('an account in a country outside the corridor is unsupported', async () => {
    const account = await stripe.v2.core.accounts.create({
      contact_email: 'payee@example.test',
      identity: { country: 'PH', entity_type: 'individual' },
      include: ['configuration.recipient'],
    });
    const status = account.configuration?.recipient?.capabilities?.stripe_balance?.stripe_transfers;
    expect(status).toMatchObject({
      status: 'unsupported',
      status_details: [{ code: 'unsupported_country' }],
    });
  });

  test('an account without a contact address is refused by field', async () => {
    const error = await caught(stripe.v2.core.accounts.create({ identity: { country: 'US' } }));
    expect(error).toMatchObject({ code: 'invalid_fields', param: 'contact_email' });
  });
});
