import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeWorker, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { wilsonInterval } from '#server/quality/wilson-interval.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { joinBatch } from './join-batch.ts';
import { viewOwnSkill } from './own-skill.ts';
import { submitLabel } from './submit-label.ts';

/** Every case has a known answer: 2. */
const CASES = 20;

describe('own skill by kind of work', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, {
      cases: CASES,
      gold: Object.fromEntries(Array.from({ length: CASES }, (_, i) => [i, { grade: ['2'] }])),
    });
  });
  afterAll(() => t.drop());

  async function read(who: OrgContext, batchId: string, wrong: number): Promise<void> {
    await joinBatch(who, { batchId, tier: 'label' });
    for (let done = 0; ; done += 1) {
      const [lease] = (await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases;
      if (lease === undefined) return;
      const grade = done < wrong ? '3' : '2';
      const { leaseId } = lease;
      scene.clock.advance(36_000);
      await submitLabel(who, {
        batchId,
        leaseId,
        labelId: randomUUID(),
        answers: { grade },
        activeMs: 36_000,
      });
    }
  }

  test('nothing of a batch shows while it is read; settled, it is in with n and interval; a finished exam is in at once', async () => {
    const who = await makeWorker(scene);
    const colleague = await makeWorker(scene);
    const batchId = await makeBatch(scene, { goldMode: 'embedded' });
    await read(who, batchId, 5);
    await read(colleague, batchId, 0);
    // Gold was met and counted, and nobody may tell from it (ADR 009).
    expect(await viewOwnSkill(who)).toEqual([]);
    await t.admin`update batches set status = 'settled' where id = ${batchId}`;
    await t.admin`update readers set batch_open = false where batch_id = ${batchId}`;
    const { modality, anatomy } = scene.project;
    expect(await viewOwnSkill(who)).toEqual([
      {
        modality,
        anatomy,
        reads: CASES,
        batches: 1,
        readsPerHour: 100,
        accuracy: { right: 15, n: 20, interval: wilsonInterval(15, 20)?.slice(0, 2) },
        agreement: null,
      },
    ]);
    const exam = await makeBatch(scene, {
      kind: 'exam',
      goldMode: 'embedded',
      claimRules: { passLevelBasisPoints: 8000 },
    });
    await read(who, exam, 0);
    expect(await viewOwnSkill(who)).toMatchObject([
      { batches: 2, reads: 40, accuracy: { right: 35, n: 40 } },
    ]);
    // Each sees their own.
    expect(await viewOwnSkill(colleague)).toMatchObject([{ accuracy: { right: 20, n: 20 } }]);
  });
});
