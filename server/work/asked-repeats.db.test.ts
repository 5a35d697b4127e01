import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { readSteps } from '#db/seed/factories/read-steps.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { untilWaiting } from '#db/testing/until-waiting.ts';
import type { OrgContext } from '#server/command/context.ts';
import { MINUTE } from '#server/core/clock.ts';
import { addTasks } from './add-tasks.ts';
import { checkWorkInvariants } from './check-invariants.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { readsCapOf } from './claim-rules.ts';
import { getBatch } from './reads.ts';
import { requestRepeats } from './request-repeats.ts';
import { findSubmittable, writeSubmission } from './write-submission.ts';

describe('repeats that one reader is asked for (R23)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let at: ReturnType<typeof readSteps>;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 10, fields: [gradeField()] });
    at = readSteps(scene);
  });
  afterEach(async () => expect(await checkWorkInvariants(t.db)).toEqual([]));
  afterAll(() => t.drop());

  test('raise nobody’s share of the first reads', async () => {
    const batchId = await makeBatch(scene, { claimRules: { maxReaderShareBasisPoints: 2000 } });
    const [who, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    expect(readsCapOf(await getBatch(t.db, batchId))).toBe(6);
    const { personId: annotatorId } = who.actor;
    await requestRepeats(scene.sponsor, { batchId, annotatorId, rounds: 4, afterDays: 14 });
    expect(readsCapOf(await getBatch(t.db, batchId))).toBe(6);
    scene.clock.advance(2 * MINUTE);
    // Ten cases of three reads: a fifth is six, of who was asked as of everybody.
    for (const one of [who, other]) {
      for (let n = 0; n < 6; n += 1) await at.read(one, batchId, '2');
      const { leases, reasons } = await claimNextTasks(one, { batchId, tier: 'label', limit: 1 });
      expect({ leases, codes: reasons.map((reason) => reason.code) }).toMatchObject({
        leases: [],
        codes: expect.arrayContaining(['cap.reads']),
      });
    }
  });

  test('are not made of a case whose last read is handed in at that moment: it goes on with what it has', async () => {
    const batchId = await makeBatch(scene, { overlap: 2, caseLimit: 1 });
    const [who, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    await at.read(who, batchId, '2');
    const [lease] = (await claimNextTasks(other, { batchId, tier: 'label', limit: 1 })).leases;
    const label = {
      ...{ batchId, leaseId: lease!.leaseId, labelId: randomUUID(), answers: { grade: '2' } },
      ...{ confidence: null, rationale: null, labelOrigin: 'manual', contentSha256: null },
      ...{
        shown: { assetIds: [], contextFields: [], prelabel: null },
        appBuild: '',
        viewport: '',
        activeMs: 1,
      },
      work: { tier: 'label' as const, confidence: null, rationale: null },
    };
    const found = await findSubmittable(other, label);
    if (!('slot' in found)) throw new Error('The lease is over.');
    const [written, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const outcome = { isAccepted: false, goldN: 0, goldOk: 0, countsRead: true };
    const handedIn = writeSubmission(other, label, found.slot, outcome, async () => {
      written.resolve();
      await goOn.promise;
    });
    await written.promise;
    const { personId: annotatorId } = who.actor;
    const asked = requestRepeats(scene.sponsor, { batchId, annotatorId, rounds: 2, afterDays: 0 });
    await untilWaiting(t);
    goOn.resolve();
    await Promise.all([handedIn, asked]);
    expect([
      ...(await t.sql`select status, reads_done, reads_needed from tasks where batch_id = ${batchId}`),
    ]).toEqual([{ status: 'labelled', reads_done: 2, reads_needed: 2 }]);
  });

  test('come as soon as a sweep that had found something ends, and are not said to wait for a read', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, caseLimit: 3 });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const { personId: annotatorId } = who.actor;
    await requestRepeats(scene.sponsor, { batchId, annotatorId, rounds: 2, afterDays: 0 });
    for (let n = 0; n < 2; n += 1) await at.read(who, batchId, '2');
    // Two repeats are due. Their cursor has passed the last case, which a sweep is on its way to.
    await t.sql`update readers set after_key = 1000, late_key = 1000, sweep_lane = 1 where batch_id = ${batchId}`;
    scene.clock.advance(MINUTE);
    const claim = async () => (await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases[0];
    expect(await claim()).toMatchObject({ round: 1 });
    const [reader] = await t.sql`select sweep_lane as place from readers where batch_id = ${batchId}`;
    expect(reader?.place).toBeGreaterThan(0);
    expect(await claim()).toMatchObject({ round: 2 });
  });

  test('R29: are asked of cases that are added later too, and reserved with these or not added', async () => {
    const poor = await makeWorkScene(t.db, { cases: 12, fields: [gradeField()], fundsMinor: 138n * 16n });
    const batchId = await makeBatch(poor, { overlap: 1, caseLimit: 4 });
    const [who] = (await makeReaders(poor, batchId, 1)) as [OrgContext];
    const { personId: annotatorId } = who.actor;
    const sizes = async () => {
      const { taskCount, slotCount, askedRepeats, reservedMinor } = await getBatch(t.db, batchId);
      return { taskCount, slotCount, askedRepeats, reads: Number(reservedMinor / 138n) };
    };
    await requestRepeats(poor.sponsor, { batchId, annotatorId, rounds: 2, afterDays: 0 });
    expect(await sizes()).toEqual({ taskCount: 4, slotCount: 8, askedRepeats: 4, reads: 8 });
    // Five more may come to ten reads, and eight are funded.
    await expect(addTasks(poor.sponsor, { batchId, limit: 5 })).rejects.toMatchObject({
      reason: 'funds_missing',
      message: expect.stringMatching(/5 more cases, with the repeats that .* fund USD 2\.76 more/),
    });
    const added = await addTasks(poor.sponsor, { batchId, limit: 4 });
    expect(added).toMatchObject({ added: 4, reservedMinor: 138n * 8n });
    expect(await sizes()).toEqual({ taskCount: 8, slotCount: 16, askedRepeats: 8, reads: 16 });
    // All of it is read and read again, with nothing left to fund it from.
    const { read } = readSteps(poor);
    for (let n = 0; n < 16; n += 1) await read(who, batchId, '2');
    expect((await getBatch(t.db, batchId)).reservedMinor).toBe(138n * 16n);
  });
});
