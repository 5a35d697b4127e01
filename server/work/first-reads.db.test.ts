import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { drawGold } from '#db/testing/draw-gold.ts';
import type { OrgContext } from '#server/command/context.ts';
import { DAY } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { readsOfBatches } from '#server/pilots/reads.ts';
import { policyPreset } from '#server/projects/presets.ts';
import { viewBatch, viewBatches } from './batch-views.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { flagCase } from './flag-case.ts';
import { findReader } from './reads.ts';
import { requestRepeats } from './request-repeats.ts';
import { skipTask } from './skip-task.ts';
import { submitLabel } from './submit-label.ts';

describe('how far a batch is: first reads of those that it is to have', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 6 });
    scene = await makeWorkScene(t.db, {
      cases: 12,
      gold: Object.fromEntries([8, 9, 10, 11].map((at) => [at, { grade: ['2'] }])),
    });
  });
  afterAll(() => t.drop());

  const cases = (n: number) => scene.dataset.cases.slice(0, n).map((one) => one.id);
  async function readOne(who: OrgContext, batchId: string): Promise<string> {
    const [lease] = (await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases;
    const labelId = newId();
    const label = { labelId, answers: { grade: '2' }, activeMs: 1000 };
    await submitLabel(who, { batchId, leaseId: lease!.leaseId, ...label });
    scene.clock.advance(1000);
    return labelId;
  }
  /** By the list, the page of the batch and, in a pilot, what its vendor is told. */
  async function shown(batchId: string): Promise<string[]> {
    const list = await viewBatches(scene.sponsor, { projectId: scene.project.id });
    const views = [list.find((one) => one.id === batchId)!, await viewBatch(scene.sponsor, { batchId })];
    const { done, planned } = await readsOfBatches(t.db, [batchId]);
    return [
      ...views.map(({ totals, firstReadsNeeded }) => `${totals.firstReads} of ${firstReadsNeeded}`),
      `${done} of ${planned}`,
    ];
  }
  const all = (says: string) => [says, says, says];

  test('R23: repeats bring it no nearer, whether handed in or held', async () => {
    const batchId = await makeBatch(scene, {
      ...{ caseIds: cases(4), overlap: 1, rounds: 2, claimRules: { repeatAfterDays: 14 } },
    });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    for (let n = 0; n < 4; n += 1) await readOne(who, batchId);
    expect(await shown(batchId)).toEqual(all('4 of 4'));
    scene.clock.advance(15 * DAY);
    await readOne(who, batchId);
    await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    expect(await shown(batchId)).toEqual(all('4 of 4'));
  });

  test('R23: repeats that are asked of one reader are none of the needed, and hide no first read that is left', async () => {
    const batchId = await makeBatch(scene, {
      ...{ caseIds: cases(3), overlap: 2, claimRules: { maxReadsPerReader: 2 } },
    });
    const [who, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    for (let n = 0; n < 2; n += 1) await readOne(who, batchId);
    const { personId: annotatorId } = who.actor;
    await requestRepeats(scene.sponsor, { batchId, annotatorId, rounds: 2, afterDays: 14 });
    scene.clock.advance(15 * DAY);
    for (let n = 0; n < 2; n += 1) await readOne(who, batchId);
    const reader = { batchId, annotatorId, tier: 'label' as const };
    expect(await findReader(t.db, reader)).toMatchObject({ submitted: 4, repeatsTaken: 2 });
    expect(await shown(batchId)).toEqual(all('2 of 6'));
    await readOne(other, batchId);
    expect(await shown(batchId)).toEqual(all('3 of 6'));
  });

  test('R31: a rejected read is none of them: another takes its place', async () => {
    const batchId = await makeBatch(scene, { caseIds: cases(3), overlap: 1 });
    const [one, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    const labelId = await readOne(one, batchId);
    await rejectLabel(scene.sponsor, {
      ...{ batchId, labelId, reason: 'no_effort', evidence: 'Two seconds for forty slices.' },
    });
    expect(await shown(batchId)).toEqual(all('0 of 3'));
    await readOne(other, batchId);
    expect(await shown(batchId)).toEqual(all('1 of 3'));
  });

  test('R21: dealt gold moves what the vendor is told like any other read, and never beyond what is planned', async () => {
    const batchId = await makeBatch(scene, { goldMode: 'dealt', goldShareBasisPoints: 5000, overlap: 1 });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    drawGold({ batchId, people: [who], shareBasisPoints: 5000, count: 10, atLeast: 3 });
    const told: number[] = [];
    for (let n = 0; n < 10; n += 1) {
      await readOne(who, batchId);
      told.push((await readsOfBatches(t.db, [batchId])).done);
    }
    expect(told).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 8, 8]);
    const { totals, firstReadsNeeded } = await viewBatch(scene.sponsor, { batchId });
    expect(firstReadsNeeded).toBe(8);
    expect(totals.firstReads).toBeLessThan(8);
  });

  test('R21, R24: cases that are shut or passed on as unreadable are told apart from what is planned, gold or not alike', async () => {
    const policy = policyPreset('research');
    const own = await makeWorkScene(t.db, {
      cases: 12,
      gold: Object.fromEntries([8, 9, 10, 11].map((at) => [at, { grade: ['2'] }])),
      project: { qualityPolicy: { ...policy, trouble: { ...policy.trouble, unusableSkips: 1 } } },
      clock: scene.clock,
    });
    const batchId = await makeBatch(own, { goldMode: 'dealt', goldShareBasisPoints: 5000, overlap: 1 });
    const [who] = (await makeReaders(own, batchId, 1)) as [OrgContext];
    drawGold({ batchId, people: [who], shareBasisPoints: 5000, count: 6, atLeast: 2 });
    const met = new Map<boolean, number>([
      [true, 0],
      [false, 0],
    ]);
    let out = 0;
    // The first case of each sort is passed on, the second is shut, all others are read.
    for (let n = 0; n < 10; n += 1) {
      const [lease] = (await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases;
      if (lease === undefined) break;
      const { leaseId } = lease;
      const [task] = await t.sql<{ isGold: boolean }[]>`select k.is_dealt_gold as "isGold" from slots s
        join tasks k on k.batch_id = s.batch_id and k.id = s.task_id where s.batch_id = ${batchId} and s.lease_id = ${leaseId}`;
      const before = met.get(task!.isGold)!;
      met.set(task!.isGold, before + 1);
      if (before === 0) await skipTask(who, { batchId, leaseId, reason: 'unreadable' });
      else if (before === 1) await flagCase(who, { batchId, leaseId, kind: 'phi_seen', note: 'A name.' });
      else
        await submitLabel(who, {
          batchId,
          leaseId,
          labelId: newId(),
          answers: { grade: '2' },
          activeMs: 1000,
        });
      out += before < 2 ? 1 : 0;
      expect(await readsOfBatches(t.db, [batchId])).toMatchObject({ planned: 8, casesOut: out });
    }
    expect(Math.min(...met.values())).toBeGreaterThanOrEqual(2);
    expect(out).toBe(4);
    // The sponsor knows which is which.
    expect((await viewBatch(own.sponsor, { batchId })).firstReadsNeeded).toBe(6);
  });
});
