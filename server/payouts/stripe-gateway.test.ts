import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { startTestSandbox, type TestSandbox } from './sandbox/sandbox-for-tests.ts';
import { isUnknownOutcome } from './stripe-errors.ts';
import { createStripeGateway, type PaymentGateway } from './stripe-gateway.ts';

let box: TestSandbox;
let gateway: PaymentGateway;

beforeAll(async () => {
  box = await startTestSandbox();
  gateway = createStripeGateway(box.env, { maxNetworkRetries: 0 });
});
afterAll(() => box.close());

const failure = async (call: Promise<unknown>): Promise<AppError> => {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
};

const paid = async (amountMinor: bigint) => {
  const fundingId = newId();
  const intent = await gateway.createFundingIntent({
    fundingId,
    amountMinor,
    currency: 'USD',
    transferGroup: 'p',
  });
  return gateway.confirmFundingForTest({
    paymentIntentId: intent.paymentIntentId,
    paymentMethod: 'pm_card_visa',
  });
};

const payout = (destination: string, amountMinor = 1_000n) => ({
  payoutId: newId(),
  amountMinor,
  currency: 'USD',
  destination,
  transferGroup: newId(),
});

describe('funding', () => {
  test('a funding makes one intent however often it is asked for, and reports what Stripe kept', async () => {
    const input = { fundingId: newId(), amountMinor: 100_000n, currency: 'USD', transferGroup: newId() };
    const first = await gateway.createFundingIntent(input);
    expect(first).toMatchObject({ status: 'waiting', fundingId: input.fundingId, fee: null, chargeId: null });
    expect((await gateway.createFundingIntent(input)).paymentIntentId).toBe(first.paymentIntentId);
    const done = await gateway.confirmFundingForTest({ ...first, paymentMethod: 'pm_card_visa' });
    expect(done).toMatchObject({
      status: 'succeeded',
      money: { amountMinor: 100_000n, currency: 'USD' },
      fee: { amountMinor: 2_930n, currency: 'USD' },
    });
    expect(await gateway.getFundingIntent(first.paymentIntentId)).toEqual(done);
  });

  test('a declined card is a precondition with its code, and another card may follow', async () => {
    const intent = await gateway.createFundingIntent({
      fundingId: newId(),
      amountMinor: 5_000n,
      currency: 'USD',
      transferGroup: 'p',
    });
    const { paymentIntentId } = intent;
    const error = await failure(
      gateway.confirmFundingForTest({ paymentIntentId, paymentMethod: 'pm_card_chargeDeclined' }),
    );
    expect(error).toMatchObject({ kind: 'precondition', reason: 'payment_declined' });
    expect(error.details[0]?.code).toBe('stripe.generic_decline');
    expect((await gateway.getFundingIntent(paymentIntentId)).declineCode).toBe('generic_decline');
    const done = await gateway.confirmFundingForTest({ paymentIntentId, paymentMethod: 'pm_card_visa' });
    expect(done.status).toBe('succeeded');
  });

  test('another amount under the same funding id is a conflict', async () => {
    const input = { fundingId: newId(), amountMinor: 1_000n, currency: 'USD', transferGroup: 'p' };
    await gateway.createFundingIntent(input);
    const error = await failure(gateway.createFundingIntent({ ...input, amountMinor: 1_001n }));
    expect(error).toMatchObject({ kind: 'conflict', reason: 'stripe_key_reused' });
  });
});

