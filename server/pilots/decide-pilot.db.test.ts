import { and, desc, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { signatures } from '#db/schema/audit.ts';
import { bids } from '#db/schema/bids.ts';
import { pilots, scorecards } from '#db/schema/pilots.ts';
import { protocolVersions } from '#db/schema/protocols.ts';
import { tasks } from '#db/schema/work.ts';
import { makeCall, pilotTermsOf } from '#db/seed/factories/bids.ts';
import type { MakeDataset } from '#db/seed/factories/datasets.ts';
import { decideMadePilot, type MadePilot, makePilot, readPilotBatch } from '#db/seed/factories/pilots.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeWorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { drawGold } from '#db/testing/draw-gold.ts';
import { expireBids } from '#server/bids/expire-bids.ts';
import type { PilotTermsInput } from '#server/bids/schemas.ts';
import { myBids } from '#server/bids/views.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { type Clock, DAY, plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { balanceOf } from '#server/ledger/reads.ts';
import { hashContent } from '#server/protocols/content-hash.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { getBatch } from '#server/work/reads.ts';
import { computeScorecard } from './compute-scorecard.ts';
import { findWithholding, listPilotBatches, listUndecidedPilots } from './reads.ts';
import { scorecardResults } from './view-schemas.ts';
import { pilotDetail, recomputeScorecard } from './views.ts';

/**
 * A pilot of ten gold cases with two reads each, everybody right: inconclusive at 90 %, because the reads of a case may well go
 * together, and Wilson's lower bound of 10 of 10 is .722. About 40 cases in all, so 30 more, would decide it.
 */
describe('the signed decision on a pilot (R10, R13)', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    process.env.READROOM_GOLD_SECRET ??= 'a secret for tests only';
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
  });
  afterAll(() => t.drop());

  const accurateAt = (threshold: number) => ({
    reliability: null,
    accuracy: { field: 'grade', threshold },
    perClass: [],
    throughput: null,
  });
  type Setting = {
    cases?: number;
    gold?: number;
    fundsMinor?: bigint;
    terms?: Partial<PilotTermsInput>;
    caseAt?: MakeDataset['caseAt'];
  };
  async function readPilot(input: Setting = {}): Promise<MadePilot> {
    const cases = input.cases ?? 40;
    const scene = await makeWorkScene(t.db, {
      cases,
      ...(input.caseAt ? { caseAt: input.caseAt } : {}),
      fields: [gradeField()],
      gold: Object.fromEntries(
        Array.from({ length: input.gold ?? cases }, (_, at) => [at, { grade: ['1'] }]),
      ),
      ...(input.fundsMinor === undefined ? {} : { fundsMinor: input.fundsMinor }),
    });
    const terms = pilotTermsOf({
      overlap: 2,
      goldMode: 'embedded',
      criteria: accurateAt(0.9),
      ...input.terms,
    });
    const { clock, project } = scene;
    const pilot = await makePilot(scene, await makeCall(t.db, { projectId: project.id, terms, clock }));
    const { batchId, people } = pilot;
    const { cases: count, goldShareBasisPoints: shareBasisPoints } = terms;
    // Gold is dealt among so few cases, whatever the ids of this run.
    if (terms.goldMode === 'dealt') drawGold({ batchId, people, shareBasisPoints, count, atLeast: 1 });
    await readPilotBatch(batchId, people);
    await closeBatch(scene.sponsor, { batchId, reason: 'Every case is read.' });
    await computeScorecard(scene.sponsor, { pilotId: pilot.pilotId });
    return pilot;
  }
  test('the stored card hashes to what was signed', async () => {
    const pilot = await readPilot();
    await decideMadePilot(pilot, {});
    const [card] = await t.db
      .select()
      .from(scorecards)
      .where(eq(scorecards.pilotId, pilot.pilotId))
      .orderBy(desc(scorecards.computedAt));
    expect(hashContent(card?.results)).toBe(card?.contentSha256);
    // Its cases come from two sites; four or six of one are too few to show, and that is said.
    const { subgroups } = scorecardResults.parse(card?.results).measures;
    expect(subgroups?.groups.map((group) => [group.dimension, group.value]).sort()).toEqual([
      ['site', 'north'],
      ['site', 'south'],
    ]);
    expect(subgroups?.groups.reduce((sum, group) => sum + group.cases, 0)).toBe(10);
    for (const group of subgroups?.groups ?? [])
      expect(group.fields[0]?.accuracy).toMatchObject({
        value: null,
        n: group.cases,
        reason: 'small_subgroup',
      });
    const [signature] = await t.db
      .select()
      .from(signatures)
      .where(and(eq(signatures.subjectKind, 'pilot_verdict'), eq(signatures.subjectId, pilot.pilotId)));
    expect(signature?.contentSha256).toBe(card?.contentSha256);
  });

  test('a signature is the signer’s own name, and a wrong one signs nothing', async () => {
    const pilot = await readPilot();
    await expect(decideMadePilot(pilot, { typedName: 'Somebody Else' })).rejects.toMatchObject({
      kind: 'invalid',
      reason: 'typed_name_differs',
    });
    expect(
      await t.db.execute(sql`select 1 from signatures where subject_id = ${pilot.pilotId}`),
    ).toHaveLength(0);
    expect((await decideMadePilot(pilot, {})).contractId).not.toBeNull();
  });

  test('of a decided pilot the card that was signed stays the newest, whatever its gold is worth by now', async () => {
    const pilot = await readPilot({ terms: { criteria: accurateAt(0.5) } });
    const shown = async () => (await pilotDetail(pilot.scene.sponsor, pilot.pilotId)).scorecard;
    await decideMadePilot(pilot, {});
    const signed = await shown();
    await t.admin`update gold_answers set withdrawn_at = now(), uncounted_to = '00000000-0000-0000-0000-000000000000' where batch_id = ${pilot.batchId}`;
    for (const again of [computeScorecard, (ctx: OrgContext) => recomputeScorecard(ctx, pilot.pilotId)])
      await expect(again(pilot.scene.sponsor, { pilotId: pilot.pilotId })).rejects.toMatchObject({
        kind: 'conflict',
        reason: 'pilot_decided',
      });
    expect(await t.db.$count(scorecards, eq(scorecards.pilotId, pilot.pilotId))).toBe(1);
    expect(await shown()).toEqual(signed);
  });

  const statusOf = async (pilotId: string) =>
    (await t.db.select().from(pilots).where(eq(pilots.id, pilotId)))[0]?.status;
  const casesOf = async (batchId: string) =>
    (await t.db.select().from(tasks).where(eq(tasks.batchId, batchId))).map((task) => task.caseId);
  const bidOf = async (bidId: string) => (await t.db.select().from(bids).where(eq(bids.id, bidId)))[0];
  const more = {
    decision: 'extend',
    shareBasisPoints: undefined,
    reason: 'Twenty reads do not decide.',
  } as const;

  describe('extending an inconclusive pilot (R10)', () => {
    test('orders the further cases the helper asks for, from the same people at the same price, and scores it all', async () => {
      const pilot = await readPilot();
      const { sponsor, clock, project } = pilot.scene;
      const before = await pilotDetail(sponsor, pilot.pilotId);
      expect(before).toMatchObject({
        scorecard: { verdict: 'inconclusive' },
        extension: { problem: null, cases: 30, reads: 60 },
      });
      clock.advance(20 * DAY);
      const funds = () => balanceOf(t.db, { code: 'project_funds', ownerId: project.id, currency: 'USD' });
      const funded = await funds();
      expect(await decideMadePilot(pilot, more)).toEqual({ contractId: null });

      expect(await statusOf(pilot.pilotId)).toBe('reading');
      const [first, second] = await listPilotBatches(t.db, pilot.pilotId);
      const batchId = second!.batchId;
      const [ordered, added] = [await getBatch(t.db, first!.batchId), await getBatch(t.db, batchId)];
      for (const key of [
        'contractId',
        'vendorOrgId',
        'datasetId',
        'protocolVersionId',
        'independenceGroup',
        'overlap',
        'pricePerReadMinor',
        'feeBasisPoints',
        'goldMode',
      ] as const)
        expect(added[key]).toEqual(ordered[key]);
      expect(added).toMatchObject({ kind: 'pilot', status: 'open', taskCount: 30, slotCount: 60 });
      expect(added.reservedMinor).toBe(before.extension?.reservedMinor);
      expect(funded - (await funds())).toBe(added.reservedMinor);
      const met = new Set(await casesOf(pilot.batchId));
      expect((await casesOf(batchId)).filter((id) => met.has(id))).toEqual([]);
      const [signature] = await t.db.select().from(signatures).where(eq(signatures.subjectId, pilot.pilotId));
      expect(signature?.meaning).toBe('decision: extend by 30 cases on verdict inconclusive');

      // R15: while it is read its own reads wait, what the first card has shown stays in sight, and nothing is decided.
      const during = await pilotDetail(sponsor, pilot.pilotId);
      expect(during).toMatchObject({
        status: 'reading',
        batchId,
        scorecard: { verdict: 'inconclusive' },
        withheld: { message: expect.stringMatching(/still being read/) },
        extension: null,
      });
      expect(await findWithholding(t.db, { batchId, now: clock.now() })).not.toBeNull();
      expect(await findWithholding(t.db, { batchId: pilot.batchId, now: clock.now() })).toBeNull();
      await expect(computeScorecard(sponsor, { pilotId: pilot.pilotId })).rejects.toMatchObject({
        reason: 'pilot_withheld',
      });
      await expect(decideMadePilot(pilot, {})).rejects.toMatchObject({ reason: 'pilot_being_read' });
      const undecided = () => listUndecidedPilots(t.db, { projectIds: [project.id], now: clock.now() });
      expect(await undecided()).toEqual([]);

      await readPilotBatch(batchId, pilot.people);
      await closeBatch(sponsor, { batchId, reason: 'Every case is read.' });
      expect(await undecided()).toMatchObject([
        { pilotId: pilot.pilotId, projectId: project.id, isScored: false },
      ]);
      await computeScorecard(sponsor, { pilotId: pilot.pilotId });
      const after = await pilotDetail(sponsor, pilot.pilotId);
      // 52 of 52 right: Wilson's lower bound is .931. The people are the same two, whatever batch they read in.
      expect(after).toMatchObject({ status: 'scored', withheld: null, scorecard: { verdict: 'pass' } });
      const { results } = after.scorecard!;
      expect(results.batchIds).toEqual([pilot.batchId, batchId]);
      expect(results.criteria[0]?.measurement).toMatchObject({ value: 1, n: 40 });
      expect(results.measures).toMatchObject({ cases: 40, reads: 80, batchId });
      expect(results.measures.readers.map((reader) => reader.reads)).toEqual([40, 40]);
      // The money of both: 52 reads at 120 and 15 %.
      expect(results.measures.costs).toMatchObject({ totalMinor: 11040n, reads: 80 });
      expect((await decideMadePilot(pilot, { reason: '' })).contractId).not.toBeNull();
      expect(await statusOf(pilot.pilotId)).toBe('decided');
    });

    test('takes what the dataset has left, and is refused when that is nothing', async () => {
      const pilot = await readPilot({ cases: 13 });
      const { sponsor } = pilot.scene;
      await decideMadePilot(pilot, more);
      const second = (await listPilotBatches(t.db, pilot.pilotId))[1]!;
      expect((await getBatch(t.db, second.batchId)).taskCount).toBe(3);
      await readPilotBatch(second.batchId, pilot.people);
      await closeBatch(sponsor, { batchId: second.batchId, reason: 'Every case is read.' });
      await computeScorecard(sponsor, { pilotId: pilot.pilotId });
      expect(await pilotDetail(sponsor, pilot.pilotId)).toMatchObject({
        scorecard: { verdict: 'inconclusive' },
        extension: { problem: expect.stringMatching(/none left/), cases: 0 },
      });
      await expect(decideMadePilot(pilot, more)).rejects.toMatchObject({ reason: 'extension_no_cases' });
      expect(await statusOf(pilot.pilotId)).toBe('scored');
      expect(await listPilotBatches(t.db, pilot.pilotId)).toHaveLength(2);
    });

    test('of cases without a split draws from these alone, whatever else the dataset has (R3)', async () => {
      // Twelve cases without a split, of which two are left, and eight to train on.
      const pilot = await readPilot({ cases: 20, caseAt: (at) => ({ split: at < 12 ? null : 'train' }) });
      await decideMadePilot(pilot, more);
      const second = (await listPilotBatches(t.db, pilot.pilotId))[1]!;
      expect(await getBatch(t.db, second.batchId)).toMatchObject({ taskCount: 2, split: null });
      const added = new Set(await casesOf(second.batchId));
      const places = pilot.scene.dataset.cases.flatMap((one, at) => (added.has(one.id) ? [at] : []));
      expect(places.every((at) => at < 12)).toBe(true);
    });

    test('holds back a bidder whose card was not given yet, until it is read (R15)', async () => {
      const pilot = await readPilot();
      const { sponsor } = pilot.scene;
      const rival = await makePilot(pilot.scene, pilot.callId);
      await readPilotBatch(rival.batchId, rival.people);
      await decideMadePilot(pilot, more);
      await closeBatch(sponsor, { batchId: rival.batchId, reason: 'Every case is read.' });
      await expect(computeScorecard(sponsor, { pilotId: rival.pilotId })).rejects.toMatchObject({
        reason: 'pilot_withheld',
        message: expect.stringMatching(/^1 of the 2 pilots of this call/),
      });
      // Nobody of the rival's may read the extension, nor the extended bidder's people the rival's pilot (R23).
      const { batchId } = (await listPilotBatches(t.db, pilot.pilotId))[1]!;
      await expect(joinBatch(rival.people[0]!, { batchId, tier: 'label' })).rejects.toThrow();
      await closeBatch(sponsor, { batchId, reason: 'Enough.' });
      for (const { pilotId } of [pilot, rival]) await computeScorecard(sponsor, { pilotId });
    });

    test('deals no known case again that its readers may have met', async () => {
      const pilot = await readPilot({
        cases: 60,
        gold: 30,
        terms: { cases: 6, goldMode: 'dealt', goldShareBasisPoints: 5000 },
      });
      await decideMadePilot(pilot, more);
      const { batchId } = (await listPilotBatches(t.db, pilot.pilotId))[1]!;
      const met = await t.db.execute<{ caseId: string }>(sql`
        select distinct t.case_id as "caseId" from tasks t join slots s on s.batch_id = t.batch_id and s.task_id = t.id
        where t.batch_id = ${pilot.batchId}`);
      expect(met.length).toBeGreaterThan(6);
      const offered = new Set(await casesOf(batchId));
      expect(offered.size).toBeGreaterThan(0);
      expect([...met].filter(({ caseId }) => offered.has(caseId))).toEqual([]);
      expect((await getBatch(t.db, batchId)).goldCount).toBe(30 - (met.length - 6));
    });

    test('is refused with the shortage when the project can’t pay for it, and nothing is signed', async () => {
      // The pilot alone: 20 reads at 120 and 15 %.
      const pilot = await readPilot({ fundsMinor: 3000n });
      await expect(decideMadePilot(pilot, more)).rejects.toMatchObject({
        reason: 'batch_not_ready',
        details: [{ code: 'funds_missing', message: expect.stringMatching(/fund USD [\d.]+ more/) }],
      });
      expect(await statusOf(pilot.pilotId)).toBe('scored');
      expect(await listPilotBatches(t.db, pilot.pilotId)).toHaveLength(1);
      expect(await t.db.select().from(signatures).where(eq(signatures.subjectId, pilot.pilotId))).toEqual([]);
    });

    test('is refused where the card has decided, or the protocol has moved on', async () => {
      const pilot = await readPilot();
      await t.db.update(protocolVersions).set({ status: 'superseded' });
      await expect(decideMadePilot(pilot, more)).rejects.toMatchObject({
        reason: 'extension_protocol_changed',
      });
      await t.db.update(protocolVersions).set({ status: 'signed' });
      await decideMadePilot(pilot, more);
      const second = (await listPilotBatches(t.db, pilot.pilotId))[1]!;
      await readPilotBatch(second.batchId, pilot.people);
      await closeBatch(pilot.scene.sponsor, { batchId: second.batchId, reason: 'Every case is read.' });
      await computeScorecard(pilot.scene.sponsor, { pilotId: pilot.pilotId });
      await expect(decideMadePilot(pilot, more)).rejects.toMatchObject({ reason: 'verdict_decided' });
    });
  });

  describe('a bid is binding until 30 days after the verdict (R13)', () => {
    const system = (clock: Clock) => systemContext({ db: t.db, clock, name: 'test', requestId: newId() });

    test('the verdict sets the end; computing it again does not move it', async () => {
      const pilot = await readPilot();
      const { clock, sponsor } = pilot.scene;
      const end = plus(clock.now(), 30 * DAY);
      expect((await bidOf(pilot.bidId))?.validUntil).toEqual(end);
      clock.advance(10 * DAY);
      await computeScorecard(sponsor, { pilotId: pilot.pilotId });
      expect((await bidOf(pilot.bidId))?.validUntil).toEqual(end);
      expect(await pilotDetail(sponsor, pilot.pilotId)).toMatchObject({ bidUntil: end, bidEnded: null });
      const vendor = {
        ...sponsor,
        actor: { ...sponsor.actor, orgId: (await bidOf(pilot.bidId))!.vendorOrgId },
      };
      expect(await myBids(vendor, { limit: 10 })).toMatchObject([{ validUntil: end }]);
      await decideMadePilot(pilot, more);
      // The extension has the pilot's fourteen days again, and thirty for its verdict.
      expect((await bidOf(pilot.bidId))?.validUntil).toEqual(plus(clock.now(), 44 * DAY));
    });

    test('on its last moment a bid can be awarded, and not a moment later', async () => {
      const [inTime, late] = [await readPilot(), await readPilot()];
      inTime.scene.clock.advance(30 * DAY);
      expect((await decideMadePilot(inTime, {})).contractId).not.toBeNull();
      late.scene.clock.advance(30 * DAY + 1);
      for (const over of [{}, more])
        await expect(decideMadePilot(late, over)).rejects.toMatchObject({ reason: 'bid_expired' });
      expect(await statusOf(late.pilotId)).toBe('scored');
    });

    test('the daily job ends it, not while its pilot is read; the pilot can still be declined', async () => {
      const pilot = await readPilot();
      const { clock, sponsor } = pilot.scene;
      await decideMadePilot(pilot, more);
      const { batchId } = (await listPilotBatches(t.db, pilot.pilotId))[1]!;
      clock.advance(60 * DAY);
      await expireBids(system(clock));
      expect((await bidOf(pilot.bidId))?.status).toBe('piloting');
      await readPilotBatch(batchId, pilot.people);
      await closeBatch(sponsor, { batchId, reason: 'Every case is read.' });
      await computeScorecard(sponsor, { pilotId: pilot.pilotId });
      clock.advance(30 * DAY);
      await expireBids(system(clock));
      expect((await bidOf(pilot.bidId))?.status).toBe('piloting');
      clock.advance(1);
      await expireBids(system(clock));
      expect(await bidOf(pilot.bidId)).toMatchObject({
        status: 'expired',
        statusReason: expect.stringMatching(/30 days after the verdict/),
      });
      expect(await expireBids(system(clock))).toBe(0);
      await expect(decideMadePilot(pilot, {})).rejects.toMatchObject({ reason: 'bid_expired' });
      expect(await decideMadePilot(pilot, { decision: 'decline' })).toEqual({ contractId: null });
      expect((await bidOf(pilot.bidId))?.status).toBe('expired');
    });
  });
});
