import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { signatures } from '#db/schema/audit.ts';
import { bids, contracts } from '#db/schema/bids.ts';
import { pilotAnnexes, pilots } from '#db/schema/pilots.ts';
import { engagements } from '#db/schema/staffing.ts';
import { tasks } from '#db/schema/work.ts';
import { ensureAgreement } from '#db/seed/factories/agreements.ts';
import { makeBid, makeCall, makeVendor, pilotTermsOf } from '#db/seed/factories/bids.ts';
import {
  decideMadePilot,
  type MadePilot,
  makePilot,
  makePilotReturn,
  readPilotBatch,
} from '#db/seed/factories/pilots.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { nameSignatory } from '#db/seed/factories/signing-world.ts';
import { makeWorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { orderPilot } from '#server/bids/order-pilot.ts';
import type { PilotTermsInput } from '#server/bids/schemas.ts';
import type { OrgContext } from '#server/command/context.ts';
import { systemContext } from '#server/command/context.ts';
import { DAY, manualClock, plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { balanceOf } from '#server/ledger/reads.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { openBatch } from '#server/work/open-batch.ts';
import { getBatch } from '#server/work/reads.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { abandonPilot } from './abandon-pilot.ts';
import { checkAnnex, readAnnex } from './annex.ts';
import { certifyReturn } from './certify-return.ts';
import { closeOverduePilots } from './close-batches.ts';
import { computeScorecard } from './compute-scorecard.ts';
import { findAnnexRecord } from './find-annex-record.ts';
import { lapseRetries } from './lapse-retries.ts';
import { openAnnex } from './open-annex.ts';
import { orderRetry } from './order-retry.ts';
import { listPilotBatches } from './reads.ts';
import { pilotDetail, scorecardsOfVendor } from './views.ts';

const RETRY = {
  decision: 'retry',
  shareBasisPoints: undefined,
  reason: 'Grade 1 was missed on every case; train and try again.',
} as const;
const DECLINE = { ...RETRY, decision: 'decline' } as const;

/** Six gold cases, the truth is grade 1; two reads each; passes with an accuracy of 0.5. */
describe('how pilots end (R13–R16)', () => {
  const ownPilotsOf = async (vendor: OrgContext) =>
    (await scorecardsOfVendor(vendor, { after: null, limit: 20 })).items;

  let t: TestDatabase;
  beforeAll(async () => {
    process.env.READROOM_GOLD_SECRET ??= 'a secret for tests only';
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
  });
  afterAll(() => t.drop());

  async function called(input: { cases?: number; terms?: Partial<PilotTermsInput> } = {}) {
    const cases = input.cases ?? 12;
    const scene = await makeWorkScene(t.db, {
      cases,
      fields: [gradeField()],
      gold: Object.fromEntries(Array.from({ length: cases }, (_, at) => [at, { grade: ['1'] }])),
    });
    const accuracy = { field: 'grade', threshold: 0.5 };
    const criteria = { reliability: null, accuracy, perClass: [], throughput: null };
    const terms = pilotTermsOf({ cases: 6, overlap: 2, goldMode: 'embedded', criteria, ...input.terms });
    const callId = await makeCall(t.db, { projectId: scene.project.id, terms, clock: scene.clock });
    return { scene, callId };
  }
  async function ordered(input: Parameters<typeof called>[0] = {}): Promise<MadePilot> {
    const { scene, callId } = await called(input);
    return makePilot(scene, callId);
  }
  async function scored(pilot: MadePilot, batchId: string, grade: string): Promise<void> {
    const { sponsor } = pilot.scene;
    await readPilotBatch(batchId, pilot.people, { grade });
    await closeBatch(sponsor, { batchId, reason: 'Every case is read.' });
    await computeScorecard(sponsor, { pilotId: pilot.pilotId });
  }
  const casesOf = async (batchId: string) =>
    (await t.db.select().from(tasks).where(eq(tasks.batchId, batchId))).map((task) => task.caseId).sort();
  const vendorOf = ({ vendor, scene }: MadePilot) => ({
    ...vendor.owner,
    actor: { ...vendor.owner.actor, reauthenticatedAt: scene.clock.now() },
  });
  const reasonOf = (run: Promise<unknown>) =>
    run.then(
      () => null,
      (error: { reason: string }) => error.reason,
    );

  describe('the signed record is the contract’s annex', () => {
    test('as JSON and PDF, whose hashes the signature’s record keeps; both sides open it, nobody else', {
      timeout: 30_000,
    }, async () => {
      const pilot = await ordered();
      await scored(pilot, pilot.batchId, '1');
      const { contractId } = await decideMadePilot(pilot, { shareBasisPoints: 6000 });
      const [annex] = await t.db.select().from(pilotAnnexes).where(eq(pilotAnnexes.pilotId, pilot.pilotId));
      const [signature] = await t.db.select().from(signatures).where(eq(signatures.subjectId, pilot.pilotId));
      expect(annex).toMatchObject({ contractId, signatureId: signature?.id });
      expect(signature?.recordSha256).toBe(annex?.jsonSha256);
      const { sponsor } = pilot.scene;
      const signatureId = signature!.id;
      const json = await openAnnex(sponsor, { signatureId, copy: 'json' });
      const pdf = await openAnnex(vendorOf(pilot), { signatureId, copy: 'pdf' });
      expect([json.sha256, pdf.sha256]).toEqual([annex?.jsonSha256, annex?.pdfSha256]);
      expect(new TextDecoder().decode(pdf.bytes.slice(0, 5))).toBe('%PDF-');
      const read = readAnnex(json.bytes);
      if ('problem' in read) throw new Error(read.problem);
      expect(read.document).toMatchObject({
        scorecard: { verdict: 'pass', reads: 12, contentSha256: signature?.contentSha256 },
        decision: { decision: 'award', shareBasisPoints: 6000, awardContractId: contractId },
        goldSets: [{ version: 1 }],
      });
      expect(read.document.scorecard.subgroups?.groups.map((group) => group.dimension)).toContain('site');
      const record = await findAnnexRecord(t.db, signatureId);
      const checks = checkAnnex({ json: json.bytes, pdf: pdf.bytes, document: read.document, record });
      expect(checks.filter((check) => !check.holds)).toEqual([]);

      const stranger = (await makeVendor(t.db, { people: 0, clock: pilot.scene.clock })).owner;
      expect(await reasonOf(openAnnex(stranger, { signatureId, copy: 'json' }))).toBe('annex_not_found');
      const [reader] = pilot.people;
      expect(await reasonOf(openAnnex(reader!, { signatureId, copy: 'json' }))).toBe('annex_not_found');
      expect(await pilotDetail(sponsor, pilot.pilotId)).toMatchObject({ annexes: [{ signatureId }] });
    });

    test('a decision that fails leaves no annex behind', async () => {
      const pilot = await ordered();
      await scored(pilot, pilot.batchId, '1');
      expect(await reasonOf(decideMadePilot(pilot, { typedName: 'Somebody Else' }))).toBe(
        'typed_name_differs',
      );
      expect(await t.db.select().from(pilotAnnexes).where(eq(pilotAnnexes.pilotId, pilot.pilotId))).toEqual(
        [],
      );
    });
  });

  describe('several bidders, one frozen case set (R15)', () => {
    test('a later bidder gets the same cases, although the terms would choose others by now', async () => {
      const first = await ordered();
      const { scene, callId } = first;
      const extra = first.scene.dataset.cases[0]!.id;
      await t.db.execute(sql`update gold_items set status = 'retired' where case_id = ${extra}`);
      const second = await makePilot(scene, callId);
      expect(await casesOf(second.batchId)).toEqual(await casesOf(first.batchId));
      const vendor = await makeVendor(t.db, { people: 2, clock: scene.clock });
      const bidId = await makeBid(t.db, {
        callId,
        project: scene.project,
        vendor,
        status: 'shortlisted',
        clock: scene.clock,
      });
      const others = scene.dataset.cases.slice(6).map((one) => one.id);
      const order = { bidId, datasetId: scene.dataset.id, caseIds: others };
      expect(await reasonOf(orderPilot(scene.sponsor, order))).toBe('pilot_cases_frozen');
    });

    /** The first shortlisted bid of a call, whose pilot is not ordered yet. */
    async function shortlisted() {
      const { scene, callId } = await called({ terms: { timeLimitDays: 7 } });
      const { project, clock, dataset } = scene;
      const vendor = await makeVendor(t.db, { people: 2, clock });
      const bidId = await makeBid(t.db, { callId, project, vendor, status: 'shortlisted', clock });
      await ensureAgreement(t.db, { kind: 'services', org: { id: vendor.orgId, kind: 'vendor' }, clock });
      return { scene, order: { bidId, datasetId: dataset.id } };
    }

    test('cases that are named are those of the terms, or nothing is ordered', async () => {
      const { scene, order } = await shortlisted();
      const ids = scene.dataset.cases.map((one) => one.id);
      const name = (caseIds: string[]) => orderPilot(scene.sponsor, { ...order, caseIds });
      expect(await reasonOf(name(ids.slice(0, 1)))).toBe('pilot_cases');
      expect(await reasonOf(name(ids.slice(0, 7)))).toBe('pilot_cases');
      const { batchId } = await name(ids.slice(6));
      expect(await casesOf(batchId)).toEqual(ids.slice(6).sort());
    });

    test('the time that was agreed runs from when it can be read, not from the order', async () => {
      const { scene, order } = await shortlisted();
      const { sponsor, clock } = scene;
      const { batchId } = await orderPilot(sponsor, order);
      const closing = systemContext({ db: t.db, clock, name: 'job', requestId: newId() });
      clock.advance(6 * DAY);
      await openBatch(sponsor, { batchId });
      clock.advance(6 * DAY);
      await closeOverduePilots(closing);
      expect((await getBatch(t.db, batchId)).status).toBe('open');
      clock.advance(DAY);
      await closeOverduePilots(closing);
      expect((await getBatch(t.db, batchId)).status).not.toBe('open');
    });

    test('terms that the dataset cannot meet order nothing, and say what is short', async () => {
      const terms = { goldPerClass: [{ field: 'grade', className: '3', cases: 4 }] };
      await expect(ordered({ terms })).rejects.toMatchObject({
        reason: 'pilot_cases',
        details: [
          { code: 'pilot.gold_short', message: expect.stringMatching(/only 0 can be in this pilot/) },
        ],
      });
    });

    test('strata of the terms are what is read', async () => {
      const pilot = await ordered({
        terms: { strata: { by: ['site'], counts: { north: 5, south: 1 } } },
      });
      const sites = await t.db.execute<{ site: string; n: number }>(sql`
        select c.site, count(*)::int as n from tasks t join cases c on c.id = t.case_id
        where t.batch_id = ${pilot.batchId} and c.dataset_id = ${pilot.scene.dataset.id} group by 1 order by 1`);
      expect([...sites]).toEqual([
        { site: 'north', n: 5 },
        { site: 'south', n: 1 },
      ]);
    });
  });

  describe('failing (R16)', () => {
    test('one retry after seven days, on other cases, scored alone; there is no second', async () => {
      const pilot = await ordered();
      const { sponsor, clock } = pilot.scene;
      await scored(pilot, pilot.batchId, '4');
      expect(await pilotDetail(sponsor, pilot.pilotId)).toMatchObject({ scorecard: { verdict: 'fail' } });
      await decideMadePilot(pilot, RETRY);
      expect((await t.db.select().from(bids).where(eq(bids.id, pilot.bidId)))[0]).toMatchObject({
        status: 'piloting',
        validUntil: plus(clock.now(), 37 * DAY),
      });
      // The vendor sees the card and why; the time to learn from it is the rule's.
      expect(await ownPilotsOf(vendorOf(pilot))).toMatchObject([
        { decision: 'retry', decisionReason: RETRY.reason, scorecard: { verdict: 'fail' } },
      ]);
      clock.advance(7 * DAY - 1);
      expect(await reasonOf(orderRetry(sponsor, { pilotId: pilot.pilotId }))).toBe('retry_too_early');
      clock.advance(1);
      const twice = await Promise.allSettled([
        orderRetry(sponsor, { pilotId: pilot.pilotId }),
        orderRetry(sponsor, { pilotId: pilot.pilotId }),
      ]);
      expect(twice.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);

      const batches = await listPilotBatches(t.db, pilot.pilotId);
      expect(batches.map((one) => one.attempt)).toEqual([1, 2]);
      const { batchId } = batches[1]!;
      const met = new Set(await casesOf(pilot.batchId));
      expect((await casesOf(batchId)).filter((id) => met.has(id))).toEqual([]);
      expect(await getBatch(t.db, batchId)).toMatchObject({ status: 'open', taskCount: 6, overlap: 2 });

      await scored(pilot, batchId, '1');
      const after = await pilotDetail(sponsor, pilot.pilotId);
      expect(after).toMatchObject({ attempt: 2, scorecard: { verdict: 'pass' } });
      expect(after.scorecard?.results).toMatchObject({
        batchIds: [batchId],
        measures: { cases: 6, reads: 12 },
      });
      expect((await decideMadePilot(pilot, { reason: '' })).contractId).not.toBeNull();
      expect((await pilotDetail(sponsor, pilot.pilotId)).annexes).toHaveLength(2);
    });

    test('a retry that nobody orders lapses after its due time: access closes, the bid ends, both sides are told once', async () => {
      const pilot = await ordered();
      const { sponsor, clock, project } = pilot.scene;
      const ctx = { ...sponsor, clock };
      await scored(pilot, pilot.batchId, '4');
      await decideMadePilot(pilot, RETRY);
      const { retry } = await pilotDetail(sponsor, pilot.pilotId);
      expect(retry?.until).toEqual(plus(clock.now(), 21 * DAY));
      expect((await ownPilotsOf(vendorOf(pilot)))[0]?.retry?.until).toEqual(retry?.until);
      clock.advance(21 * DAY - 1);
      expect(await lapseRetries(ctx)).toBe(0);
      clock.advance(1);
      expect(await reasonOf(orderRetry(sponsor, { pilotId: pilot.pilotId }))).toBe('retry_lapsed');
      expect(await Promise.all([lapseRetries(ctx), lapseRetries(ctx)]).then((n) => n[0] + n[1])).toBe(1);
      expect(await lapseRetries(ctx)).toBe(0);
      const [bid] = await t.db.select().from(bids).where(eq(bids.id, pilot.bidId));
      expect(bid).toMatchObject({ status: 'expired', statusReason: expect.stringContaining('14 days') });
      const live = await t.db.select().from(engagements).where(eq(engagements.projectId, project.id));
      expect(live.map((one) => [one.status, one.statusReason])).toEqual([
        ['ended', 'The retry that was granted was not ordered in time.'],
        ['ended', 'The retry that was granted was not ordered in time.'],
      ]);
      const told =
        await t.sql`select count(*)::int as n from notifications where kind = 'pilot_retry_lapsed'`;
      expect(told[0]?.n).toBe(2);
    });

    test('of an order and the lapse of a retry at once one counts, whichever comes first', async () => {
      const pilot = await ordered();
      const { sponsor, clock } = pilot.scene;
      await scored(pilot, pilot.batchId, '4');
      await decideMadePilot(pilot, RETRY);
      clock.advance(20 * DAY);
      const late = { ...sponsor, clock: manualClock(plus(clock.now(), DAY)) };
      const [order, lapsed] = await Promise.allSettled([
        orderRetry(sponsor, { pilotId: pilot.pilotId }),
        lapseRetries(late),
      ]);
      const isOrdered = order.status === 'fulfilled';
      expect(lapsed).toMatchObject({ status: 'fulfilled', value: isOrdered ? 0 : 1 });
      const [bid] = await t.db.select().from(bids).where(eq(bids.id, pilot.bidId));
      expect(bid?.status).toBe(isOrdered ? 'piloting' : 'expired');
      expect(await listPilotBatches(t.db, pilot.pilotId)).toHaveLength(isOrdered ? 2 : 1);
    });

    test('a retry that fails is not retried again', async () => {
      const pilot = await ordered();
      const { sponsor, clock } = pilot.scene;
      await scored(pilot, pilot.batchId, '4');
      await decideMadePilot(pilot, RETRY);
      clock.advance(7 * DAY);
      const { batchId } = await orderRetry(sponsor, { pilotId: pilot.pilotId });
      await scored(pilot, batchId, '4');
      expect(await reasonOf(decideMadePilot(pilot, RETRY))).toBe('retry_used');
      await decideMadePilot(pilot, DECLINE);
      expect(await reasonOf(orderRetry(sponsor, { pilotId: pilot.pilotId }))).toBe('retry_not_granted');
    });

    test('a retry needs other cases: where the dataset has none left it is refused', async () => {
      const pilot = await ordered({ cases: 6 });
      await scored(pilot, pilot.batchId, '4');
      await decideMadePilot(pilot, RETRY);
      pilot.scene.clock.advance(8 * DAY);
      await expect(orderRetry(pilot.scene.sponsor, { pilotId: pilot.pilotId })).rejects.toThrow(/case/);
      expect(await pilotDetail(pilot.scene.sponsor, pilot.pilotId)).toMatchObject({ status: 'decided' });
    });

    test('declined: nobody is engaged any more, the order ends, and what was held is certified once', async () => {
      const pilot = await ordered();
      const { clock, dataset, project } = pilot.scene;
      await scored(pilot, pilot.batchId, '4');
      await t.db.execute(
        sql`update datasets set data_class = 'deidentified_expert' where id = ${dataset.id}`,
      );
      await decideMadePilot(pilot, DECLINE);
      const live = await t.db.select().from(engagements).where(eq(engagements.projectId, project.id));
      expect(live.map((one) => one.status)).toEqual(['ended', 'ended']);
      const [{ contractId } = { contractId: '' }] = await t.db
        .select()
        .from(pilots)
        .where(eq(pilots.id, pilot.pilotId));
      expect((await t.db.select().from(contracts).where(eq(contracts.id, contractId)))[0]?.status).toBe(
        'completed',
      );
      const vendor = vendorOf(pilot);
      expect(await ownPilotsOf(vendor)).toMatchObject([
        {
          returnDuty: {
            dueOn: plus(clock.now(), 30 * DAY)
              .toISOString()
              .slice(0, 10),
            certifiedAt: null,
          },
        },
      ]);
      const certificate = {
        method: 'destroy' as const,
        systems: 'Two workstations',
        backupsExpireOn: null,
        infeasibleReason: null,
        continuesProtections: false,
      };
      const input = { pilotId: pilot.pilotId, certificate };
      expect(await reasonOf(certifyReturn(vendor, input))).toBe('signer_without_authority');
      await nameSignatory(t.db, vendor);
      await certifyReturn(vendor, input);
      expect(await reasonOf(certifyReturn(vendor, input))).toBe('return_certified');
      expect((await pilotDetail(pilot.scene.sponsor, pilot.pilotId)).returnDuty).toMatchObject({
        method: 'destroy',
        certifiedAt: clock.now(),
        certificateSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
    });

    test('of data that is anybody’s nothing is to be returned; another vendor certifies nothing', async () => {
      const pilot = await ordered();
      await scored(pilot, pilot.batchId, '4');
      await decideMadePilot(pilot, DECLINE);
      expect((await pilotDetail(pilot.scene.sponsor, pilot.pilotId)).returnDuty).toBeNull();
      await makePilotReturn(t.db, { pilotId: pilot.pilotId, orgId: pilot.vendor.orgId });
      const other = await ordered();
      const certificate = {
        method: 'nothing_held' as const,
        systems: 'None',
        backupsExpireOn: null,
        infeasibleReason: null,
        continuesProtections: false,
      };
      expect(await reasonOf(certifyReturn(vendorOf(other), { pilotId: pilot.pilotId, certificate }))).toBe(
        'pilot_not_found',
      );
    });
  });

  describe('abandoned half-way: nothing is lost, and what was read is paid (R14)', () => {
    test('claims stop, a lease that is out is finished, every read is paid, the rest goes back, and it can be scored', async () => {
      const pilot = await ordered();
      const { sponsor, clock, project } = pilot.scene;
      const { batchId, people, pilotId } = pilot;
      await readPilotBatch(batchId, people, { most: 3 });
      const [first, second] = people;
      const [lease] = (await claimNextTasks(first!, { batchId, tier: 'label', limit: 1 })).leases;
      await abandonPilot(vendorOf(pilot), { pilotId, reason: 'Two of our readers have fallen ill.' });
      expect((await getBatch(t.db, batchId)).status).toBe('closing');
      expect((await claimNextTasks(second!, { batchId, tier: 'label', limit: 1 })).leases).toEqual([]);
      await submitLabel(first!, {
        batchId,
        leaseId: lease!.leaseId,
        labelId: newId(),
        activeMs: 1000,
        answers: { grade: '1' },
      });
      expect(
        await reasonOf(abandonPilot(vendorOf(pilot), { pilotId, reason: 'Once more, with reason.' })),
      ).toBe('pilot_over');
      const system = systemContext({ db: t.db, clock, name: 'test', requestId: newId() });
      await settleTasks(system, { batchId });
      expect((await getBatch(t.db, batchId)).status).toBe('settled');
      // Seven reads at 120; the sponsor has back what they and the fee on them have not used.
      const { vendor } = pilot;
      expect(await balanceOf(t.db, { code: 'payable', ownerId: vendor.orgId, currency: 'USD' })).toBe(840n);
      expect(await balanceOf(t.db, { code: 'project_funds', ownerId: project.id, currency: 'USD' })).toBe(
        100_000_000n - 7n * 138n,
      );
      await computeScorecard(sponsor, { pilotId });
      const detail = await pilotDetail(sponsor, pilotId);
      expect(detail).toMatchObject({
        status: 'scored',
        abandoned: { at: clock.now(), reason: 'Two of our readers have fallen ill.' },
        scorecard: { results: { measures: { reads: 7 } } },
      });
      await decideMadePilot(pilot, DECLINE);
    });

    test('before it was opened there is nothing to pay, and it never opens', async () => {
      const scene = await makeWorkScene(t.db, { cases: 6, fields: [gradeField()] });
      const terms = pilotTermsOf({ cases: 6, overlap: 2 });
      const { clock, project, sponsor } = scene;
      const callId = await makeCall(t.db, { projectId: project.id, terms, clock });
      const vendor = await makeVendor(t.db, { people: 2, clock });
      const bidId = await makeBid(t.db, { callId, project, vendor, status: 'shortlisted', clock });
      const { pilotId, batchId } = await orderPilot(sponsor, { bidId, datasetId: scene.dataset.id });
      await abandonPilot(vendor.owner, { pilotId, reason: 'We have no capacity any more.' });
      expect((await getBatch(t.db, batchId)).status).toBe('settled');
    });
  });

  test('when the agreed time is up the reading ends for everybody, and not a moment before (R15)', async () => {
    const pilot = await ordered();
    const { clock } = pilot.scene;
    const system = systemContext({ db: t.db, clock, name: 'test', requestId: newId() });
    clock.advance(14 * DAY - 1);
    await closeOverduePilots(system);
    expect((await getBatch(t.db, pilot.batchId)).status).toBe('open');
    clock.advance(1);
    await closeOverduePilots(system);
    expect(await getBatch(t.db, pilot.batchId)).toMatchObject({
      status: 'closing',
      statusReason: 'The time that was agreed for the pilot is up.',
    });
  });
});
