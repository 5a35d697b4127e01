import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { payoutDestinations, payouts } from '#db/schema/payouts.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { appLink } from '#server/identity/app-link.ts';
import { postTransfer } from '#server/ledger/post-transfer.ts';
import { onboardDestination, setUpDestination } from './destinations.ts';
import { startTestSandbox, type TestSandbox } from './sandbox/sandbox-for-tests.ts';
import { startPayoutRun } from './start-payout-run.ts';
import { createStripeGateway, type PaymentGateway } from './stripe-gateway.ts';

describe('where payees are paid', () => {
  let t: TestDatabase;
  let box: TestSandbox;
  let gateway: PaymentGateway;
  let platformId: string;
  let operator: OrgContext;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    box = await startTestSandbox();
    gateway = createStripeGateway(box.env, { maxNetworkRetries: 0 });
    const org = await makeOrganisation(t.db, { kind: 'platform' });
    platformId = org.id;
    operator = await makeMember(t.db, { org, roles: ['operator'] });
  });
  afterAll(async () => {
    await box.close();
    await t.drop();
  });

  /** A vendor that is owed an amount; through Stripe it is not ready before onboarding, by bank it is at once. */
  async function payee(country: string, amountMinor: bigint) {
    const org = await makeOrganisation(t.db, { kind: 'vendor', country });
    const owner = await makeMember(t.db, { org, roles: ['vendor_owner'] });
    const { destinationId } = await setUpDestination(owner, gateway, { currency: 'USD' });
    const leg = { currency: 'USD', amountMinor };
    const ctx = systemContext({ db: t.db, clock: systemClock, name: 'test', requestId: newId() });
    await transact(ctx, (tx) =>
      postTransfer(tx, {
        id: newId(),
        kind: 'earned_before',
        ref: { kind: 'test', id: org.id },
        legs: [
          { ...leg, code: 'bank_clearing', ownerId: platformId, direction: 'debit' },
          { ...leg, code: 'payable', ownerId: org.id, direction: 'credit' },
        ],
      }),
    );
    return { orgId: org.id, owner, destinationId };
  }

  test('onboarding comes back to a page of ours and to no other site', async () => {
    const { owner, destinationId } = await payee('US', 1n);
    const sent: string[] = [];
    const spy: PaymentGateway = {
      ...gateway,
      onboardingLink: (input) => {
        sent.push(input.returnUrl, input.refreshUrl);
        return gateway.onboardingLink(input);
      },
    };
    const onboard = (returnPath: string) => onboardDestination(owner, spy, { destinationId, returnPath });
    expect((await onboard('/vendor/statement')).url).toMatch(/^http/);
    expect(new Set(sent)).toEqual(new Set([appLink('/vendor/statement')]));
    for (const foreign of [
      'https://elsewhere.example/x',
      '//elsewhere.example/x',
      '//[',
      '/\\elsewhere.example',
      '/\t/elsewhere.example',
      'javascript:alert(1)',
      'vendor',
      '',
    ])
      await expect(onboard(foreign), foreign).rejects.toMatchObject({
        kind: 'invalid',
        reason: 'return_path_foreign',
      });
    expect(sent).toHaveLength(2);
  });

  test('however many are owed and not ready, a run pays who is ready, and names the others', async () => {
    const waiting = [];
    for (const owed of [51n, 52n, 53n]) waiting.push(await payee('US', owed));
    const ready = [await payee('IN', 700n), await payee('IN', 800n)];
    const { runId, payouts: count, skipped } = await startPayoutRun(operator, { limit: 2 });
    expect(count).toBe(2);
    const rows = await t.db.select().from(payouts).where(eq(payouts.runId, runId));
    expect(rows.map((row) => row.orgId).sort()).toEqual(ready.map((one) => one.orgId).sort());
    for (const { orgId } of waiting)
      expect(skipped).toContainEqual(
        expect.objectContaining({ orgId, reason: 'The payout destination is not ready.' }),
      );
    const [row] = await t.db
      .select()
      .from(payoutDestinations)
      .where(eq(payoutDestinations.orgId, waiting[0]?.orgId ?? ''));
    expect(row?.status).toBe('pending');
  });
});
