import fc from 'fast-check';
import Stripe from 'stripe';
import { expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox, testClient } from './sandbox-for-tests.ts';

type Sums = Record<string, Record<string, { available: number; pending: number }>>;

type Step =
  | { do: 'fund'; amount: number; method: string }
  | { do: 'refund'; amount: number }
  | { do: 'transfer'; amount: number; to: number; fromCharge: boolean; key: number }
  | { do: 'reverse'; amount: number }
  | { do: 'payout'; amount: number; to: number }
  | { do: 'payout_outcome'; outcome: 'paid' | 'failed' }
  | { do: 'pass'; seconds: number }
  | { do: 'lose' };

const amount = fc.integer({ min: 1, max: 1_000 });
const payee = fc.integer({ min: 0, max: 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('fund'),
      amount,
      method: fc.constantFrom(
        'pm_card_visa',
        'pm_card_bypassPending',
        'pm_card_chargeDeclined',
        'pm_usBankAccount',
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refund'), amount }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('transfer'),
      amount,
      to: payee,
      fromCharge: fc.boolean(),
      key: fc.integer({ min: 0, max: 9 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reverse'), amount }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('payout'), amount, to: payee }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('payout_outcome'), outcome: fc.constantFrom('paid', 'failed') }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pass'), seconds: fc.integer({ min: 1, max: 100 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose') }) },
) as fc.Arbitrary<Step>;

/** Carries out a step on what exists; a refusal by the sandbox is part of the game, anything else is not. */
async function run(box: TestSandbox, payees: readonly string[], group: string, next: Step): Promise<void> {
  const stripe = testClient(box.sandbox.port, { maxNetworkRetries: 0 });
  const last = async () => (await stripe.transfers.list({ limit: 1 })).data[0];
  const paid = async () =>
    (await stripe.charges.list({ limit: 20 })).data.find(({ status }) => status === 'succeeded');
  switch (next.do) {
    case 'fund':
      await stripe.paymentIntents.create({
        amount: next.amount,
        currency: 'usd',
        confirm: true,
        payment_method: next.method,
        return_url: 'https://example.test',
      });
      return;
    case 'refund':
      await stripe.refunds.create({ charge: (await paid())?.id ?? 'ch_none', amount: next.amount });
      return;
    case 'transfer': {
      const source = next.fromCharge ? (await paid())?.id : undefined;
      await stripe.transfers.create(
        {
          amount: next.amount,
          currency: 'usd',
          destination: payees[next.to]!,
          transfer_group: group,
          ...(source ? { source_transaction: source } : {}),
        },
        { idempotencyKey: `${group}:${next.key}` },
      );
      return;
    }
    case 'reverse':
      await stripe.transfers.createReversal((await last())?.id ?? 'tr_none', { amount: next.amount });
      return;
    case 'payout':
      await stripe.payouts.create(
        { amount: next.amount, currency: 'usd' },
        { stripeAccount: payees[next.to]! },
      );
      return;
    case 'payout_outcome':
      for (const account of payees) {
        const [payout] = (await stripe.payouts.list({ limit: 1 }, { stripeAccount: account })).data;
        if (payout && payout.status !== 'failed')
          await box.control('POST', `payouts/${payout.id}/outcome`, { outcome: next.outcome });
      }
      return;
    case 'pass':
      await box.control('POST', 'clock', { advanceSeconds: next.seconds });
      return;
    case 'lose':
      await box.control('POST', 'faults', { on: 'call', kind: 'error_after', pathPrefix: '/v1/transfers' });
  }
}

async function linesOf(stripe: Stripe, account?: string): Promise<Stripe.BalanceTransaction[]> {
  const lines: Stripe.BalanceTransaction[] = [];
  const pages = stripe.balanceTransactions.list({ limit: 100 }, account ? { stripeAccount: account } : {});
  for await (const line of pages) lines.push(line);
  return lines;
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
const whole = (sums: Sums, owner: string) =>
  (sums[owner]?.usd?.available ?? 0) + (sums[owner]?.usd?.pending ?? 0);

/** Money is where the objects say: nothing is made, lost or counted twice. */
async function check(box: TestSandbox, payees: readonly string[]): Promise<Sums> {
  const sums = (await box.control('GET', 'balances')) as Sums;
  const platform = await linesOf(box.stripe);
  expect(whole(sums, 'platform')).toBe(sum(platform.map(({ net }) => net)));
  const transfers = (await box.stripe.transfers.list({ limit: 100 })).data;
  for (const account of payees) {
    const lines = await linesOf(box.stripe, account);
    expect(whole(sums, account)).toBe(sum(lines.map(({ net }) => net)));
    expect(sums[account]?.usd?.available ?? 0).toBeGreaterThanOrEqual(0);
    const payouts = (await box.stripe.payouts.list({ limit: 100 }, { stripeAccount: account })).data;
    const received = transfers.filter(({ destination }) => destination === account);
    const left = sum(payouts.filter(({ status }) => status !== 'failed').map(({ amount: out }) => out));
    expect(whole(sums, account)).toBe(sum(received.map((t) => t.amount - t.amount_reversed)) - left);
  }
  const outside = platform.filter(({ type }) => type === 'charge' || type === 'payment' || type === 'refund');
  const sent = sum(transfers.map((t) => t.amount - t.amount_reversed));
  expect(whole(sums, 'platform')).toBe(sum(outside.map(({ net }) => net)) - sent);
  expect(transfers.every((t) => t.amount_reversed >= 0 && t.amount_reversed <= t.amount)).toBe(true);
  return sums;
}

test('after any sequence of calls, lost answers and retries, balances are what the objects say, also after a restart', {
  timeout: 60_000,
}, async () => {
  let game = 0;
  const seen = { transfers: 0, moved: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
      game += 1;
      const box = await startTestSandbox({
        settings: { cardSettleSeconds: 60, bankSettleSeconds: 30, payoutSeconds: 90 },
      });
      const payees = [await box.recipient(), await box.recipient()];
      await box.fund(5_000);
      const play = (next: Step): Promise<void> =>
        run(box, payees, `game-${game}`, next).catch((error: unknown) => {
          const isTold = error instanceof Stripe.errors.StripeError && !error.message.includes('see its log');
          if (!isTold) throw error;
          // A lost answer is asked for again under its key; a refusal ends the step.
          return error.statusCode === 500 && next.do === 'transfer' ? play(next) : undefined;
        });
      for (const next of steps) await play(next);
      const sums = await check(box, payees);
      seen.transfers += (await box.stripe.transfers.list({ limit: 100 })).data.length;
      seen.moved += (await linesOf(box.stripe, payees[0])).filter(({ type }) => type !== 'payment').length;
      const again = await box.restart();
      expect(await check(again, payees)).toEqual(sums);
      await again.close();
    }),
    { numRuns: 20, seed: 20_261_121 },
  );
  // The games were not all refusals.
  expect(seen.transfers).toBeGreaterThan(40);
  expect(seen.moved).toBeGreaterThan(8);
});
