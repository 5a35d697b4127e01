import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ensureAgreement } from '#db/seed/factories/agreements.ts';
import { makeCall } from '#db/seed/factories/bids.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { inviteVendors } from '#server/bids/invite-vendors.ts';
import { getCallForOrg } from '#server/bids/reads.ts';
import type { OrgContext } from '#server/command/context.ts';
import type { AppError } from '#server/core/errors.ts';
import { addPanelReader } from '#server/gold/panel.ts';
import { inviteOwnStaff } from '#server/identity/invite-own-staff.ts';
import { makeInHouse } from '#server/identity/make-in-house.ts';
import { contactOf } from '#server/identity/reads.ts';
import { rankForSponsor, reachOfProject } from '#server/matching/views.ts';
import { appointAuditor } from '#server/staffing/appoint-auditor.ts';
import { createBatch } from '#server/work/create-batch.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { openBatch } from '#server/work/open-batch.ts';
import { getBatch, listTerms } from '#server/work/reads.ts';
import { answerOrder, endOrder, proposeOrder } from './propose-order.ts';
import { seatOwnStaff } from './seat-own-staff.ts';
import { listOwnOrders, viewOwnStaff } from './views.ts';

const refusalOf = (promise: Promise<unknown>): Promise<AppError> =>
  promise.then(
    () => Promise.reject(new Error('was not refused')),
    (error: AppError) => error,
  );
const codesOf = async (promise: Promise<unknown>) =>
  ((await refusalOf(promise)).details ?? []).map((one) => one.code);

