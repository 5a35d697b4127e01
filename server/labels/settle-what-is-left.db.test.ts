import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { caseFlags } from '#db/schema/work-trouble.ts';
import { type AppealScene, mine } from '#db/seed/factories/appeals.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import type { TestDatabase } from '#db/testing/database.ts';
import { openAppealScene } from '#db/testing/read-scenes.ts';
import { untilWaiting } from '#db/testing/until-waiting.ts';
import { appealRejection } from '#server/appeals/appeal-rejection.ts';
import type { OrgContext } from '#server/command/context.ts';
import { amendLabel } from '#server/work/amend-label.ts';
import { checkWorkInvariants } from '#server/work/check-invariants.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { closeIncident } from '#server/work/close-incident.ts';
import { flagCase } from '#server/work/flag-case.ts';
import { getBatch } from '#server/work/reads.ts';
import { listFinalLabels } from './reads.ts';

type End = (outcome?: 'false_alarm' | 'confirmed') => Promise<{ isOpenAgain: boolean }>;

describe('a case that comes back after a false alarm when its batch has settled (R24)', () => {
  let t: TestDatabase;
  let at: AppealScene;
  let scene: WorkScene;
  let place = 0;
  beforeAll(async () => {
    ({ t, at, scene } = await openAppealScene(inject('adminUrl'), { cases: 12 }));
  });
  afterEach(async () => expect(await checkWorkInvariants(t.db)).toEqual([]));
  afterAll(() => t.drop());

  const freshCase = (on = scene) => on.dataset.cases[place++ % on.dataset.cases.length]!.id;
  /** Of the case that was read, where there are several. */
  const statusOf = async (batchId: string) =>
    (await t.sql`select status from tasks where batch_id = ${batchId} order by reads_done desc limit 1`)[0]
      ?.status;
  const finalsOf = (batchId: string) => listFinalLabels(t.db, batchId, { limit: 5 });

  /** Somebody else sees something in the case, in a batch of its own; the answer is how the incident ends. */
  async function seen(caseId: string, on = scene): Promise<{ end: End; batchId: string; flagId: string }> {
    const batchId = await makeBatch(on, { overlap: on === scene ? 1 : 3, caseIds: [caseId] });
    const [who] = await makeReaders(on, batchId, 1);
    const { leaseId } = (await at.claim(who!, batchId))!;
    const { flagId } = await flagCase(who!, { batchId, leaseId, kind: 'phi_seen', note: 'A name.' });
    const end: End = (outcome = 'false_alarm') =>
      closeIncident(at.operator, { batchId, flagId, outcome, note: 'Looked into.' });
    return { end, batchId, flagId };
  }

  async function settled(batchId: string, on = scene): Promise<void> {
    if ((await getBatch(t.db, batchId)).status === 'open')
      await closeBatch(on.sponsor, { batchId, reason: 'Time is up.' });
    for (let pass = 0; pass < 2; pass += 1) await at.settle(batchId);
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    expect(await statusOf(batchId)).toBe('unusable');
  }

  test.each([
    ['wanted more reads', { overlap: 2 }],
    ['had all its reads', { overlap: 1 }],
    ['was in review', { overlap: 1, reviewShareBasisPoints: 10_000 }],
  ])('one that %s has its final label from what it has, for which it paid', async (_, input) => {
    const caseId = freshCase();
    const batchId = await makeBatch(scene, { ...input, caseIds: [caseId] });
    const [author] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const labelId = await at.read(author, batchId, '4');
    if ('reviewShareBasisPoints' in input) await at.settle(batchId);
    const { end } = await seen(caseId);
    await settled(batchId);
    expect(await finalsOf(batchId)).toEqual([]);
    expect(await at.readerOf(author, batchId)).toMatchObject({ accepted: 1, accruedMinor: 120n });
    await end();
    expect(await statusOf(batchId)).toBe('final');
    expect(await finalsOf(batchId)).toMatchObject([
      {
        version: 1,
        fields: { grade: { value: '4', path: 'single' } },
        sources: { labels: [labelId], decidedBy: null },
        costMinor: 138n,
      },
    ]);
    const key = `analytics.measure-again:${batchId}`;
    expect(await t.sql`select 1 from graphile_worker.jobs where key = ${key}`).toHaveLength(1);
  });

  test('one that nobody has read has no label, and one whose incident is confirmed stays shut', async () => {
    const [unread, shut] = [freshCase(), freshCase()];
    const first = await makeBatch(scene, { overlap: 1, caseIds: [unread] });
    const second = await makeBatch(scene, { overlap: 1, caseIds: [shut] });
    const [author] = (await makeReaders(scene, second, 1)) as [OrgContext];
    await at.read(author, second, '4');
    const ends = [await seen(unread), await seen(shut)];
    await settled(first);
    await settled(second);
    await ends[0]!.end();
    await ends[1]!.end('confirmed');
    expect([await statusOf(first), await statusOf(second)]).toEqual(['open', 'unusable']);
    expect([...(await finalsOf(first)), ...(await finalsOf(second))]).toEqual([]);
  });

  test('a final label holds again with what was added to its reads, of the time when it was settled (R31)', async () => {
    const { batchId, labelId, author, others } = await at.rejectedRead(scene, 1);
    const [{ id: taskId } = { id: '' }] = await at.tasksOf(batchId);
    const [row] = await t.sql`select case_id from tasks where batch_id = ${batchId} and id = ${taskId}`;
    const other = await at.read(others[0]!, batchId, '1');
    await at.settle(batchId);
    const [before] = await finalsOf(batchId);
    await appealRejection(author, { batchId, labelId, ...mine });
    // Its reads alone had settled it, and the batch is under way: it is settled anew with this one, and shut before that.
    await at.overturn({ batchId, labelId });
    expect(await statusOf(batchId)).toBe('labelled');
    const { end } = await seen(String(row?.case_id));
    await settled(batchId);
    await end();
    expect(await statusOf(batchId)).toBe('final');
    const [after] = await finalsOf(batchId);
    expect(after).toMatchObject({
      version: 2,
      fields: { grade: { value: '1', path: 'single' } },
      costMinor: 2n * 138n,
      settledAt: before!.settledAt,
    });
    expect((after!.sources as { labels: string[] }).labels.toSorted()).toEqual([labelId, other].toSorted());
  });

  test('a final label whose read its author has undone does not hold again: what they say now does (R22)', async () => {
    // The second case keeps the batch open.
    const batchId = await makeBatch(scene, { overlap: 1, caseIds: [freshCase(), freshCase()] });
    const [author] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const labelId = await at.read(author, batchId, '4');
    await at.settle(batchId);
    expect(await finalsOf(batchId)).toMatchObject([{ fields: { grade: { value: '4' } } }]);
    const [row] = await t.sql`select case_id from tasks where batch_id = ${batchId} and reads_done > 0`;
    const newLabelId = randomUUID();
    await amendLabel(author, { batchId, labelId, newLabelId, answers: { grade: '2' }, activeMs: 1 });
    const { end } = await seen(String(row?.case_id));
    await settled(batchId);
    await end();
    expect(await finalsOf(batchId)).toMatchObject([
      { fields: { grade: { value: '2' } }, sources: { labels: [newLabelId] } },
    ]);
  });

  test.each([
    [2, { value: null, path: 'undecided', votes: [{ value: '4', n: 2 }] }],
    [3, { value: '4', path: 'unanimous', votes: [{ value: '4', n: 3 }] }],
  ])(
    'R5: of a test reference %i reads of three settle it only when they are all three',
    async (reads, grade) => {
      const reference = await makeWorkScene(t.db, {
        cases: 1,
        clock: scene.clock,
        project: { intendedUse: 'test_reference' },
      });
      const caseId = reference.dataset.cases[0]!.id;
      const batchId = await makeBatch(reference, { overlap: 3, caseIds: [caseId], goldMode: 'none' });
      const readers = await makeReaders(reference, batchId, reads);
      for (const who of readers) await at.read(who, batchId, '4');
      const { end } = await seen(caseId, reference);
      await settled(batchId, reference);
      await end();
      expect(await statusOf(batchId)).toBe('final');
      expect(await finalsOf(batchId)).toMatchObject([{ fields: { grade }, costMinor: BigInt(reads) * 138n }]);
    },
  );

  test('an incident that ends during the last step of a settlement waits for it, and settles the case after it', async () => {
    const caseId = freshCase();
    const batchId = await makeBatch(scene, { overlap: 1, caseIds: [caseId] });
    const [author] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    await at.read(author, batchId, '4');
    const { end } = await seen(caseId);
    await settled(batchId);
    // As it is until that transaction commits.
    await t.sql`update batches set status = 'closing' where id = ${batchId}`;
    let ended: Promise<unknown> | undefined;
    await t.admin.begin(async (last) => {
      await last`select 1 from batches where id = ${batchId} for update`;
      ended = end();
      await untilWaiting(t);
      await last`update batches set status = 'settled' where id = ${batchId}`;
    });
    await ended;
    expect(await statusOf(batchId)).toBe('final');
    expect(await finalsOf(batchId)).toMatchObject([{ fields: { grade: { value: '4' } } }]);
  });

  test('two reports of one case, in two batches, that end at once open it again: neither waits for the other for good', async () => {
    for (let round = 0; round < 3; round += 1) {
      const caseId = freshCase();
      const { end, batchId: one } = await seen(caseId);
      const other = await makeBatch(scene, { overlap: 1, caseIds: [freshCase()] });
      const [who] = (await makeReaders(scene, other, 1)) as [OrgContext];
      await t.sql`update tasks set case_id = ${caseId} where batch_id = ${other}`;
      const [task] = await at.tasksOf(other);
      const flagId = randomUUID();
      await t.db.insert(caseFlags).values({
        batchId: other,
        id: flagId,
        taskId: task!.id,
        annotatorId: who.actor.personId,
        kind: 'phi_seen',
        note: 'A name.',
        createdAt: scene.clock.now(),
      });
      const note = 'Looked into.';
      const results = await Promise.all([
        end(),
        closeIncident(at.operator, { batchId: other, flagId, outcome: 'false_alarm', note }),
      ]);
      expect(results.map((result) => result.isOpenAgain).toSorted()).toEqual([false, true]);
      expect(await statusOf(one)).toBe('open');
    }
  });
});
