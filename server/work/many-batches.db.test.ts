import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { viewDashboard } from '#server/analytics/view-dashboard.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { DAY } from '#server/core/clock.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { decideProject } from '#server/projects/decide-project.ts';
import { noticeCheckpoints } from '#server/scores/notice-checkpoints.ts';
import { acceptAfterPeriod } from './accept-after-period.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { closeBatch } from './close-batch.ts';
import { joinMostNeeded } from './join-most-needed.ts';
import { pauseBatch } from './pause-batch.ts';
import { listMyWork, viewMyWork } from './reading-views.ts';
import { findReader, getBatch, listBatches, pagesOfBatches } from './reads.ts';
import { MOST_BATCHES } from './schemas.ts';
import { setClaimRules } from './set-claim-rules.ts';
import { submitLabel } from './submit-label.ts';

/* A huge project is many batches: whatever is done with all of them is done with all of them, and a list says when it is cut. */
describe('a project with more batches than a list shows', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let first: string;
  let reader: OrgContext;
  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });

  /** Settled batches that are newer than `first`, more than a list shows; rows alone, nothing was read in them. */
  async function addSettled(n: number): Promise<void> {
    const columns = await t.sql`select column_name as name from information_schema.columns
      where table_name = 'batches' and column_name not in
        ('id', 'status', 'created_at', 'settled_at', 'task_count', 'slot_count')`;
    const names = columns.map((column) => `"${column.name}"`).join(', ');
    await t.sql.unsafe(
      `insert into batches (id, status, created_at, settled_at, task_count, slot_count, ${names})
       select gen_random_uuid(), 'settled', created_at + n * interval '1 second', created_at + interval '1 day', 0, 0, ${names}
       from batches, generate_series(1, ${n}) n where id = '${first}'`,
    );
  }

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
    scene = await makeWorkScene(t.db, { cases: 4 });
    first = await makeBatch(scene, { overlap: 1 });
    reader = (await makeReaders(scene, first, 1))[0]!;
    await addSettled(MOST_BATCHES + 20);
  });
  afterAll(() => t.drop());

  test('a page is bounded, and all pages together hold every batch once', async () => {
    const projectId = scene.project.id;
    const ids: string[] = [];
    for await (const page of pagesOfBatches(t.db, { projectId, statuses: ['open', 'settled'], size: 100 })) {
      expect(page.length).toBeLessThanOrEqual(100);
      ids.push(...page.map((batch) => batch.id));
    }
    expect([ids.length, new Set(ids).size]).toEqual([MOST_BATCHES + 21, MOST_BATCHES + 21]);
  });

  test('a screen’s list leaves out what is settled, not what is read', async () => {
    const listed = await listBatches(t.db, scene.project.id);
    expect(listed.length).toBe(MOST_BATCHES);
    expect(listed.map((batch) => batch.id)).toContain(first);
    // Newest first, as ever.
    expect(listed.at(-1)!.id).toBe(first);
    const { batches, batchesLeftOut } = await viewDashboard(scene.sponsor, { projectId: scene.project.id });
    expect([batches.length, batchesLeftOut]).toEqual([MOST_BATCHES, 21]);
  });

  test('a reader’s list has the oldest batch that is read, beside newer ones that are not', async () => {
    expect((await listMyWork(reader)).map((line) => line.batchId)).toEqual([first]);
    expect(await viewMyWork(reader)).toMatchObject({ isCut: false });
  });

  test('R27: pausing the project pauses every batch of it, resuming opens it again, and it is not complete while one is left', async () => {
    const decide = (decision: 'paused' | 'resumed' | 'completed') =>
      decideProject(scene.sponsor, { projectId: scene.project.id, decision });
    await decide('paused');
    expect((await getBatch(t.db, first)).status).toBe('paused');
    expect((await claimNextTasks(reader, { batchId: first, tier: 'label', limit: 1 })).leases).toEqual([]);
    await decide('resumed');
    expect((await getBatch(t.db, first)).status).toBe('open');
    await expect(decide('completed')).rejects.toMatchObject({
      reason: 'batches_live',
      message: expect.stringMatching(/^1 batch is not settled/),
    });
  });

  test('the standing jobs come to every batch, however small their pages', async () => {
    const own = await makeWorkScene(t.db, { cases: 3, clock: scene.clock });
    const batchIds: string[] = [];
    const people: OrgContext[] = [];
    for (const index of [0, 1, 2]) {
      const caseIds = [own.dataset.cases[index]!.id];
      const batchId = await makeBatch(own, { overlap: 2, caseIds, checkpointBasisPoints: [5000] });
      const [who] = await makeReaders(own, batchId, 1);
      const { leases } = await claimNextTasks(who!, { batchId, tier: 'label', limit: 1 });
      await submitLabel(who!, {
        batchId,
        leaseId: leases[0]!.leaseId,
        labelId: randomUUID(),
        answers: { grade: '2' },
        activeMs: 1000,
      });
      batchIds.push(batchId);
      people.push(who!);
    }
    // Half of each is read: each stops at its checkpoint, and has what the lead is shown.
    expect(await noticeCheckpoints(system(), { pageSize: 1 })).toBe(3);
    const gathered = await t.sql`select batch_id from checkpoints where evidence_at is not null`;
    expect(gathered.map((row) => row.batch_id).sort()).toEqual(batchIds.toSorted());
    scene.clock.advance(30 * DAY);
    expect(await acceptAfterPeriod(system(), { pageSize: 1 })).toMatchObject({ accepted: 3 });
    for (const [index, batchId] of batchIds.entries()) {
      const key = { batchId, annotatorId: people[index]!.actor.personId, tier: 'label' as const };
      expect(await findReader(t.db, key)).toMatchObject({ accepted: 1 });
      await closeBatch(own.sponsor, { batchId, reason: 'Enough is read.' });
    }
    await settleTasks(system(), { pageSize: 1 });
    for (const batchId of batchIds) expect((await getBatch(t.db, batchId)).status).toBe('settled');
  });

  test('a list of work is put in order before it is cut, says that it is, and is not filled by what is refused', async () => {
    const own = await makeWorkScene(t.db, { cases: 4, clock: scene.clock });
    const batchIds: string[] = [];
    for (let n = 0; n < 4; n += 1) batchIds.push(await makeBatch(own, { overlap: 1 }));
    const [who] = await makeReaders(own, batchIds[0]!, 1);
    // What is needed most comes last by id and by age.
    await setClaimRules(own.sponsor, { batchId: batchIds[3]!, priority: 90 });
    await setClaimRules(own.sponsor, { batchId: batchIds[2]!, priority: 80 });
    const shown = async (most: number) => {
      const { lines, isCut } = await viewMyWork(who!, { most, pageSize: 1 });
      return { batchIds: lines.map((line) => line.batchId), isCut };
    };
    expect(await shown(2)).toEqual({ batchIds: [batchIds[3], batchIds[2]], isCut: true });
    expect(await shown(4)).toMatchObject({ isCut: false });
    expect(await joinMostNeeded(who!)).toMatchObject({ batchId: batchIds[3] });
    // The two that are needed most stand still: one of them makes room for what can be read.
    for (const batchId of batchIds.slice(2))
      await pauseBatch(own.sponsor, { batchId, reason: 'A question.' });
    expect(await shown(2)).toEqual({ batchIds: [batchIds[3], batchIds[0]], isCut: true });
  });
});
