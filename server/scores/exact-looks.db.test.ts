import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { spyOnHot } from '#db/testing/hot-spy.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { addTasks } from '#server/work/add-tasks.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { noticeCheckpoints } from './notice-checkpoints.ts';

describe('a batch that can have reached a share by its counters, and has not (R26)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), {
      max: 6,
      leavesBroken: {
        rules: [
          'the overlap of a task is never exceeded, save by a read that was given back on appeal',
          'readsDone counts the submitted reads',
          'what has accrued is the price and fee of accepted slots and partial pay, and no more was posted',
        ],
        because: 'takes a rejection and a return back by hand, without their appeal and review',
      },
    });
    scene = await makeWorkScene(t.db, { cases: 12, fields: [gradeField()] });
  });
  afterAll(() => t.drop());

  const read = async (who: OrgContext, batchId: string) => {
    const [lease] = (await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases;
    const label = { labelId: randomUUID(), answers: { grade: '2' }, activeMs: 1000 };
    await submitLabel(who, { batchId, leaseId: lease!.leaseId, ...label });
    scene.clock.advance(1000);
    return label.labelId;
  };
  /** One pass of the job: batches stopped, and whether any was gone through slot by slot. */
  const pass = async () => {
    const own = spyOnHot(t.url);
    const ctx = systemContext({ db: own.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
    const stopped = await own.during(() => noticeCheckpoints(ctx));
    const isCounted = own
      .statements()
      .some(({ query }) => /s\.status in \('submitted', 'accepted'\)/.test(query));
    await own.end();
    return { stopped, isCounted };
  };
  const nothing = { stopped: 0, isCounted: false };

  /** Five cases, to stop at three: one read of three was rejected. */
  async function makeShort() {
    const batchId = await makeBatch(scene, {
      caseIds: scene.dataset.cases.slice(0, 5).map((one) => one.id),
      ...{ overlap: 1, checkpointBasisPoints: [6000] },
    });
    const [one, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    const rejected = await read(one, batchId);
    await rejectLabel(scene.sponsor, {
      ...{ batchId, labelId: rejected, reason: 'no_effort', evidence: 'Two seconds for forty slices.' },
    });
    const kept = await read(other, batchId);
    expect(await pass()).toEqual(nothing);
    await read(other, batchId);
    return { batchId, other, rejected, kept };
  }

  test('is counted once while nothing moves, and stops with the read that was missing', async () => {
    const { batchId, other } = await makeShort();
    expect(await pass()).toEqual({ stopped: 0, isCounted: true });
    for (let n = 0; n < 3; n += 1) expect(await pass()).toEqual(nothing);
    await read(other, batchId);
    expect(await pass()).toEqual({ stopped: 1, isCounted: true });
    expect(await pass()).toEqual(nothing);
  });

  test('R31: a rejection that is overturned brings it there, without another read', async () => {
    const { batchId, rejected } = await makeShort();
    expect(await pass()).toEqual({ stopped: 0, isCounted: true });
    expect(await pass()).toEqual(nothing);
    // As `restoreRead` does: the read counts again, and the batch is to have one more.
    await t.sql`update slots set status = 'accepted', accepted_at = submitted_at where batch_id = ${batchId} and label_id = ${rejected}`;
    await t.sql`update readers set rejected = 0, accepted = 1 where batch_id = ${batchId} and rejected = 1`;
    await t.sql`update batches set slot_count = slot_count + 1, checkpoint_basis_points = '[5000]' where id = ${batchId}`;
    expect(await pass()).toEqual({ stopped: 1, isCounted: true });
  });

  test('R31: a returned read is none of them, and one that stands as it was brings it there', async () => {
    const { batchId, other, kept } = await makeShort();
    await read(other, batchId);
    const returned = async (from: string, to: string, by: number) => {
      await t.sql`update slots set status = ${to} where batch_id = ${batchId} and label_id = ${kept} and status = ${from}`;
      await t.sql`update readers set returned = returned + ${by}::int where batch_id = ${batchId}
        and annotator_id = ${other.actor.personId}`;
    };
    await returned('submitted', 'returned', 1);
    expect(await pass()).toEqual({ stopped: 0, isCounted: true });
    expect(await pass()).toEqual(nothing);
    await returned('returned', 'submitted', -1);
    expect(await pass()).toEqual({ stopped: 1, isCounted: true });
  });

  test('one that grows is counted anew', async () => {
    const { batchId } = await makeShort();
    expect(await pass()).toEqual({ stopped: 0, isCounted: true });
    const externalIds = scene.dataset.cases.slice(5, 6).map((one) => one.externalId);
    await t.sql`update batches set checkpoint_basis_points = '[5000]' where id = ${batchId}`;
    expect(await addTasks(scene.sponsor, { batchId, filter: { externalIds } })).toMatchObject({ added: 1 });
    expect(await pass()).toEqual({ stopped: 0, isCounted: true });
    expect(await pass()).toEqual(nothing);
  });
});
