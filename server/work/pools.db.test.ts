import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ensureAgreement } from '#db/seed/factories/agreements.ts';
import { makeBid, makeCall, makeContract } from '#db/seed/factories/bids.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeBatch, makeWorker, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { setDirectShare } from '#server/bids/split-award.ts';
import type { OrgContext } from '#server/command/context.ts';
import { HOUR, MINUTE } from '#server/core/clock.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { answerOffer } from '#server/staffing/answer-offer.ts';
import { sendOffers } from '#server/staffing/offer-work.ts';
import { findEngagements } from '#server/staffing/reads.ts';
import { viewDirectShare } from '#server/staffing/view-direct-share.ts';
import { addTasks } from './add-tasks.ts';
import { allowReaders } from './allow-readers.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { cloneBatch } from './clone-batch.ts';
import { createBatch } from './create-batch.ts';
import { joinBatch } from './join-batch.ts';
import { openBatch } from './open-batch.ts';
import { getBatch } from './reads.ts';
import { releaseLeases } from './release-leases.ts';
import { skipTask } from './skip-task.ts';
import { listStranded } from './stranded-turns.ts';
import { submitLabel } from './submit-label.ts';
import { viewVendorBatch, viewVendorBatches } from './vendor-views.ts';

type Org = Awaited<ReturnType<typeof makeOrganisation>>;

