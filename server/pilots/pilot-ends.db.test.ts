import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { signatures } from '#db/schema/audit.ts';
import { pilotAnnexes } from '#db/schema/pilots.ts';
import { tasks } from '#db/schema/work.ts';
import { ensureAgreement } from '#db/seed/factories/agreements.ts';
import { makeBid, makeCall, makeVendor, pilotTermsOf } from '#db/seed/factories/bids.ts';
import {
  DECLINE,
  decideMadePilot,
  type GoldCall,
  makeGoldCall,
  makeGoldPilot,
  makePilot,
  readPilotBatch,
  scorePilot,
  vendorOf,
} from '#db/seed/factories/pilots.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeWorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { orderPilot } from '#server/bids/order-pilot.ts';
import { systemContext } from '#server/command/context.ts';
import { DAY } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { balanceOf } from '#server/ledger/reads.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { openBatch } from '#server/work/open-batch.ts';
import { getBatch } from '#server/work/reads.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { abandonPilot } from './abandon-pilot.ts';
import { checkAnnex, readAnnex } from './annex.ts';
import { closeOverduePilots } from './close-batches.ts';
import { computeScorecard } from './compute-scorecard.ts';
import { findAnnexRecord } from './find-annex-record.ts';
import { openAnnex } from './open-annex.ts';
import { pilotDetail, pilotsOfProject } from './views.ts';

describe('how pilots end (R13–R16)', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    process.env.READROOM_GOLD_SECRET ??= 'a secret for tests only';
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
  });
  afterAll(() => t.drop());

  const ordered = (input?: GoldCall) => makeGoldPilot(t.db, input);
  const casesOf = async (batchId: string) =>
    (await t.db.select().from(tasks).where(eq(tasks.batchId, batchId))).map((task) => task.caseId).sort();
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
      await scorePilot(pilot, pilot.batchId, '1');
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
      await scorePilot(pilot, pilot.batchId, '1');
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
      const { scene, callId } = await makeGoldCall(t.db, { terms: { timeLimitDays: 7 } });
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
      // The sponsor's list knows it as its page does.
      const [listed] = await pilotsOfProject(sponsor, project.id);
      expect(listed).toMatchObject({
        status: 'ordered',
        abandoned: { reason: 'We have no capacity any more.' },
      });
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
