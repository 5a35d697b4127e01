import { fork } from 'node:child_process';
import { once } from 'node:events';
import { eq } from 'drizzle-orm';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { fundings, payoutDestinations, payouts, stripeEvents } from '#db/schema/payouts.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { type Clock, DAY, manualClock, plus, systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { postTransfer } from '#server/ledger/post-transfer.ts';
import { balanceOf, checkLedger } from '#server/ledger/reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import { setUpDestination } from './destinations.ts';
import { executeRun } from './execute-run.ts';
import { fundByCard, payInSandbox } from './fund-by-card.ts';
import { processStripeEvent } from './process-stripe-event.ts';
import { receiveWebhook } from './receive-webhook.ts';
import { reconcile } from './reconcile.ts';
import { recordBankPayout } from './record-bank-payout.ts';
import { recordBankFunding } from './record-funding.ts';
import { runReconciliation } from './run-reconciliation.ts';
import { startTestSandbox, type TestSandbox } from './sandbox/sandbox-for-tests.ts';
import { startPayoutRun } from './start-payout-run.ts';
import { createStripeGateway, type PaymentGateway } from './stripe-gateway.ts';
import { transferKey } from './stripe-transfers.ts';

const SECRET = 'whsec_for_tests';

describe('money in and out, over the real SDK and the sandbox', () => {
  let t: TestDatabase;
  let box: TestSandbox;
  let gateway: PaymentGateway;
  let platform: { id: string };
  let operator: OrgContext;
  let sponsor: OrgContext;
  let project: Project;
  const job = (clock: Clock = systemClock) =>
    systemContext({ db: t.db, clock, name: 'test', requestId: newId() });

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 12 });
    box = await startTestSandbox();
    gateway = createStripeGateway(box.env, { maxNetworkRetries: 0 });
    const org = await makeOrganisation(t.db, { kind: 'platform' });
    platform = org;
    operator = await makeMember(t.db, { org, roles: ['operator'] });
    sponsor = await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'sponsor' }),
      roles: ['sponsor_owner'],
    });
    project = await makeProject(t.db, { orgId: sponsor.actor.orgId, createdBy: sponsor.actor.personId });
  });
  afterAll(async () => {
    expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
    await box.close();
    await t.drop();
  });

  const funds = () => balanceOf(t.db, { code: 'project_funds', ownerId: project.id, currency: 'USD' });
  const payable = (orgId: string) => balanceOf(t.db, { code: 'payable', ownerId: orgId, currency: 'USD' });

  /** A payee with a destination that is ready (Stripe) or a bank transfer, who is owed an amount. */
  async function payee(input: {
    owed: bigint;
    country?: string;
    ready?: boolean;
  }): Promise<{ orgId: string; owner: OrgContext }> {
    const org = await makeOrganisation(t.db, {
      kind: 'vendor',
      ...(input.country === undefined ? {} : { country: input.country }),
    });
    const owner = await makeMember(t.db, { org, roles: ['vendor_owner'] });
    await setUpDestination(owner, gateway, { currency: 'USD' });
    const [destination] = await t.db
      .select()
      .from(payoutDestinations)
      .where(eq(payoutDestinations.orgId, org.id));
    if (destination?.stripeAccountId && (input.ready ?? true)) {
      await box.control('POST', `accounts/${destination.stripeAccountId}/onboarding`, {
        outcome: 'complete',
      });
      await t.db
        .update(payoutDestinations)
        .set({ status: 'ready' })
        .where(eq(payoutDestinations.id, destination.id));
    }
    await transact(job(), (tx) =>
      postTransfer(tx, {
        id: newId(),
        kind: 'earned_before',
        ref: { kind: 'test', id: org.id },
        legs: [
          {
            code: 'project_funds',
            ownerId: project.id,
            currency: 'USD',
            direction: 'debit',
            amountMinor: input.owed,
          },
          { code: 'payable', ownerId: org.id, currency: 'USD', direction: 'credit', amountMinor: input.owed },
        ],
      }),
    );
    return { orgId: org.id, owner };
  }

  async function fund(amountMinor: bigint): Promise<string> {
    const { fundingId } = await fundByCard(sponsor, gateway, {
      fundingId: newId(),
      projectId: project.id,
      amountMinor,
    });
    expect(
      await payInSandbox(sponsor, gateway, { fundingId, paymentMethod: 'pm_card_bypassPending' }),
    ).toEqual({ status: 'confirmed' });
    return fundingId;
  }

  test('a card payment is booked once: by the screen, by its webhook, by the same webhook again', async () => {
    const before = await funds();
    const fundingId = await fund(5_000_00n);
    const [row] = await t.db.select().from(fundings).where(eq(fundings.id, fundingId));
    const payload = JSON.stringify({
      id: 'evt_1',
      object: 'event',
      type: 'payment_intent.succeeded',
      created: Math.floor(Date.now() / 1000),
      livemode: false,
      data: { object: { id: row?.paymentIntentId } },
    });
    const signed = (at: number, secret = SECRET) =>
      Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: at });
    const now = Math.floor(Date.now() / 1000);
    const input = { rawBody: payload, signatureHeader: signed(now), secrets: ['whsec_old', SECRET] };
    expect(await receiveWebhook(job(), input)).toEqual({ duplicate: false });
    expect(await receiveWebhook(job(), input)).toEqual({ duplicate: true });
    await processStripeEvent(job(), gateway, { eventId: 'evt_1' });
    await processStripeEvent(job(), gateway, { eventId: 'evt_1' });
    expect((await funds()) - before).toBe(5_000_00n);
    for (const bad of [signed(now, 'whsec_other'), signed(now - 301), signed(now + 330), null, 't=1']) {
      await expect(receiveWebhook(job(), { ...input, signatureHeader: bad })).rejects.toMatchObject({
        kind: 'unauthenticated',
      });
    }
    expect(await t.db.select().from(stripeEvents)).toHaveLength(1);
  });

  test('webhooks out of order say what happened, never what is true: the payment itself is asked', async () => {
    const before = await funds();
    const { fundingId } = await fundByCard(sponsor, gateway, {
      fundingId: newId(),
      projectId: project.id,
      amountMinor: 700n,
    });
    const find = async () => (await t.db.select().from(fundings).where(eq(fundings.id, fundingId)))[0];
    const paymentIntentId = (await find())?.paymentIntentId;
    const deliver = async (id: string, type: string) => {
      const created = Math.floor(Date.now() / 1000);
      const event = {
        id,
        object: 'event',
        type,
        created,
        livemode: false,
        data: { object: { id: paymentIntentId } },
      };
      const rawBody = JSON.stringify(event);
      const signatureHeader = Stripe.webhooks.generateTestHeaderString({
        payload: rawBody,
        secret: SECRET,
        timestamp: created,
      });
      await receiveWebhook(job(), { rawBody, signatureHeader, secrets: [SECRET] });
      await processStripeEvent(job(), gateway, { eventId: id });
    };
    await deliver('evt_early', 'payment_intent.succeeded');
    expect([(await find())?.status, (await funds()) - before]).toEqual(['submitted', 0n]);
    await payInSandbox(sponsor, gateway, { fundingId, paymentMethod: 'pm_card_bypassPending' });
    for (const [id, type] of [
      ['evt_late', 'payment_intent.payment_failed'],
      ['evt_later', 'payment_intent.canceled'],
      ['evt_last', 'payment_intent.created'],
    ] as const)
      await deliver(id, type);
    expect([(await find())?.status, (await funds()) - before]).toEqual(['confirmed', 700n]);
  });

  test('a recorded bank transfer is booked once per reference', async () => {
    const before = await funds();
    const input = { projectId: project.id, amountMinor: 70_000n, bankReference: 'SEPA-2026-1' };
    const results = await Promise.allSettled([1, 2, 3].map(() => recordBankFunding(operator, input)));
    expect(results.filter((r) => r.status === 'fulfilled')).toHaveLength(1);
    expect((await funds()) - before).toBe(70_000n);
  });

  test('two payout runs at once: one runs, the other is refused, everyone is paid once', async () => {
    await fund(1_000_00n);
    const people = [await payee({ owed: 1_234n }), await payee({ owed: 999n })];
    const runs = await Promise.allSettled([
      startPayoutRun(operator),
      startPayoutRun(operator),
      startPayoutRun(operator),
    ]);
    const started = runs.flatMap((r) => (r.status === 'fulfilled' ? [r.value] : []));
    expect(started).toHaveLength(1);
    for (const r of runs)
      if (r.status === 'rejected')
        expect(r.reason).toMatchObject({ kind: 'conflict', reason: 'payout_run_running' });
    const runId = started[0]?.runId ?? '';
    await Promise.all([executeRun(job(), gateway, { runId }), executeRun(job(), gateway, { runId })]);
    for (const { orgId } of people) {
      expect(await payable(orgId)).toBe(0n);
      expect(await t.db.select().from(payouts).where(eq(payouts.orgId, orgId))).toMatchObject([
        { status: 'confirmed' },
      ]);
    }
    expect((await reconcile(job(), gateway, { since: plus(systemClock.now(), -DAY) })).found.ok).toBe(true);
  });

  test.each([
    ['its answer was lost on the way', 'timeout_after', 0],
    ['Stripe stored a 500 under our key', 'error_stored', DAY],
  ])('an unknown outcome is never a second transfer: %s', async (_, kind, wait) => {
    await fund(100_00n);
    const { orgId } = await payee({ owed: 4_321n });
    const { runId } = await startPayoutRun(operator);
    await box.control('POST', 'faults', { on: 'call', kind, pathPrefix: '/v1/transfers' });
    // Impatient only with the answer that never comes.
    const { createTransfer } = createStripeGateway(box.env, { maxNetworkRetries: 0, timeoutMs: 300 });
    const rail = kind === 'timeout_after' ? { ...gateway, createTransfer } : gateway;
    await expect(executeRun(job(), rail, { runId })).rejects.toMatchObject({ reason: 'payouts_unknown' });
    expect(await t.db.select().from(payouts).where(eq(payouts.orgId, orgId))).toMatchObject([
      { status: 'unknown' },
    ]);
    await executeRun(job(manualClock(plus(systemClock.now(), wait))), gateway, { runId });
    expect(await t.db.select().from(payouts).where(eq(payouts.orgId, orgId))).toMatchObject([
      { status: 'confirmed' },
    ]);
    expect((await reconcile(job(), gateway, { since: plus(systemClock.now(), -DAY) })).found.ok).toBe(true);
  });

  /** A run with one payout, whose key the rail has seen with a request that our code would not send now. */
  async function runWithUsedKey(owed: bigint, former: { amount?: number; isRefused?: boolean }) {
    await fund(100_00n);
    const { orgId } = await payee({ owed });
    const { runId } = await startPayoutRun(operator);
    const [payout] = await t.db.select().from(payouts).where(eq(payouts.orgId, orgId));
    const [to] = await t.db.select().from(payoutDestinations).where(eq(payoutDestinations.orgId, orgId));
    const destination = to?.stripeAccountId ?? '';
    await box.stripe.transfers
      .create(
        {
          // More than the balance: refused, and the refusal kept under the key.
          amount: former.isRefused ? 99_999_999_999 : (former.amount ?? Number(owed)),
          currency: 'usd',
          destination,
          metadata: { payout_id: payout?.id ?? '' },
        },
        { idempotencyKey: transferKey(payout?.id ?? '', destination) },
      )
      .catch((error: unknown) => {
        if (!former.isRefused) throw error;
      });
    const row = async () => (await t.db.select().from(payouts).where(eq(payouts.orgId, orgId))).at(-1);
    const received = async () => (await gateway.accountBalance(destination))[0]?.availableMinor ?? 0n;
    return { orgId, runId, row, received };
  }

  test('a key that the rail knows from another request: the transfer of that request is the payout, and there is no second', async () => {
    const { orgId, runId, row, received } = await runWithUsedKey(2_222n, {});
    await executeRun(job(), gateway, { runId });
    expect(await row()).toMatchObject({ status: 'confirmed', failure: null });
    expect([await received(), await payable(orgId)]).toEqual([2_222n, 0n]);
  });

  test('a key whose request was refused: the payee keeps the claim, and the next run pays it once', async () => {
    const { orgId, runId, row, received } = await runWithUsedKey(3_333n, { isRefused: true });
    await executeRun(job(), gateway, { runId });
    expect(await row()).toMatchObject({
      status: 'failed',
      failure: expect.stringMatching(/next payout run/),
    });
    expect([await received(), await payable(orgId)]).toEqual([0n, 3_333n]);
    await executeRun(job(), gateway, { runId: (await startPayoutRun(operator)).runId });
    expect([await received(), await payable(orgId)]).toEqual([3_333n, 0n]);
  });

  test('killed at any moment while it pays (SIGKILL), a run goes on where it was: everyone is paid once', async () => {
    await fund(1_000_00n);
    const owed = [101n, 202n, 303n, 404n, 505n, 606n];
    const people = [];
    for (const amount of owed) people.push(await payee({ owed: amount }));
    const { runId } = await startPayoutRun(operator);
    const victim = new URL('../../db/testing/kill/payout-victim.ts', import.meta.url);
    for (const killAfterMs of [0, 8, 16, 30, 45]) {
      const child = fork(victim, [JSON.stringify({ url: t.url, runId, stripe: box.env })], {
        env: { ...process.env, NODE_NO_WARNINGS: '1' },
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      });
      const ended = once(child, 'exit');
      await once(child, 'message');
      setTimeout(() => child.kill('SIGKILL'), killAfterMs);
      await ended;
      expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
    }
    await executeRun(job(), gateway, { runId });
    for (const [index, { orgId }] of people.entries()) {
      const [to] = await t.db.select().from(payoutDestinations).where(eq(payoutDestinations.orgId, orgId));
      const [balance] = await gateway.accountBalance(to?.stripeAccountId ?? '');
      expect([await payable(orgId), balance?.availableMinor]).toEqual([0n, owed[index]]);
      expect(await t.db.select().from(payouts).where(eq(payouts.orgId, orgId))).toMatchObject([
        { status: 'confirmed' },
      ]);
    }
    // Five processes are started for it, one after the other.
  }, 120_000);

  test('a payee whose account is not ready is skipped by name, or gets the money back when the rail refuses', async () => {
    const waiting = await payee({ owed: 500n, ready: false });
    const refused = await payee({ owed: 600n, ready: false });
    await t.db
      .update(payoutDestinations)
      .set({ status: 'ready' })
      .where(eq(payoutDestinations.orgId, refused.orgId));
    const { runId, skipped } = await startPayoutRun(operator);
    expect(skipped.map((row) => row.orgId)).toContain(waiting.orgId);
    await executeRun(job(), gateway, { runId });
    expect(await t.db.select().from(payouts).where(eq(payouts.orgId, refused.orgId))).toMatchObject([
      { status: 'failed', failure: expect.stringContaining('onboarding') },
    ]);
    expect(await payable(refused.orgId)).toBe(600n);
    expect(await payable(waiting.orgId)).toBe(500n);
    await t.db
      .update(payoutDestinations)
      .set({ status: 'pending' })
      .where(eq(payoutDestinations.orgId, refused.orgId));
  });

  test('R32: where Stripe does not pay, a bank transfer waits for its reference and is recorded once', async () => {
    const { orgId } = await payee({ owed: 800n, country: 'IN' });
    const { runId } = await startPayoutRun(operator);
    await executeRun(job(), gateway, { runId });
    const [payout] = await t.db.select().from(payouts).where(eq(payouts.orgId, orgId));
    expect(payout).toMatchObject({ rail: 'bank_transfer', status: 'submitted' });
    await recordBankPayout(operator, { payoutId: payout?.id ?? '', bankReference: 'NEFT-1' });
    await expect(
      recordBankPayout(operator, { payoutId: payout?.id ?? '', bankReference: 'NEFT-1' }),
    ).rejects.toMatchObject({ reason: 'payout_state' });
    expect(await balanceOf(t.db, { code: 'bank_clearing', ownerId: platform.id, currency: 'USD' })).toBe(
      70_000n - 800n,
    );
  });

  test('the ledger, the rail’s balance and the transfers agree to the cent', async () => {
    const since = plus(systemClock.now(), -DAY);
    const { found, matchedPayoutIds } = await reconcile(job(), gateway, { since });
    expect(found.transfers).toMatchObject({ missing: [], unexpected: [], amountDiffers: [] });
    expect(found.clearing.find((row) => row.currency === 'USD')?.differenceMinor).toBe(0n);
    // Page by page as well: no payout is left out because there are many.
    expect(matchedPayoutIds.length).toBeGreaterThan(8);
    const paged = await reconcile(job(), gateway, { since, page: 2 });
    expect([paged.found, paged.matchedPayoutIds.sort()]).toEqual([found, matchedPayoutIds.sort()]);

    // The standing check marks them; a bank transfer has no rail to ask and stays confirmed.
    expect(await runReconciliation(job(), gateway)).toEqual(found);
    const rows = await t.db.select().from(payouts);
    for (const row of rows.filter((one) => one.status === 'reconciled'))
      expect(matchedPayoutIds).toContain(row.id);
    expect(rows.filter((row) => row.status === 'reconciled')).toHaveLength(matchedPayoutIds.length);
    expect(rows.filter((row) => row.status === 'confirmed').map((row) => row.rail)).toEqual([
      'bank_transfer',
    ]);
    expect((await reconcile(job(), gateway, { since })).found).toEqual(found);
  });

  test('a key under which another amount went out stays unknown and stops further runs until a person has looked', async () => {
    const { runId, row, received } = await runWithUsedKey(4_444n, { amount: 4_440 });
    await expect(executeRun(job(), gateway, { runId })).rejects.toMatchObject({ reason: 'payouts_unknown' });
    expect(await row()).toMatchObject({
      status: 'unknown',
      failure: expect.stringMatching(/another amount/),
    });
    await expect(startPayoutRun(operator)).rejects.toMatchObject({ reason: 'payout_run_running' });
    expect(await received()).toBe(4_440n);
  });
});
