import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readSteps } from '#db/seed/factories/read-steps.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { systemContext } from '#server/command/context.ts';
import { MINUTE } from '#server/core/clock.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { SAMPLE_CASES } from './checkpoint-rules.ts';
import { keepScores } from './jobs.ts';
import { noticeCheckpoints } from './notice-checkpoints.ts';
import { signCheckpoint } from './sign-checkpoint.ts';
import { viewCheckpoint, viewCheckpoints } from './view-checkpoints.ts';

/** Of so many, 20 are drawn in 1.4 × 10¹¹ ways: that two draws are alike by chance is less than 1 in 10¹⁰. */
const CASES = 40;

describe('what a checkpoint shows is drawn by chance (R26)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
    scene = await makeWorkScene(t.db, { cases: CASES });
  });
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  /** The next checkpoint of a batch, with its evidence gathered. */
  async function stop(batchId: string) {
    expect(await noticeCheckpoints(system())).toBe(1);
    await noticeCheckpoints(system());
    const [due] = await viewCheckpoints(scene.sponsor, { projectId: scene.project.id, batchId });
    return viewCheckpoint(scene.sponsor, { checkpointId: due!.id });
  }
  async function goOn(checkpointId: string, evidenceSha256: string): Promise<void> {
    const { personId } = scene.sponsor.actor;
    const actor = { ...scene.sponsor.actor, reauthenticatedAt: scene.clock.now() };
    await signCheckpoint(
      { ...scene.sponsor, actor },
      {
        ...{ checkpointId, evidenceSha256, decision: 'go_on', reason: 'Twenty cases looked at.' },
        typedName: (await namesOfPeople(t.db, [personId])).get(personId)!.name,
      },
    );
  }

  test('two checkpoints over the same reads draw differently, neither of them the first cases; each draws the same again', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, checkpointBasisPoints: [9000] });
    const [who] = await makeReaders(scene, batchId, 1);
    const at = readSteps(scene);
    for (let n = 0; n < CASES; n += 1) await at.read(who!, batchId, '2');
    const first = await stop(batchId);
    scene.clock.advance(MINUTE);
    await keepScores(system());
    await noticeCheckpoints(system());
    const again = await viewCheckpoint(scene.sponsor, { checkpointId: first.id });
    expect(again.evidenceAt).not.toEqual(first.evidenceAt);
    expect(again.evidence!.sample.map((one) => one.taskId)).toEqual(
      first.evidence!.sample.map((one) => one.taskId),
    );
    await goOn(first.id, again.evidenceSha256!);
    // A second stop with nothing read since, so that both draw from the same cases.
    await t.sql`update batches set checkpoint_basis_points = '[9000, 9500]' where id = ${batchId}`;
    const second = await stop(batchId);
    const read = await t.sql`select id, case_id as "caseId", sort_key as "sortKey" from tasks
      where batch_id = ${batchId} and status = 'labelled' order by id`;
    expect(read).toHaveLength(CASES);
    const placed = read.toSorted((a, b) => (a.sortKey < b.sortKey ? -1 : 1));
    const inOrder = scene.dataset.cases.map((one) => one.id);
    const chosen = [first, second].map((one) => one.evidence!.sample.map((drawn) => drawn.caseId).sort());
    const firstOf = (caseIds: string[]) => caseIds.slice(0, SAMPLE_CASES).sort();
    const orders = [read.map((one) => one.caseId), placed.map((one) => one.caseId), inOrder];
    for (const sample of chosen) {
      expect(new Set(sample).size).toBe(SAMPLE_CASES);
      for (const order of orders)
        for (const way of [order, order.toReversed()]) expect(sample).not.toEqual(firstOf(way));
    }
    expect(chosen[0]).not.toEqual(chosen[1]);
  });
});