describe('recipients', () => {
  test('a payee is told in words what is missing, is sent to onboarding, and is ready afterwards', async () => {
    const input = {
      payeeId: newId(),
      country: 'DE',
      currency: 'EUR',
      contactEmail: 'payee@example.test',
      entity: 'individual',
    } as const;
    const { accountId } = await gateway.createRecipientAccount(input);
    expect(await gateway.createRecipientAccount(input)).toEqual({ accountId });
    const before = await gateway.accountStatus(accountId);
    expect(before).toMatchObject({ isReady: false, state: 'needs_information' });
    expect(before.requirements[0]).toMatchObject({
      message: 'Date of birth (individual)',
      awaiting: 'payee',
    });
    const link = await gateway.onboardingLink({
      accountId,
      refreshUrl: 'https://app.test/again',
      returnUrl: 'https://app.test/done',
    });
    expect(link.expiresAt.getTime()).toBeGreaterThan(Date.now());
    await fetch(link.url, {
      method: 'POST',
      body: new URLSearchParams({ outcome: 'complete' }),
      redirect: 'manual',
    });
    expect(await gateway.accountStatus(accountId)).toMatchObject({
      isReady: true,
      state: 'ready',
      requirements: [],
    });
  });

  test.each([
    ['pending', 'being_verified'],
    ['failed', 'needs_information'],
    ['complete', 'ready'],
  ] as const)('onboarding %s reads as %s', async (outcome, state) => {
    expect((await gateway.accountStatus(await box.recipient(outcome))).state).toBe(state);
  });

  test('an account nobody made is not found', async () => {
    expect(await failure(gateway.accountStatus('acct_nobody'))).toMatchObject({
      kind: 'not_found',
      reason: 'stripe_object_missing',
    });
  });
});

describe('transfers', () => {
  test('a payout is transferred once however often it is sent', async () => {
    await paid(100_000n);
    const input = payout(await box.recipient());
    const sent = await Promise.all([1, 2, 3].map(() => gateway.createTransfer(input).catch(() => null)));
    const again = await gateway.createTransfer(input);
    for (const one of sent) if (one) expect(one.transferId).toBe(again.transferId);
    expect(await gateway.accountBalance(input.destination)).toEqual([
      { currency: 'USD', availableMinor: 1_000n, pendingMinor: 0n },
    ]);
    expect(again).toMatchObject({
      payoutId: input.payoutId,
      money: { amountMinor: 1_000n, currency: 'USD' },
    });
  });

  test.each(['unfinished', 'failed', 'pending'] as const)(
    'a payee whose onboarding is %s is not ready',
    async (state) => {
      await paid(10_000n);
      const error = await failure(gateway.createTransfer(payout(await box.recipient(state))));
      expect(error).toMatchObject({ kind: 'precondition', reason: 'payee_not_ready' });
      expect(isUnknownOutcome(error)).toBe(false);
    },
  );

  test('more than the balance is a precondition, and nothing is sent', async () => {
    const input = payout(await box.recipient(), 99_999_999_999n);
    const error = await failure(gateway.createTransfer(input));
    expect(error).toMatchObject({ kind: 'precondition', reason: 'platform_balance_insufficient' });
    expect(await gateway.findTransfer(input)).toBeNull();
  });

  test.each([
    ['error_after', true],
    ['error_stored', true],
    ['reset_before', true],
    ['timeout_after', true],
    ['conflict', true],
    ['rate_limit', false],
  ])(
    'after %s the outcome is unknown: %s; looking for it tells, and sending again pays once',
    async (kind, isUnknown) => {
      await paid(10_000n);
      const input = payout(await box.recipient());
      // Impatient only with the answer that never comes: the sandbox waits for the disk in this process.
      const rail =
        kind === 'timeout_after'
          ? createStripeGateway(box.env, { maxNetworkRetries: 0, timeoutMs: 300 })
          : gateway;
      // The SDK tries a broken connection again by itself, once.
      await box.control('POST', 'faults', {
        on: 'call',
        kind,
        pathPrefix: '/v1/transfers',
        times: kind.startsWith('reset') ? 2 : 1,
      });
      const error = await failure(rail.createTransfer(input));
      expect(error.kind).toBe('unavailable');
      expect(isUnknownOutcome(error)).toBe(isUnknown);
      const hasHappened = kind.endsWith('_after') || kind === 'error_stored';
      const found = await gateway.findTransfer(input);
      expect(found !== null).toBe(hasHappened);
      const again = await gateway.createTransfer(input).catch((thrown: unknown) => thrown);
      if (kind === 'error_stored') expect(isUnknownOutcome(again)).toBe(true);
      else expect(again).toMatchObject({ payoutId: input.payoutId });
      const [balance] = await gateway.accountBalance(input.destination);
      expect(balance?.availableMinor).toBe(1_000n);
    },
  );

  test('an unknown outcome older than the key’s day is found by its group, not sent again', async () => {
    await paid(10_000n);
    const input = payout(await box.recipient());
    await box.control('POST', 'faults', { on: 'call', kind: 'error_after', pathPrefix: '/v1/transfers' });
    await failure(gateway.createTransfer(input));
    await box.control('POST', 'clock', { advanceSeconds: 25 * 3600 });
    expect(await gateway.findTransfer(input)).toMatchObject({
      payoutId: input.payoutId,
      destination: input.destination,
    });
    expect(await gateway.findTransfer({ ...input, payoutId: newId() })).toBeNull();
  });

  test('a reversal takes money back once per reversal id', async () => {
    await paid(10_000n);
    const input = payout(await box.recipient());
    const { transferId } = await gateway.createTransfer(input);
    const reversal = { reversalId: newId(), transferId, amountMinor: 300n, currency: 'USD' };
    const first = await gateway.reverseTransfer(reversal);
    expect(await gateway.reverseTransfer(reversal)).toEqual(first);
    expect((await gateway.findTransfer(input))?.reversedMinor).toBe(300n);
  });
});

