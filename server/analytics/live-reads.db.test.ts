import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { newId } from '#server/core/ids.ts';
import { listActiveGold } from '#server/gold/reads.ts';
import { takeBackGold } from '#server/gold/take-back-gold.ts';
import { disputeGoldItem } from '#server/gold/withdraw-gold-item.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { submitReview } from '#server/labels/submit-review.ts';
import { viewBatch, viewBatches } from '#server/work/batch-views.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { countLargeBatches } from '#server/work/count-progress.ts';
import { goldOrdinals } from '#server/work/rules.ts';
import { skipTask } from '#server/work/skip-task.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { viewDashboard } from './view-dashboard.ts';
import { viewLive } from './watch-live.ts';

describe('how far a batch is, as its sponsor sees it', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 6 });
    scene = await makeWorkScene(t.db, { cases: 6, gold: { 0: { grade: ['2'] } } });
  });
  afterAll(() => t.drop());

  /** Makes exactly the second of a person's first four reads gold: the draw depends on the secret alone. */
  function dealGoldSecond(batchId: string, annotatorId: string): void {
    const pool = { batchId, annotatorId, count: 1, shareBasisPoints: 3000 };
    const isGold = (secret: string, read: number) => goldOrdinals({ ...pool, secret, dealt: read - 1 }) === 1;
    let n = 0;
    while ([1, 2, 3, 4].some((read) => isGold(`a-secret-of-the-tests-${n}`, read) !== (read === 2))) n += 1;
    process.env.READROOM_GOLD_SECRET = `a-secret-of-the-tests-${n}`;
  }

  async function readOne(who: OrgContext, batchId: string): Promise<string> {
    const [lease] = (await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases;
    const label = { labelId: newId(), answers: { grade: '2' }, activeMs: 1000 };
    await submitLabel(who, { batchId, leaseId: lease!.leaseId, ...label });
    return label.labelId;
  }
  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: newId() });
  /** Live, with what is in the queue, on the dashboard, in the list of batches and on the batch's own page. */
  async function shownAs(batchId: string): Promise<string[]> {
    const live = await viewLive(scene.sponsor, { batchId });
    const projectId = scene.project.id;
    const { batches } = await viewDashboard(scene.sponsor, { projectId });
    const line = batches.find((one) => one.batchId === batchId)!;
    const listed = (await viewBatches(scene.sponsor, { projectId })).find((one) => one.id === batchId)!;
    const page = await viewBatch(scene.sponsor, { batchId });
    return [
      `${live.reads} of ${live.readsNeeded}, ${live.whole?.readsOpen} open`,
      `${line.reads} of ${line.readsNeeded}`,
      ...[listed, page].map(({ totals, firstReadsNeeded }) => `${totals.firstReads} of ${firstReadsNeeded}`),
    ];
  }
  const everywhere = (says: string, open: number) => [`${says}, ${open} open`, says, says, says];

  test('counts reads of its own cases, on every page alike, also once gold that was dealt is withdrawn (R7)', async () => {
    const batchId = await makeBatch(scene, { goldMode: 'dealt', goldShareBasisPoints: 3000, overlap: 1 });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    dealGoldSecond(batchId, who.actor.personId);
    const projectId = scene.project.id;
    const shown = async () => {
      const live = await viewLive(scene.sponsor, { batchId });
      const { batches } = await viewDashboard(scene.sponsor, { projectId });
      const list = await viewBatches(scene.sponsor, { projectId });
      return {
        live: live.reads,
        batch: (await viewBatch(scene.sponsor, { batchId })).totals.submitted,
        list: list.find((one) => one.id === batchId)?.totals.submitted,
        dashboard: batches.find((one) => one.batchId === batchId)?.reads,
      };
    };
    for (let n = 0; n < 3; n += 1) await readOne(who, batchId);
    const [reader] = await t.sql`select submitted, gold_n from readers where batch_id = ${batchId}`;
    expect(reader).toEqual({ submitted: 3, gold_n: 1 });
    const two = { live: 2, batch: 2, list: 2, dashboard: 2 };
    expect(await shown()).toEqual(two);

    const [item] = await listActiveGold(t.db, projectId);
    const { goldItemId } = item!;
    await disputeGoldItem(scene.sponsor, { goldItemId, reason: 'The biopsy says something else.' });
    await takeBackGold(system(), { batchId, goldItemId });
    const [after] = await t.sql`select submitted, gold_n from readers where batch_id = ${batchId}`;
    expect(after).toEqual({ submitted: 3, gold_n: 0 });
    expect(await shown()).toEqual(two);
  });

  test('R31: a rejected read fills no bar, and the one that takes its place does', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, caseLimit: 3 });
    const [one, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    for (let n = 0; n < 2; n += 1) {
      const labelId = await readOne(one, batchId);
      await rejectLabel(scene.sponsor, { batchId, labelId, reason: 'no_effort', evidence: 'In a second.' });
    }
    await readOne(other, batchId);
    expect(await shownAs(batchId)).toEqual(everywhere('1 of 3', 2));
    for (let n = 0; n < 2; n += 1) await readOne(other, batchId);
    expect(await shownAs(batchId)).toEqual(everywhere('3 of 3', 0));
  });

  test('R23, R31: live, a large batch is exact by its readers’ rows while its cases are counted later', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, caseLimit: 3, rounds: 2 });
    const [one, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    await t.sql`update batches set task_count = 3000 where id = ${batchId}`;
    await countLargeBatches(system());
    const shown = async () => {
      const { reads, readsNeeded, whole } = await viewLive(scene.sponsor, { batchId });
      return `${reads} of ${readsNeeded}, ${whole?.readsOpen} open`;
    };
    await readOne(one, batchId);
    expect(await shown()).toBe('1 of 6, 5 open');
    const labelId = await readOne(one, batchId);
    await rejectLabel(scene.sponsor, { batchId, labelId, reason: 'no_effort', evidence: 'In a second.' });
    expect(await shown()).toBe('1 of 6, 5 open');
    for (let n = 0; n < 2; n += 1) await readOne(other, batchId);
    expect(await shown()).toBe('3 of 6, 3 open');
    await t.sql`update batches set task_count = 3 where id = ${batchId}`;
  });

  test.each(['another', 'author'] as const)(
    'R31: a read that is returned to %s is open again',
    async (to) => {
      const batchId = await makeBatch(scene, { overlap: 1, caseLimit: 2, reviewShareBasisPoints: 10_000 });
      const [one, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
      const [reviewer] = (await makeReaders(scene, batchId, 1, 'review')) as [OrgContext];
      const labelId = await readOne(one, batchId);
      expect(await shownAs(batchId)).toEqual(everywhere('1 of 2', 1));
      await settleTasks(system(), { batchId });
      const [review] = (await claimNextTasks(reviewer, { batchId, tier: 'review', limit: 1 })).leases;
      const comment = 'Look at the lower left lobe once more, please.';
      await submitReview(reviewer, {
        ...{ batchId, leaseId: review!.leaseId, labelId: newId(), activeMs: 1 },
        decisions: [{ labelId, outcome: 'return', to, comment }],
      });
      expect(await shownAs(batchId)).toEqual(everywhere('0 of 2', 2));
      const readers = to === 'author' ? [one, other] : [other, other];
      for (const who of readers) await readOne(who, batchId);
      expect(await shownAs(batchId)).toEqual(everywhere('2 of 2', 0));
    },
  );

  test('R24: reads of a case that is unusable are in no queue, forecast or bar', async () => {
    const batchId = await makeBatch(scene, { overlap: 2, caseLimit: 4 });
    const readers = await makeReaders(scene, batchId, 5);
    const [bad] = await t.sql`select id from tasks where batch_id = ${batchId} order by sort_key limit 1`;
    for (const who of readers) {
      for (;;) {
        const [lease] = (await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases;
        if (lease === undefined) break;
        const { leaseId } = lease;
        const [slot] =
          await t.sql`select task_id from slots where batch_id = ${batchId} and lease_id = ${leaseId}`;
        const label = { labelId: newId(), answers: { grade: '2' }, activeMs: 1000 };
        if (slot?.task_id === bad?.id) await skipTask(who, { batchId, leaseId, reason: 'unreadable' });
        else await submitLabel(who, { batchId, leaseId, ...label });
      }
    }
    expect((await viewBatch(scene.sponsor, { batchId })).tasks.unusable).toBe(1);
    expect(await shownAs(batchId)).toEqual(everywhere('6 of 6', 0));
    expect((await viewLive(scene.sponsor, { batchId })).whole?.finish.basis).toBe('nothing_left');
  });
});