describe('own staff as a private vendor', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let unitId: string;
  let owner: OrgContext;
  let ann: OrgContext;
  let bea: OrgContext;
  const terms = { hoursPerWeek: 20, needsExam: false, note: '' };
  const member = (roles: readonly ('vendor_annotator' | 'vendor_owner' | 'staffing_lead')[]) =>
    makeMember(t.db, { org: { id: unitId, kind: 'vendor', verified: true }, roles, clock: scene.clock });
  const agree = async (pricePerReadMinor: bigint) => {
    const { orderId } = await proposeOrder(scene.sponsor, {
      projectId: scene.project.id,
      pricePerReadMinor,
      ...terms,
    });
    await answerOrder(owner, { orderId, isAccepted: true });
    return orderId;
  };
  const draft = (over = {}) =>
    createBatch(scene.sponsor, {
      projectId: scene.project.id,
      datasetId: scene.dataset.id,
      name: 'Inside',
      kind: 'production',
      vendorOrgId: unitId,
      pricePerReadMinor: 500n,
      goldMode: 'none',
      ...over,
    });

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 4, project: { status: 'active' } });
    unitId = (await makeInHouse(scene.sponsor, { name: 'Reading group' })).orgId;
    owner = await member(['vendor_owner']);
    ann = await member(['vendor_annotator']);
    bea = await member(['vendor_annotator']);
  });
  afterAll(() => t.drop());

  test('is made once, waits for the operator like every vendor (R0), and says what it still lacks', async () => {
    expect((await refusalOf(makeInHouse(scene.sponsor, { name: 'Another' }))).reason).toBe('in_house_exists');
    const view = await viewOwnStaff(scene.sponsor, { projectId: scene.project.id });
    expect(view.unit).toMatchObject({ orgId: unitId, status: 'unverified', isMember: true });
    expect(view.missing.map((one) => one.code).slice(0, 2)).toEqual([
      'own_staff.unverified',
      'services_missing',
    ]);
    await t.sql`update organisations set status = 'verified', verified_at = now() where id = ${unitId}`;
    await ensureAgreement(t.db, {
      kind: 'services',
      org: { id: unitId, kind: 'vendor' },
      clock: scene.clock,
    });
    expect((await viewOwnStaff(scene.sponsor, { projectId: scene.project.id })).missing).toEqual([]);
  });

  test('people are invited into it, once each', async () => {
    const known = await contactOf(t.db, ann.actor.personId);
    const emails = [known, 'new.reader@own.example'];
    expect(await inviteOwnStaff(scene.sponsor, { emails, role: 'vendor_annotator' })).toEqual({ invited: 1 });
    expect((await viewOwnStaff(scene.sponsor, { projectId: scene.project.id })).unit?.invited).toBe(1);
  });

  test('nobody else is ever told of it: not matching, not a call, not an invitation, not its people', async () => {
    const own = await rankForSponsor(scene.sponsor, { projectId: scene.project.id, limit: 100 });
    expect(own.map((one) => one.orgId)).not.toContain(unitId);
    const other = await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'sponsor', clock: scene.clock }),
      roles: ['sponsor_owner'],
      clock: scene.clock,
    });
    const theirs = await makeProject(t.db, {
      orgId: other.actor.orgId,
      createdBy: other.actor.personId,
      clock: scene.clock,
    });
    const ranked = await rankForSponsor(other, { projectId: theirs.id, limit: 100 });
    expect(ranked.map((one) => one.orgId)).not.toContain(unitId);
    expect((await reachOfProject(other, { projectId: theirs.id, priceMinor: null })).qualified).toBe(0);
    const callId = await makeCall(t.db, { projectId: theirs.id, clock: scene.clock });
    expect((await refusalOf(getCallForOrg(t.db, { callId, orgId: unitId }))).reason).toBe('call_not_found');
    const invite = inviteVendors(other, { callId, vendorOrgIds: [unitId] });
    expect((await refusalOf(invite)).reason).toBe('vendor_not_verified');
    expect((await refusalOf(viewOwnStaff(other, { projectId: scene.project.id }))).kind).toBe('not_found');
  });

  test('reads by an order that both sides agreed, at a price that may be 0 and without a fee (R2)', async () => {
    const projectId = scene.project.id;
    const seat = { projectId, personId: ann.actor.personId, role: 'annotator' as const };
    expect((await refusalOf(seatOwnStaff(scene.sponsor, seat))).reason).toBe('no_order');
    expect(await codesOf(draft())).toContain('batch.own_staff_order');
    const { orderId } = await proposeOrder(scene.sponsor, { projectId, pricePerReadMinor: 0n, ...terms });
    const stranger = await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'vendor', clock: scene.clock }),
      roles: ['vendor_owner'],
      clock: scene.clock,
    });
    expect((await refusalOf(answerOrder(stranger, { orderId, isAccepted: true }))).kind).toBe('not_found');
    const unchecked = { ...owner, actor: { ...owner.actor, orgVerified: false } };
    expect((await refusalOf(answerOrder(unchecked, { orderId, isAccepted: true }))).reason).toBe(
      'organisation_unverified',
    );
    await answerOrder(owner, { orderId, isAccepted: true });
    expect((await refusalOf(answerOrder(owner, { orderId, isAccepted: false }))).reason).toBe(
      'order_moved_on',
    );
    await seatOwnStaff(scene.sponsor, seat);
    const { batchId } = await draft();
    expect((await getBatch(t.db, batchId)).pricePerReadMinor).toBe(0n);
    await openBatch(scene.sponsor, { batchId });
    expect(await joinBatch(ann, { batchId, tier: 'label' })).toMatchObject({ priceMinor: 0n });
    expect((await refusalOf(joinBatch(bea, { batchId, tier: 'label' }))).reason).toBe('not_eligible');
  });

  test('a new price is a new order; what is open is paid at most what it has reserved (R29)', async () => {
    const [before] = await listOwnOrders(owner);
    await agree(40n);
    expect((await listOwnOrders(owner)).map((one) => one.status)).toEqual(['agreed', 'superseded']);
    expect(before?.status).toBe('agreed');
    const { batchId } = await draft();
    expect((await getBatch(t.db, batchId)).pricePerReadMinor).toBe(40n);
    await openBatch(scene.sponsor, { batchId });
    expect(await joinBatch(ann, { batchId, tier: 'label' })).toMatchObject({ priceMinor: 40n });
    const [own] = await listTerms(t.db, batchId);
    expect([own?.priceMinor, own?.feeMinor, own?.payeeOrgId]).toEqual([40n, 0n, unitId]);
    await agree(90n);
    // The batch was made for 40.
    expect(await joinBatch(ann, { batchId, tier: 'label' })).toMatchObject({ priceMinor: 40n });
  });

  test('its exam is asked of every batch of it', async () => {
    const { orderId } = await proposeOrder(scene.sponsor, {
      projectId: scene.project.id,
      pricePerReadMinor: 0n,
      ...terms,
      needsExam: true,
    });
    await answerOrder(owner, { orderId, isAccepted: true });
    const { batchId } = await draft();
    expect((await getBatch(t.db, batchId)).needsExam).toBe(true);
    await openBatch(scene.sponsor, { batchId });
    expect(await codesOf(joinBatch(ann, { batchId, tier: 'label' }))).toEqual(['exam.missing']);
    const view = await viewOwnStaff(scene.sponsor, { projectId: scene.project.id });
    const reader = view.readers.find((one) => one.personId === ann.actor.personId);
    expect(reader?.gaps.map((one) => one.code)).toEqual(['own_staff.attestation', 'own_staff.exam']);
  });

  test('who reads for it makes no gold and audits nothing; who makes gold gets no seat (R7, R25)', async () => {
    const { project, sponsor, clock, sponsorOrg } = scene;
    await makeMember(t.db, {
      org: sponsorOrg,
      roles: ['panel_reader'],
      person: { personId: bea.actor.personId, userId: bea.actor.userId, country: 'US' },
      clock,
    });
    const panel = addPanelReader(sponsor, { projectId: project.id, personId: bea.actor.personId });
    expect((await refusalOf(panel)).reason).toBe('panel_conflict');
    const email = await contactOf(t.db, bea.actor.personId);
    expect((await refusalOf(appointAuditor(sponsor, { projectId: project.id, email }))).reason).toBe(
      'auditor_unknown',
    );
    const judge = await makeMember(t.db, { org: sponsorOrg, roles: ['panel_reader'], clock });
    await addPanelReader(sponsor, { projectId: project.id, personId: judge.actor.personId });
    await makeMember(t.db, {
      org: { id: unitId, kind: 'vendor', verified: true },
      roles: ['vendor_annotator'],
      person: { personId: judge.actor.personId, userId: judge.actor.userId, country: 'US' },
      clock,
    });
    const seat = { projectId: project.id, personId: judge.actor.personId, role: 'annotator' as const };
    expect(await codesOf(seatOwnStaff(sponsor, seat))).toEqual(['own_staff.on_panel']);
  });

  test('reads no test reference, even where the project became one after it was agreed (R7, R25)', async () => {
    const { batchId } = await draft({ name: 'Before' });
    await openBatch(scene.sponsor, { batchId });
    await t.sql`update projects set intended_use = 'test_reference' where id = ${scene.project.id}`;
    expect(await codesOf(joinBatch(ann, { batchId, tier: 'label' }))).toContain('own_staff.reference');
    const propose = proposeOrder(scene.sponsor, {
      projectId: scene.project.id,
      pricePerReadMinor: 0n,
      ...terms,
    });
    expect((await refusalOf(propose)).reason).toBe('own_staff_barred');
    await t.sql`update projects set intended_use = 'research' where id = ${scene.project.id}`;
  });

  test('the end of the order ends the seats, and drafts of it do not open', async () => {
    const { batchId } = await draft({ name: 'After' });
    const [order] = await listOwnOrders(owner);
    await endOrder(scene.sponsor, { orderId: order?.id ?? '', reason: 'The work is bought now.' });
    expect(await codesOf(openBatch(scene.sponsor, { batchId }))).toEqual(['own_staff.no_order']);
    const view = await viewOwnStaff(scene.sponsor, { projectId: scene.project.id });
    expect([view.order, view.readers.flatMap((one) => one.seats)]).toEqual([null, []]);
  });
});