describe('reconciliation', () => {
  test('the lines of the balance sum to the balance, and transfers are listed in full', async () => {
    await paid(50_000n);
    const input = payout(await box.recipient());
    await gateway.createTransfer(input);
    const since = new Date(0);
    let sum = 0n;
    for await (const line of gateway.listBalanceLines({ since })) sum += line.net.amountMinor;
    const [usd] = await gateway.platformBalance();
    expect(sum).toBe((usd?.availableMinor ?? 0n) + (usd?.pendingMinor ?? 0n));
    const found: (string | null)[] = [];
    for await (const transfer of gateway.listTransfers({ since, transferGroup: input.transferGroup })) {
      found.push(transfer.payoutId);
    }
    expect(found).toEqual([input.payoutId]);
    const types = new Set<string>();
    for await (const event of gateway.listEvents({ since, types: ['transfer.*'] })) types.add(event.type);
    expect([...types].sort()).toEqual(['transfer.created', 'transfer.reversed']);
  });
});

describe('configuration', () => {
  test('a live key goes to Stripe only, and nothing goes over a network in the clear', () => {
    const live = { STRIPE_SECRET_KEY: 'sk_live_x', STRIPE_API_HOST: '127.0.0.1' };
    expect(() => createStripeGateway(live)).toThrow(/test key/);
    const clear = {
      STRIPE_SECRET_KEY: 'sk_test_x',
      STRIPE_API_HOST: 'example.test',
      STRIPE_API_PROTOCOL: 'http',
    } as const;
    expect(() => createStripeGateway(clear)).toThrow(/loopback/);
  });

  test('a live key can’t pay with test payment methods', async () => {
    const live = createStripeGateway({ STRIPE_SECRET_KEY: 'sk_live_x' });
    const call = live.confirmFundingForTest({ paymentIntentId: 'pi_1', paymentMethod: 'pm_card_visa' });
    expect(await failure(call)).toMatchObject({ kind: 'precondition', reason: 'stripe_live_key' });
  });

  test('a wrong key and a sandbox that is down are told apart', async () => {
    const wrong = createStripeGateway({ ...box.env, STRIPE_SECRET_KEY: 'sk_test_wrong' });
    expect(await failure(wrong.platformBalance())).toMatchObject({ reason: 'stripe_not_configured' });
    const down = createStripeGateway({ ...box.env, STRIPE_API_PORT: 1 }, { maxNetworkRetries: 0 });
    expect(await failure(down.platformBalance())).toMatchObject({ reason: 'stripe_unknown_outcome' });
  });
});
