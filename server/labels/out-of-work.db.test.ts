import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  makeBatch,
  makeReaders,
  makeWorker,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { addTasks } from '#server/work/add-tasks.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { finishBatch } from '#server/work/finish-batch.ts';
import { flagCase } from '#server/work/flag-case.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { getBatch } from '#server/work/reads.ts';
import { releaseLeases } from '#server/work/release-leases.ts';
import { skipTask } from '#server/work/skip-task.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { rejectLabel } from './reject-label.ts';
import { countSteps } from './settle-queries.ts';
import { settleTasks } from './settle-tasks.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

describe('what was taken out of work stays out, and what fails keeps nothing else waiting', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
    scene = await makeWorkScene(t.db, {
      cases: 40,
      gold: Object.fromEntries(Array.from({ length: 10 }, (_, i) => [i, { grade: ['2'] }])),
    });
  });
  afterAll(() => t.drop());
  const claim = async (who: OrgContext, batchId: string) =>
    (await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases[0] ?? null;
  const cases = (from: number, n: number) => scene.dataset.cases.slice(from, from + n).map((one) => one.id);
  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const read = async (who: OrgContext, batchId: string, leaseId: string) => {
    const labelId = randomUUID();
    await submitLabel(who, { batchId, leaseId, labelId, answers: { grade: '2' }, activeMs: 1 });
    return labelId;
  };
  const statusOf = async (batchId: string) =>
    (await t.sql`select status from tasks where batch_id = ${batchId} limit 1`)[0]?.status as string;

  test('R24: a case that three cannot read comes to nobody when its last holder lets it go', async () => {
    const batchId = await makeBatch(scene, { overlap: 5, caseIds: cases(10, 1) });
    const people = await makeReaders(scene, batchId, 5);
    const held = await claim(people[0]!, batchId);
    for (const who of people.slice(1, 4)) {
      const lease = await claim(who, batchId);
      await skipTask(who, { batchId, leaseId: lease!.leaseId, reason: 'unreadable' });
    }
    expect(await statusOf(batchId)).toBe('unusable');
    await releaseLeases(people[0]!, { batchId, leaseIds: [held!.leaseId] });
    for (const who of people) expect(await claim(who, batchId)).toBeNull();
  });

  test('R24: nor does one that is quarantined when a read of it is rejected', async () => {
    const batchId = await makeBatch(scene, { overlap: 2, caseIds: cases(11, 1) });
    const [first, second, third] = await makeReaders(scene, batchId, 3);
    const labelId = await read(first!, batchId, (await claim(first!, batchId))!.leaseId);
    const lease = await claim(second!, batchId);
    await flagCase(second!, { batchId, leaseId: lease!.leaseId, kind: 'phi_seen', note: 'A name.' });
    await rejectLabel(scene.sponsor, { batchId, labelId, reason: 'no_effort', evidence: 'Two seconds.' });
    expect(await statusOf(batchId)).toBe('unusable');
    expect(await claim(third!, batchId)).toBeNull();
  });

  test('R24: dealt gold that is quarantined is dealt to nobody: it would be the only such case in the mix', async () => {
    const batchId = await makeBatch(scene, { goldMode: 'dealt', goldShareBasisPoints: 5000, overlap: 2 });
    const [first, second] = await makeReaders(scene, batchId, 2);
    const taskOf = async (leaseId: string) =>
      (await t.sql`select task_id, slot_no from slots where lease_id = ${leaseId}`)[0] as unknown as {
        task_id: string;
        slot_no: number;
      };
    const shut = new Set<string>();
    while (shut.size < 3) {
      const { leaseId } = (await claim(first!, batchId))!;
      const { task_id: taskId, slot_no: slotNo } = await taskOf(leaseId);
      if (slotNo < 1_000_000) await read(first!, batchId, leaseId);
      else {
        shut.add(taskId);
        await flagCase(first!, { batchId, leaseId, kind: 'phi_seen', note: 'A name.' });
      }
    }
    let gold = 0;
    for (let lease = await claim(second!, batchId); lease !== null; lease = await claim(second!, batchId)) {
      const { task_id: taskId, slot_no: slotNo } = await taskOf(lease.leaseId);
      expect(shut.has(taskId)).toBe(false);
      if (slotNo >= 1_000_000) gold += 1;
      await read(second!, batchId, lease.leaseId);
    }
    expect(gold).toBeGreaterThan(3);
  });

  test('R23: of two batches of a group joined at the same moment one is taken', async () => {
    const ofCall = randomUUID();
    const batches = [
      await makeBatch(scene, { ofCall, caseIds: cases(14, 2) }),
      await makeBatch(scene, { ofCall, caseIds: cases(14, 2) }),
    ];
    for (let i = 0; i < 10; i += 1) {
      const who = await makeWorker(scene);
      const joins = await Promise.allSettled(
        batches.map((batchId) => joinBatch(who, { batchId, tier: 'label' })),
      );
      expect(joins.map((join) => join.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    }
  });

  test('a batch that cannot be settled keeps no other waiting', async () => {
    const [bad, good] = [
      await makeBatch(scene, { overlap: 1, caseIds: cases(16, 1) }),
      await makeBatch(scene, { overlap: 1, caseIds: cases(17, 1) }),
    ];
    for (const batchId of [bad, good]) {
      const [who] = await makeReaders(scene, batchId, 1);
      await read(who!, batchId, (await claim(who!, batchId))!.leaseId);
    }
    await t.sql`update batches set adjudication_rule = '{"x": 1}' where id = ${bad}`;
    await settleTasks(system());
    expect([await statusOf(bad), await statusOf(good)]).toEqual(['labelled', 'final']);
    await t.sql`update batches set adjudication_rule = (select adjudication_rule from batches where id = ${good}) where id = ${bad}`;
  });

  test('a consensus of all reads is made when something was read, not at each pass while cases are in review', async () => {
    const batchId = await makeBatch(scene, {
      overlap: 2,
      caseIds: cases(20, 4),
      consensusMethod: 'auto',
      reviewShareBasisPoints: 10_000,
    });
    for (const who of await makeReaders(scene, batchId, 2))
      for (let i = 0; i < 4; i += 1) await read(who, batchId, (await claim(who, batchId))!.leaseId);
    await settleTasks(system(), { batchId });
    expect(await countSteps(t.db, batchId)).toMatchObject({ labelled: 0, waiting: 1 });
    await t.sql`update batches set consensus_choice = null where id = ${batchId}`;
    await settleTasks(system(), { batchId });
    expect((await t.sql`select consensus_choice from batches where id = ${batchId}`)[0]).toEqual({
      consensus_choice: null,
    });
  });

  test('a batch does not end over cases that were added since it was looked at', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, caseIds: cases(30, 2) });
    const [who] = await makeReaders(scene, batchId, 1);
    for (let i = 0; i < 2; i += 1) await read(who!, batchId, (await claim(who!, batchId))!.leaseId);
    const { added } = await addTasks(scene.sponsor, { batchId, limit: 3 });
    expect(added).toBe(3);
    const isDone = async (q: typeof t.db) => {
      const { open, waiting, leased } = await countSteps(q, batchId);
      return open + waiting + leased === 0;
    };
    expect(await finishBatch(system(), { batchId, isDone: (q) => isDone(q as typeof t.db) })).toBe(false);
    expect((await getBatch(t.db, batchId)).status).toBe('open');
  });
});
