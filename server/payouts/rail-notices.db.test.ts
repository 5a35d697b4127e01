import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { notifications } from '#db/schema/notifications.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { processStripeEvent } from './process-stripe-event.ts';
import { receiveWebhook } from './receive-webhook.ts';
import { startTestSandbox, type TestSandbox } from './sandbox/sandbox-for-tests.ts';
import { settleRailNotice } from './settle-rail-notice.ts';
import { createStripeGateway, type PaymentGateway } from './stripe-gateway.ts';
import { operatorMoneyView } from './view-schemas.ts';
import { operatorMoney } from './views.ts';

const SECRET = 'whsec_for_tests';

describe('what the rail does by another hand than ours', () => {
  let t: TestDatabase;
  let box: TestSandbox;
  let gateway: PaymentGateway;
  const operators: OrgContext[] = [];
  const job = () => systemContext({ db: t.db, clock: systemClock, name: 'test', requestId: newId() });
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    box = await startTestSandbox();
    gateway = createStripeGateway(box.env, { maxNetworkRetries: 0 });
    const platform = await makeOrganisation(t.db, { kind: 'platform' });
    for (let n = 0; n < 2; n += 1)
      operators.push(await makeMember(t.db, { org: platform, roles: ['operator'] }));
    const sponsor = await makeOrganisation(t.db, { kind: 'sponsor' });
    await makeMember(t.db, { org: sponsor, roles: ['sponsor_owner'] });
  });
  afterAll(async () => {
    await box.close();
    await t.drop();
  });

  const deliver = async (id: string, type: string, objectId: string) => {
    const created = Math.floor(Date.now() / 1000);
    const event = { id, object: 'event', type, created, livemode: false, data: { object: { id: objectId } } };
    const rawBody = JSON.stringify(event);
    const signatureHeader = Stripe.webhooks.generateTestHeaderString({
      payload: rawBody,
      secret: SECRET,
      timestamp: created,
    });
    await receiveWebhook(job(), { rawBody, signatureHeader, secrets: [SECRET] });
    // The queue runs a job at least once.
    await processStripeEvent(job(), gateway, { eventId: id });
    await processStripeEvent(job(), gateway, { eventId: id });
  };
  const notices = async () =>
    operatorMoneyView
      .parse(await operatorMoney(operators[0] as OrgContext))
      .notices.map((one) => one.eventId);

  test.each([
    ['evt_dispute', 'charge.dispute.created', 'du_1'],
    ['evt_refund', 'refund.created', 're_1'],
    ['evt_reversal', 'transfer.reversed', 'tr_1'],
  ])('%s: every operator is told once, and it stands on their money page', async (id, type, objectId) => {
    const before = (await t.db.select().from(notifications)).length;
    await deliver(id, type, objectId);
    const told = (await t.db.select().from(notifications)).slice(before);
    expect(told.map((one) => one.personId).sort()).toEqual(operators.map((one) => one.actor.personId).sort());
    const { notices: shown } = operatorMoneyView.parse(await operatorMoney(operators[0] as OrgContext));
    expect(shown[0]).toMatchObject({ eventId: id, type, objectId });
    for (const one of told)
      expect(one).toMatchObject({ title: shown[0]?.attention, href: '/operator/money' });
  });

  test('what the app deals with alone tells nobody', async () => {
    const before = (await t.db.select().from(notifications)).length;
    await deliver('evt_plain', 'transfer.created', 'tr_2');
    expect(await t.db.select().from(notifications)).toHaveLength(before);
    expect(await notices()).not.toContain('evt_plain');
  });

  test('an operator says what was done: it leaves the list once, and the words stay in the audit trail', async () => {
    const settle = () =>
      settleRailNotice(operators[1] as OrgContext, {
        eventId: 'evt_dispute',
        done: 'Answered with evidence.',
      });
    await settle();
    expect(await notices()).toEqual(['evt_reversal', 'evt_refund']);
    await expect(settle()).rejects.toMatchObject({ kind: 'not_found', reason: 'rail_notice_not_found' });
    const trail = await t.sql`select detail from audit_events where action = 'payouts.rail_notice_settled'`;
    expect(trail.map((row) => row.detail)).toEqual([
      { eventId: 'evt_dispute', type: 'charge.dispute.created', done: 'Answered with evidence.' },
    ]);
  });
});
