import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { fundings } from '#db/schema/payouts.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { balanceOf } from '#server/ledger/reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import { fundByCard, payInSandbox } from './fund-by-card.ts';
import { startTestSandbox, type TestSandbox } from './sandbox/sandbox-for-tests.ts';
import { createStripeGateway, type PaymentGateway } from './stripe-gateway.ts';

describe('a card payment under an id of the client', () => {
  let t: TestDatabase;
  let box: TestSandbox;
  let gateway: PaymentGateway;
  let sponsor: OrgContext;
  let project: Project;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 8 });
    box = await startTestSandbox();
    gateway = createStripeGateway(box.env, { maxNetworkRetries: 0 });
    await makeOrganisation(t.db, { kind: 'platform' });
    sponsor = await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'sponsor' }),
      roles: ['sponsor_owner'],
    });
    project = await makeProject(t.db, { orgId: sponsor.actor.orgId, createdBy: sponsor.actor.personId });
  });
  afterAll(async () => {
    await box.close();
    await t.drop();
  });

  const order = (amountMinor: bigint) => ({ fundingId: newId(), projectId: project.id, amountMinor });
  const fund = (input: ReturnType<typeof order>, by = gateway) => fundByCard(sponsor, by, input);
  const pay = (fundingId: string, paymentMethod = 'pm_card_bypassPending') =>
    payInSandbox(sponsor, gateway, { fundingId, paymentMethod });
  const row = async (id: string) => (await t.db.select().from(fundings).where(eq(fundings.id, id)))[0];
  const funds = () => balanceOf(t.db, { code: 'project_funds', ownerId: project.id, currency: 'USD' });
  const intentsOf = async (fundingId: string) => {
    const found: string[] = [];
    for await (const intent of box.stripe.paymentIntents.list({ limit: 100 }))
      if (intent.metadata.funding_id === fundingId) found.push(intent.id);
    return found;
  };

  test('asked again, at once and after the answer was lost, is the same payment: one row, one intent, one secret', async () => {
    const input = order(5_000n);
    const answers = await Promise.all([fund(input), fund(input).catch(() => fund(input))]);
    answers.push(await fund(input));
    expect(new Set(answers.map((answer) => answer.clientSecret)).size).toBe(1);
    expect(answers[0]?.clientSecret).toMatch(/secret/);
    expect(await intentsOf(input.fundingId)).toEqual([(await row(input.fundingId))?.paymentIntentId]);
  });

  test('a process that died between our row and Stripe’s, or before it was noted, is gone on from', async () => {
    for (const when of ['before', 'after'] as const) {
      const input = order(6_000n);
      const dying: PaymentGateway = {
        ...gateway,
        createFundingIntent: async (call) => {
          if (when === 'after') await gateway.createFundingIntent(call);
          throw new AppError({ kind: 'unavailable', reason: 'died', message: 'The process died.' });
        },
      };
      await expect(fund(input, dying)).rejects.toMatchObject({ reason: 'died' });
      expect(await row(input.fundingId)).toMatchObject({ status: 'created', paymentIntentId: null });
      await fund(input);
      expect(await intentsOf(input.fundingId)).toHaveLength(1);
      const before = await funds();
      expect(await pay(input.fundingId)).toEqual({ status: 'confirmed' });
      expect((await funds()) - before).toBe(6_000n);
    }
  });

  test('after a declined card the same payment is tried again; once it is paid it is over', async () => {
    const input = order(7_000n);
    await fund(input);
    await expect(pay(input.fundingId, 'pm_card_chargeDeclined')).rejects.toMatchObject({
      reason: 'payment_declined',
    });
    await fund(input);
    const before = await funds();
    await pay(input.fundingId);
    expect((await funds()) - before).toBe(7_000n);
    expect(await intentsOf(input.fundingId)).toHaveLength(1);
    await expect(fund(input)).rejects.toMatchObject({ kind: 'conflict', reason: 'funding_over' });
    expect((await funds()) - before).toBe(7_000n);
  });

  test('a declined card leaves a failed funding and no money; another organisation cannot pay it', async () => {
    const before = await funds();
    const { fundingId } = await fund(order(100n));
    const stranger = await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'sponsor' }),
      roles: ['sponsor_owner'],
    });
    await expect(
      payInSandbox(stranger, gateway, { fundingId, paymentMethod: 'pm_card_visa' }),
    ).rejects.toMatchObject({ kind: 'not_found' });
    await expect(
      payInSandbox(sponsor, gateway, { fundingId, paymentMethod: 'pm_card_chargeDeclined' }),
    ).rejects.toMatchObject({ reason: 'payment_declined' });
    expect((await t.db.select().from(fundings).where(eq(fundings.id, fundingId)))[0]?.status).toBe('failed');
    expect(await funds()).toBe(before);
  });

  test('an id is one payment: another amount, project or organisation is refused, and nothing changes', async () => {
    const input = order(8_000n);
    await fund(input);
    const other = await makeProject(t.db, {
      orgId: sponsor.actor.orgId,
      createdBy: sponsor.actor.personId,
    });
    for (const changed of [{ amountMinor: 8_001n }, { projectId: other.id }])
      await expect(fund({ ...input, ...changed })).rejects.toMatchObject({
        kind: 'conflict',
        reason: 'funding_id_reused',
      });
    const stranger = await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'sponsor' }),
      roles: ['sponsor_owner'],
    });
    const theirs = await makeProject(t.db, {
      orgId: stranger.actor.orgId,
      createdBy: stranger.actor.personId,
    });
    await expect(fundByCard(stranger, gateway, { ...input, projectId: theirs.id })).rejects.toMatchObject({
      reason: 'funding_id_reused',
    });
    expect(await row(input.fundingId)).toMatchObject({ amountMinor: 8_000n, projectId: project.id });
  });

  test('a charge above what a card payment holds is refused before there is a funding, and says what to do', async () => {
    const before = (await t.db.select().from(fundings)).length;
    await expect(fund(order(1_000_000_00n))).rejects.toMatchObject({
      kind: 'invalid',
      reason: 'stripe_amount_refused',
      message: expect.stringMatching(/USD 999,999\.99\. Make several payments, or send a bank transfer/),
    });
    expect(await t.db.select().from(fundings)).toHaveLength(before);
    await fund(order(999_999_99n));
  });
});
