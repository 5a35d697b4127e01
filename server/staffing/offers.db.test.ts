import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { makeCall } from '#db/seed/factories/bids.ts';
import { makeCredential } from '#db/seed/factories/credentials.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeBatch, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { DAY } from '#server/core/clock.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { answerOffer, endOffers, viewOwnOffers, viewProjectOffers } from './answer-offer.ts';
import { applyForWork, sendOffer, sendOffers, withdrawOffer } from './offer-work.ts';
import { findEngagements } from './reads.ts';

const rule = {
  anyOf: [{ allOf: [{ kind: 'board_certification' as const, minLevel: 'primary_source' as const }] }],
};
let t: TestDatabase;
let scene: WorkScene;
let callId: string;
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  scene = await makeWorkScene(t.db, { cases: 3, project: { credentialRule: rule, status: 'active' } });
  callId = await makeCall(t.db, { projectId: scene.project.id });
});
afterAll(() => t.drop());

async function makeIndependent(isCertified = true): Promise<OrgContext> {
  const org = await makeOrganisation(t.db, { kind: 'independent', clock: scene.clock });
  const who = await makeMember(t.db, { org, roles: ['independent_annotator'], clock: scene.clock });
  if (isCertified) await makeCredential(t.db, { personId: who.actor.personId, clock: scene.clock });
  return who;
}

const offerTo = (who: OrgContext, change: object = {}) =>
  sendOffer(scene.sponsor, {
    projectId: scene.project.id,
    orgId: who.actor.orgId,
    pricePerReadMinor: 90n,
    readsPerWeek: 200,
    daysToAnswer: 7,
    note: '',
    ...change,
  });
const reasonOf = (run: Promise<unknown>): Promise<unknown> =>
  run.then(
    () => 'done',
    (error: { reason: string }) => error.reason,
  );
const engagementsOf = (who: OrgContext) =>
  findEngagements(t.db, { projectId: scene.project.id, personId: who.actor.personId });

test('R17: applied, offered, accepted: engaged through the own organisation, which is paid, and work opens', async () => {
  const who = await makeIndependent();
  const { offerId } = await applyForWork(who, { callId, statement: 'Twelve years of chest CT.' });
  expect(await reasonOf(applyForWork(who, { callId, statement: 'Once more, please.' }))).toBe('offer_live');
  // The application becomes the offer: one row from beginning to end.
  expect(await offerTo(who)).toEqual({ offerId });
  expect((await viewOwnOffers(who)).map((one) => one.status)).toEqual(['offered']);
  expect(await engagementsOf(who)).toEqual([]);
  await answerOffer(who, { offerId, answer: 'accepted' });
  expect(await engagementsOf(who)).toMatchObject([
    { viaOrgId: who.actor.orgId, role: 'annotator', contractId: null },
  ]);
  expect(await reasonOf(answerOffer(who, { offerId, answer: 'accepted' }))).toBe('offer_answered');
  const listed = await viewProjectOffers(scene.sponsor, { projectId: scene.project.id });
  expect(listed.find((one) => one.id === offerId)).toMatchObject({
    status: 'accepted',
    statement: 'Twelve years of chest CT.',
  });
});

test('a batch that pays less than the accepted offer is refused in words; one that pays it opens', async () => {
  const who = await makeIndependent();
  const { offerId } = await offerTo(who, { pricePerReadMinor: 1_000n });
  await answerOffer(who, { offerId, answer: 'accepted' });
  const [cheap, fair] = [
    await makeBatch(scene, { vendorOrgId: null, pricePerReadMinor: 999n }),
    await makeBatch(scene, { vendorOrgId: null, pricePerReadMinor: 1_000n }),
  ];
  await expect(joinBatch(who, { batchId: cheap, tier: 'label' })).rejects.toMatchObject({
    details: expect.arrayContaining([expect.objectContaining({ code: 'offer.price' })]),
  });
  const codes = await joinBatch(who, { batchId: fair, tier: 'label' }).then(
    () => [],
    (error: { details: { code: string }[] }) => error.details.map((one) => one.code),
  );
  expect(codes).not.toContain('offer.price');
});