describe('batches that several vendors, or on- and offshore readers, share', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let other: Org;
  let contracts: string[];
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
    scene = await makeWorkScene(t.db, { cases: 20 });
    other = await makeOrganisation(t.db, { kind: 'vendor', legalName: 'Other Ltd', clock: scene.clock });
    await ensureAgreement(t.db, { kind: 'services', org: other, clock: scene.clock });
    contracts = await awards(scene, [
      [scene.vendorOrg, 6000, 100n],
      [other, 4000, 150n],
    ]);
  });
  afterAll(() => t.drop());

  async function awards(of: WorkScene, parts: [Org, number, bigint][]): Promise<string[]> {
    const callId = await makeCall(t.db, { projectId: of.project.id, clock: of.clock });
    const made: string[] = [];
    for (const [org, shareBasisPoints, priceMinor] of parts) {
      const vendor = { orgId: org.id, owner: of.sponsor, annotators: [] };
      const bidId = await makeBid(t.db, { callId, project: of.project, vendor, priceMinor, clock: of.clock });
      made.push(await makeContract(t.db, { bidId, shareBasisPoints, clock: of.clock }));
    }
    return made;
  }
  const shared = (more: object = {}, of = scene) => ({
    projectId: of.project.id,
    datasetId: of.dataset.id,
    name: 'Shared',
    kind: 'production' as const,
    overlap: 2,
    pricePerReadMinor: 120n,
    goldMode: 'none' as const,
    reviewShareBasisPoints: 0,
    isAdjudicated: false,
    claimRules: { contractIds: contracts, ...more },
  });
  async function open(input: ReturnType<typeof shared>, of = scene): Promise<string> {
    const { batchId } = await createBatch(of.sponsor, input);
    await openBatch(of.sponsor, { batchId });
    return batchId;
  }
  async function readersOf(batchId: string, org: Org, count: number, country = 'US'): Promise<OrgContext[]> {
    const people: OrgContext[] = [];
    for (let i = 0; i < count; i += 1) {
      const made = await makeWorker(scene, { org });
      const who = { ...made, actor: { ...made.actor, country } };
      await joinBatch(who, { batchId, tier: 'label' });
      people.push(who);
    }
    return people;
  }
  const claim = (who: OrgContext, batchId: string, limit = 3) =>
    claimNextTasks(who, { batchId, tier: 'label', limit });
  async function readAll(who: OrgContext, batchId: string): Promise<string> {
    for (;;) {
      const { leases, reasons } = await claim(who, batchId);
      if (reasons[0]?.code === 'work.searching') continue;
      if (leases.length === 0) return reasons[0]?.code ?? '';
      for (const { leaseId } of leases)
        await submitLabel(who, {
          batchId,
          leaseId,
          labelId: randomUUID(),
          answers: { grade: '2' },
          activeMs: 10,
        });
    }
  }

  test('a split award gives each vendor its share of the reads, exactly, at its own price, whoever reads how fast', async () => {
    const batchId = await open(shared());
    const mine = await readersOf(batchId, scene.vendorOrg, 3);
    const theirs = await readersOf(batchId, other, 3);
    const ends = await Promise.all([...mine, ...theirs].map((who) => readAll(who, batchId)));
    const again = await Promise.all([...mine, ...theirs].map((who) => readAll(who, batchId)));
    expect([...ends, ...again].every((code) => code.startsWith('work.'))).toBe(true);
    const rows =
      await t.sql`select t.payee_org_id as org, count(*)::int as reads, min(t.price_minor)::int as price
      from slots s join terms t on t.batch_id = s.batch_id and t.annotator_id = s.annotator_id and t.tier = s.tier
        and t.terms_no = s.terms_no where s.batch_id = ${batchId} and s.status = 'submitted' group by 1 order by 2`;
    expect([...rows]).toEqual([
      { org: other.id, reads: 16, price: 150 },
      { org: scene.vendorOrg.id, reads: 24, price: 100 },
    ]);
    // Each vendor finds it among its own, with its own people alone; an organisation without a part does not.
    for (const who of [mine[0]!, theirs[0]!]) {
      expect(await viewVendorBatches(who)).toContainEqual(
        expect.objectContaining({ batchId, isShared: true }),
      );
      expect((await viewVendorBatch(who, { batchId })).readers).toHaveLength(3);
    }
    const stranger = await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'vendor', clock: scene.clock }),
      roles: ['vendor_owner'],
      clock: scene.clock,
    });
    expect(await viewVendorBatches(stranger)).toEqual([]);
    await expect(viewVendorBatch(stranger, { batchId })).rejects.toMatchObject({ kind: 'not_found' });
  });

  test('one read per vendor and case: halves give every case one of each; a share too large for it is refused in words', async () => {
    await expect(createBatch(scene.sponsor, shared({ maxReadsPerVendor: 1 }))).rejects.toMatchObject({
      details: [{ code: 'batch.share_too_large' }],
    });
    const even = await makeWorkScene(t.db, {
      cases: 7,
      clock: scene.clock,
      parties: { sponsorOrg: scene.sponsorOrg, vendorOrg: scene.vendorOrg, sponsor: scene.sponsor },
    });
    const halves = await awards(even, [
      [scene.vendorOrg, 5000, 100n],
      [other, 5000, 150n],
    ]);
    const { batchId } = await createBatch(scene.sponsor, {
      ...shared({}, even),
      claimRules: { contractIds: halves, maxReadsPerVendor: 1 },
    });
    const [row] = await t.sql`select count(*)::int as cases from (select task_id from slots
      where batch_id = ${batchId} group by task_id having count(distinct (lane - 1) / 100) = 2) c`;
    expect(row?.cases).toBe(7);
  });

  test('R17: the direct share of a split award is read by people whose offers were accepted, exactly its part, at its price', async () => {
    const own = await makeWorkScene(t.db, {
      cases: 10,
      clock: scene.clock,
      parties: { sponsorOrg: scene.sponsorOrg, vendorOrg: scene.vendorOrg, sponsor: scene.sponsor },
    });
    const callId = await makeCall(t.db, { projectId: own.project.id, clock: scene.clock });
    const vendor = { orgId: scene.vendorOrg.id, owner: scene.sponsor, annotators: [] };
    const bidId = await makeBid(t.db, { callId, project: own.project, vendor, priceMinor: 100n });
    const award = await makeContract(t.db, { bidId, shareBasisPoints: 6000, clock: scene.clock });
    const asked = { ...shared({}, own), claimRules: { contractIds: [award], hasDirectShare: true } };
    await expect(createBatch(scene.sponsor, asked)).rejects.toMatchObject({
      details: expect.arrayContaining([expect.objectContaining({ code: 'batch.no_direct_share' })]),
    });
    const share = { callId, shareBasisPoints: 4000, pricePerReadMinor: 70n };
    await setDirectShare(scene.sponsor, share);
    const batchId = await open(asked, own);
    const org = await makeOrganisation(t.db, { kind: 'independent', clock: scene.clock });
    await ensureAgreement(t.db, { kind: 'services', org, clock: scene.clock });
    const who = await makeMember(t.db, { org, roles: ['independent_annotator'], clock: scene.clock });
    await expect(joinBatch(who, { batchId, tier: 'label' })).rejects.toMatchObject({
      details: expect.arrayContaining([expect.objectContaining({ code: 'engagement.missing' })]),
    });
    const offer = {
      projectId: own.project.id,
      orgIds: [org.id],
      readsPerWeek: 5,
      daysToAnswer: 7,
      note: '',
      pricePerReadMinor: 71n,
    };
    await expect(sendOffers(scene.sponsor, offer)).rejects.toMatchObject({ reason: 'offer_above_share' });
    const [made] = await sendOffers(scene.sponsor, { ...offer, pricePerReadMinor: 70n });
    await answerOffer(who, { offerId: made!.offerId!, answer: 'accepted' });
    await expect(setDirectShare(scene.sponsor, { ...share, pricePerReadMinor: 60n })).rejects.toMatchObject({
      reason: 'share_below_offers',
    });
    await joinBatch(who, { batchId, tier: 'label' });
    const mine = await makeWorker(own, { org: scene.vendorOrg });
    await joinBatch(mine, { batchId, tier: 'label' });
    // The vendor’s one reader has met all ten cases; its other two reads are somebody else’s.
    expect(await readAll(who, batchId)).toBe('work.share_read');
    expect(await readAll(mine, batchId)).toBe('work.all_seen');
    const rows =
      await t.sql`select t.payee_org_id as org, count(*)::int as reads, min(t.price_minor)::int as price
      from slots s join terms t on t.batch_id = s.batch_id and t.annotator_id = s.annotator_id and t.tier = s.tier
        and t.terms_no = s.terms_no where s.batch_id = ${batchId} and s.status = 'submitted' group by 1 order by 2`;
    expect([...rows]).toEqual([
      { org: org.id, reads: 8, price: 70 },
      { org: scene.vendorOrg.id, reads: 10, price: 100 },
    ]);
    expect(await viewDirectShare(scene.sponsor, { projectId: own.project.id })).toMatchObject({
      placed: 8,
      read: 8,
      accepted: { people: 1, readsPerWeek: 5 },
      waiting: { people: 0, readsPerWeek: 0 },
    });
    // The rest of the vendor's part are second reads of cases that its one reader has met.
    const another = await makeWorker(own, { org: scene.vendorOrg });
    await joinBatch(another, { batchId, tier: 'label' });
    await readAll(another, batchId);
    const [left] =
      await t.sql`select count(*)::int as n from slots where batch_id = ${batchId} and status = 'open'`;
    expect(left?.n).toBe(0);
  });

  test('when its share is read a vendor is told so; what is skipped, given back or rejected stays in its pool', async () => {
    const batchId = await open(shared());
    const [one, two] = await readersOf(batchId, other, 2);
    const { leases } = await claim(one!, batchId);
    await skipTask(one!, { batchId, leaseId: leases[0]!.leaseId, reason: 'unreadable' });
    await releaseLeases(one!, { batchId, leaseIds: [leases[1]!.leaseId] });
    const labelId = randomUUID();
    const on = { batchId, leaseId: leases[2]!.leaseId, labelId };
    await submitLabel(one!, { ...on, answers: { grade: '2' }, activeMs: 10 });
    await rejectLabel(scene.sponsor, { batchId, labelId, reason: 'no_effort', evidence: 'In 10 ms.' });
    expect(await readAll(two!, batchId)).toBe('work.share_read');
    expect(await readAll(one!, batchId)).toBe('work.share_read');
    const [row] =
      await t.sql`select count(*)::int as n from slots where batch_id = ${batchId} and status = 'submitted'`;
    expect(row?.n).toBe(16);
    // R29: also when the money is spent, which keeps only those from reading who have something left to read.
    await t.sql`update batches set reserved_minor = 1 where id = ${batchId}`;
    const [mine] = await readersOf(batchId, scene.vendorOrg, 1);
    scene.clock.advance(2 * MINUTE);
    expect((await claim(two!, batchId)).reasons).toMatchObject([{ code: 'work.share_read' }]);
    expect((await claim(mine!, batchId)).reasons).toMatchObject([{ code: 'budget.spent' }]);
  });

  test('somebody without a share is refused; a contract that is no award in force cannot share', async () => {
    const batchId = await open(shared());
    const third = await makeOrganisation(t.db, { kind: 'vendor', clock: scene.clock });
    await ensureAgreement(t.db, { kind: 'services', org: third, clock: scene.clock });
    const who = await makeWorker(scene, { org: third });
    await expect(joinBatch(who, { batchId, tier: 'label' })).rejects.toMatchObject({
      details: expect.arrayContaining([expect.objectContaining({ code: 'engagement.missing' })]),
    });
    await t.sql`update contracts set status = 'terminated' where id = ${contracts[1]!}`;
    await expect(createBatch(scene.sponsor, shared())).rejects.toMatchObject({
      details: [{ code: 'batch.contract' }],
    });
    await t.sql`update contracts set status = 'active' where id = ${contracts[1]!}`;
  });

  test('R13: a shared batch grows by its shares and is cloned under the awards in force, not under one that ended', async () => {
    const { batchId } = await createBatch(scene.sponsor, {
      ...shared({ maxReadsPerVendor: 2 }),
      filter: { externalIds: scene.dataset.cases.slice(0, 10).map((one) => one.externalId) },
    });
    await openBatch(scene.sponsor, { batchId });
    const names = (from: number, to: number) =>
      scene.dataset.cases.slice(from, to).map((one) => one.externalId);
    for (const [from, to] of [
      [10, 11],
      [11, 20],
    ] as const)
      await addTasks(scene.sponsor, { batchId, filter: { externalIds: names(from, to) } });
    const slots = async (id: string) => (await getBatch(t.db, id)).pools as { slots: number }[];
    expect((await slots(batchId)).map((one) => one.slots)).toEqual([24, 16]);
    const laid = await t.sql`select (lane - 1) / 100 as pool, count(*)::int as n from slots
      where batch_id = ${batchId} group by 1 order by 1`;
    expect(laid.map((one) => one.n)).toEqual([24, 16]);
    const [mine] = await readersOf(batchId, scene.vendorOrg, 1);
    expect(await readAll(mine!, batchId)).toMatch(/^work\./);
    const [theirs] = await readersOf(batchId, other, 1);
    expect(await readAll(theirs!, batchId)).toMatch(/^work\./);
    const clone = () => cloneBatch(scene.sponsor, { batchId, name: 'Once more', cases: 'same' });
    const made = await clone();
    expect((await slots(made.batchId)).map((one) => one.slots)).toEqual([24, 16]);
    expect(await getBatch(t.db, made.batchId)).toMatchObject({ taskCount: 20, maxReadsPerVendor: 2 });
    await t.sql`update contracts set status = 'terminated' where id = ${contracts[1]!}`;
    await expect(clone()).rejects.toMatchObject({
      reason: 'batch_not_cloned',
      message: expect.stringContaining('no award in force'),
    });
    await t.sql`update contracts set status = 'active' where id = ${contracts[1]!}`;
  });

  test('R13: a shared batch gets no cases, and does not open, once the award of a vendor who shares it has ended', async () => {
    const names = (from: number, to: number) =>
      scene.dataset.cases.slice(from, to).map((one) => one.externalId);
    const make = async () =>
      (await createBatch(scene.sponsor, { ...shared(), filter: { externalIds: names(0, 10) } })).batchId;
    const [batchId, draftId] = [await make(), await make()];
    await openBatch(scene.sponsor, { batchId });
    const called = () => t.sql`select c.vendor_org_id as org, o.reads from contract_call_offs o
      join contracts c on c.id = o.contract_id where o.batch_id = ${batchId} order by o.called_at, o.reads desc`;
    const both = (mine: number, theirs: number) => [
      { org: scene.vendorOrg.id, reads: mine },
      { org: other.id, reads: theirs },
    ];
    expect([...(await called())]).toEqual(both(12, 8));
    const add = (from: number, to: number) =>
      addTasks(scene.sponsor, { batchId, filter: { externalIds: names(from, to) } });
    scene.clock.advance(MINUTE);
    await add(10, 15);
    expect([...(await called())]).toEqual([...both(12, 8), ...both(6, 4)]);
    await t.sql`update contracts set status = 'terminated' where id = ${contracts[1]!}`;
    const before = await getBatch(t.db, batchId);
    await expect(add(15, 20)).rejects.toMatchObject({
      reason: 'award_refuses',
      details: [
        {
          code: 'share_ended',
          message: expect.stringContaining('Other Ltd has no award in force any more'),
          href: `/sponsor/projects/${scene.project.id}/batches/new`,
        },
      ],
    });
    expect(await getBatch(t.db, batchId)).toEqual(before);
    await expect(openBatch(scene.sponsor, { batchId: draftId })).rejects.toMatchObject({
      reason: 'batch_not_ready',
      details: [{ code: 'share_ended' }],
    });
    await t.sql`update contracts set status = 'active' where id = ${contracts[1]!}`;
    await add(15, 20);
    expect((await getBatch(t.db, batchId)).taskCount).toBe(20);
  });

  test('the onshore share is kept for readers who are there, and who moves reads what is theirs then', async () => {
    const policy = { allowedCountries: [], onshoreShareBasisPoints: 5000, onshoreCountry: 'US' };
    const own = await makeWorkScene(t.db, {
      cases: 6,
      clock: scene.clock,
      project: { locationPolicy: policy },
      parties: { sponsorOrg: scene.sponsorOrg, vendorOrg: scene.vendorOrg, sponsor: scene.sponsor },
    });
    const batchId = await makeBatch(own, { overlap: 2 });
    const people: OrgContext[] = [];
    for (const country of ['IN', 'IN', 'US']) {
      const made = await makeWorker(own);
      people.push({ ...made, actor: { ...made.actor, country } });
    }
    const [off, far, on] = people as [OrgContext, OrgContext, OrgContext];
    for (const who of people) await joinBatch(who, { batchId, tier: 'label' });
    await readAll(off, batchId);
    expect(await readAll(far, batchId)).toBe('work.kept_onshore');
    const [row] =
      await t.sql`select count(*)::int as n from slots where batch_id = ${batchId} and status = 'submitted'`;
    expect(row?.n).toBe(6);
    await readAll(on, batchId);
    const here = { ...far, actor: { ...far.actor, country: 'US' } };
    scene.clock.advance(2 * MINUTE);
    await readAll(here, batchId);
    const [left] =
      await t.sql`select count(*)::int as n from slots where batch_id = ${batchId} and status = 'open'`;
    expect(left?.n).toBe(0);
  });

  test('R23: a read in a vendor’s share is nobody’s once its only reader has read the case, whoever else reads', async () => {
    const made = (await createBatch(scene.sponsor, shared())).batchId;
    const only = async (who: OrgContext[]) => {
      const all = await findEngagements(t.db, { projectId: scene.project.id });
      const engagementIds = who.flatMap(({ actor }) =>
        all.filter((one) => one.personId === actor.personId).map((one) => one.id),
      );
      await allowReaders(scene.sponsor, { batchId: made, engagementIds });
    };
    const mine = await makeWorker(scene);
    const theirs = await makeWorker(scene, { org: other });
    await only([mine, theirs]);
    await openBatch(scene.sponsor, { batchId: made });
    for (const who of [mine, theirs]) await joinBatch(who, { batchId: made, tier: 'label' });
    const stranded = async () => listStranded(t.db, await getBatch(t.db, made), scene.clock.now());
    scene.clock.advance(5 * HOUR);
    expect(await stranded()).toEqual([]);
    await readAll(mine, made);
    // Of 20 cases at two reads, 24 are the first vendor's: four of its cases twice, whose second read its one person may not make.
    expect(await stranded()).toEqual([{ tier: 'label', cases: 4, isMore: false, isUnstaffed: false }]);
    await only([mine]);
    expect(await stranded()).toEqual([{ tier: 'label', cases: 20, isMore: false, isUnstaffed: false }]);
  });
});