test('the same offer to several people: each by the same gates, who cannot be offered it is told why, and nobody is offered twice', async () => {
  const [one, two, without] = [
    await makeIndependent(),
    await makeIndependent(),
    await makeIndependent(false),
  ];
  const lead = await makeMember(t.db, { org: scene.vendorOrg, roles: ['staffing_lead'] });
  const orgIds = [one, without, lead, two].map((who) => who.actor.orgId);
  const terms = {
    projectId: scene.project.id,
    pricePerReadMinor: 90n,
    readsPerWeek: 50,
    daysToAnswer: 7,
    note: '',
  };
  const made = await sendOffers(scene.sponsor, { ...terms, orgIds });
  expect(made.map((row) => row.offerId !== null)).toEqual([true, false, false, true]);
  expect(made[1]?.problem).toContain('credentials');
  expect((await viewOwnOffers(two)).map((offer) => offer.status)).toEqual(['offered']);
  const again = await sendOffers(scene.sponsor, { ...terms, orgIds: [one.actor.orgId] });
  expect(again).toMatchObject([{ offerId: null, problem: expect.stringContaining('waits for its answer') }]);
  await expect(
    sendOffers(scene.sponsor, { ...terms, projectId: scene.project.orgId, orgIds }),
  ).rejects.toMatchObject({
    kind: 'not_found',
  });
});

test('closed gates are told, on applying, offering and accepting; a credential lost in between counts', async () => {
  const without = await makeIndependent(false);
  expect(await reasonOf(applyForWork(without, { callId, statement: 'I learn quickly.' }))).toBe(
    'offer_gates',
  );
  expect(await reasonOf(offerTo(without))).toBe('offer_gates');
  const who = await makeIndependent();
  const { offerId } = await offerTo(who);
  await t.sql`update credentials set status = 'revoked' where person_id = ${who.actor.personId}`;
  expect(await reasonOf(answerOffer(who, { offerId, answer: 'accepted' }))).toBe('offer_gates');
  expect(await engagementsOf(who)).toEqual([]);
});

test('nobody answers or takes back what is not theirs, and a vendor cannot be engaged so', async () => {
  const [who, other] = [await makeIndependent(), await makeIndependent()];
  const { offerId } = await offerTo(who);
  expect(await reasonOf(answerOffer(other, { offerId, answer: 'accepted' }))).toBe('offer_not_found');
  const stranger = await makeWorkScene(t.db, { cases: 1 });
  expect(await reasonOf(withdrawOffer(stranger.sponsor, { offerId }))).toBe('offer_not_found');
  expect(await reasonOf(offerTo(who))).toBe('offer_live');
  const lead = await makeMember(t.db, { org: scene.vendorOrg, roles: ['staffing_lead'] });
  expect(await reasonOf(offerTo(lead))).toBe('not_independent');
  expect(await reasonOf(applyForWork(lead, { callId, statement: 'We are many.' }))).toBe('not_independent');
  await withdrawOffer(scene.sponsor, { offerId });
  expect(await reasonOf(answerOffer(who, { offerId, answer: 'accepted' }))).toBe('offer_answered');
});

test('an offer that has run out cannot be accepted, whether or not the job has run; two answers at once are one', async () => {
  const who = await makeIndependent();
  const { offerId } = await offerTo(who, { daysToAnswer: 1 });
  const twice = await makeIndependent();
  const two = await offerTo(twice);
  const results = await Promise.allSettled([
    answerOffer(twice, { offerId: two.offerId, answer: 'accepted' }),
    answerOffer(twice, { offerId: two.offerId, answer: 'accepted' }),
  ]);
  expect(results.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
  scene.clock.advance(DAY);
  expect(await reasonOf(answerOffer(who, { offerId, answer: 'accepted' }))).toBe('offer_answered');
  expect(await endOffers({ ...who, clock: scene.clock })).toBeGreaterThan(0);
  expect((await viewOwnOffers(who))[0]?.status).toBe('expired');
  expect(await offerTo(who)).toMatchObject({ offerId: expect.any(String) });
});
