import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { untilWaiting } from '#db/testing/until-waiting.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { acceptAfterPeriod } from '#server/work/accept-after-period.ts';
import { acceptSlots } from '#server/work/accept-slots.ts';
import { amendLabel } from '#server/work/amend-label.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import type { Tier } from '#server/work/rules.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { rejectLabel } from './reject-label.ts';
import { settleTasks } from './settle-tasks.ts';
import { submitReview } from './submit-review.ts';

describe('a decision and what happens to the reads it judges at the same moment', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 24 });
    scene = await makeWorkScene(t.db, { cases: 8 });
  });
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const claim = async (who: OrgContext, batchId: string, tier: Tier) =>
    (await claimNextTasks(who, { batchId, tier, limit: 1 })).leases[0]!.leaseId;
  const caseOf = async (leaseId: string) =>
    (await t.sql`select task_id from slots where lease_id = ${leaseId}`)[0]?.task_id as string;

  /** Cases that two have read and that a reviewer holds each: one read is to be returned, the other accepted. */
  async function underReview(n: number) {
    const batchId = await makeBatch(scene, {
      caseIds: scene.dataset.cases.slice(0, n).map((one) => one.id),
      overlap: 2,
      prefetch: n,
      reviewShareBasisPoints: 10_000,
      reviewPeriodDays: 2,
    });
    const people = await makeReaders(scene, batchId, 2);
    const labels = new Map<string, { who: OrgContext; labelId: string }[]>();
    for (const who of people)
      for (let i = 0; i < n; i += 1) {
        const leaseId = await claim(who, batchId, 'label');
        const taskId = await caseOf(leaseId);
        const labelId = randomUUID();
        await submitLabel(who, { batchId, leaseId, labelId, answers: { grade: '1' }, activeMs: 1 });
        labels.set(taskId, [...(labels.get(taskId) ?? []), { who, labelId }]);
      }
    await settleTasks(system(), { batchId });
    const reviewers = await makeReaders(scene, batchId, n, 'review');
    const cases = [];
    for (const reviewer of reviewers) {
      const leaseId = await claim(reviewer, batchId, 'review');
      const taskId = await caseOf(leaseId);
      const [first, second] = labels.get(taskId)!;
      const decisions = [
        { labelId: first!.labelId, outcome: 'return' as const, comment: 'Look at the lower left.' },
        { labelId: second!.labelId, outcome: 'accept' as const },
      ];
      const review = () =>
        submitReview(reviewer, { batchId, leaseId, labelId: randomUUID(), decisions, activeMs: 1 });
      cases.push({ taskId, first: first!, second: second!, review });
    }
    return { batchId, cases };
  }

  test('a read that is accepted while its review is being written is neither returned nor taken out of the count', async () => {
    const { batchId, cases } = await underReview(1);
    const [{ taskId, first, review }] = cases as [(typeof cases)[number]];
    const [slot] =
      await t.sql`select slot_no from slots where batch_id = ${batchId} and label_id = ${first.labelId}`;
    const accepted = Promise.withResolvers<void>();
    const commit = Promise.withResolvers<void>();
    const acceptance = transact(system(), async (tx) => {
      await acceptSlots(tx, { batchId, slots: [{ taskId, slotNo: slot?.slot_no }] });
      accepted.resolve();
      await commit.promise;
    });
    await accepted.promise;
    const refused = expect(review()).rejects.toMatchObject({ reason: 'label_accepted' });
    await untilWaiting(t);
    commit.resolve();
    await acceptance;
    await refused;
    const [task] =
      await t.sql`select status, reads_done from tasks where batch_id = ${batchId} and id = ${taskId}`;
    expect(task).toEqual({ status: 'in_review', reads_done: 2 });
  });

  test.each([
    ['the sponsor rejects the read and its author takes it back', false],
    ['besides, the period for acceptance ends', true],
  ])('at most one of them decides: %s', async (_, isOver) => {
    const { cases, batchId } = await underReview(8);
    if (isOver) scene.clock.advance(3 * DAY);
    const tried = await Promise.all(
      cases.map(async ({ first, review }) => {
        const [reviewed, rejected, amended] = await Promise.allSettled([
          review(),
          rejectLabel(scene.sponsor, {
            batchId,
            labelId: first.labelId,
            reason: 'no_effort',
            evidence: 'Submitted in 0.2 s.',
          }),
          amendLabel(first.who, {
            batchId,
            labelId: first.labelId,
            newLabelId: randomUUID(),
            answers: { grade: '2' },
            activeMs: 1,
          }),
          isOver ? acceptAfterPeriod(system()) : null,
        ]);
        return { reviewed, rejected, amended };
      }),
    );
    for (const { reviewed, rejected, amended } of tried) {
      const decided = [reviewed, rejected].filter((one) => one.status === 'fulfilled');
      if (isOver) expect(decided.length).toBeLessThanOrEqual(1);
      else expect(decided).toHaveLength(1);
      // A reviewer has taken the case (R22).
      expect(amended.status).toBe('rejected');
      for (const one of [reviewed, rejected])
        if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(AppError);
    }
  });

  test('R22: a label that is undone while its batch ends is settled by what it says then', async () => {
    const caseIds = scene.dataset.cases.slice(0, 2).map((one) => one.id);
    const batchId = await makeBatch(scene, { caseIds, overlap: 1 });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const read = async () => {
      const leaseId = await claim(who, batchId, 'label');
      const labelId = randomUUID();
      await submitLabel(who, { batchId, leaseId, labelId, answers: { grade: '1' }, activeMs: 1 });
      return labelId;
    };
    const labelId = await read();
    await settleTasks(system(), { batchId });
    await read();
    const { undo, end } = await t.admin.begin(async (sql) => {
      await sql`lock table labels in share mode`;
      const newLabelId = randomUUID();
      const amended = amendLabel(who, {
        batchId,
        labelId,
        newLabelId,
        answers: { grade: '2' },
        activeMs: 1,
      });
      await untilWaiting(t, 1);
      // One pass closes it, the next settles it.
      const settled = settleTasks(system(), { batchId }).then(() => settleTasks(system(), { batchId }));
      await Promise.race([settled, untilWaiting(t, 2)]);
      return { undo: amended, end: settled };
    });
    await Promise.all([undo, end]);
    for (let n = 0; n < 2; n += 1) await settleTasks(system(), { batchId });
    const [batch] = await t.sql`select status from batches where id = ${batchId}`;
    const left = await t.sql`select status from tasks where batch_id = ${batchId} and status <> 'final'`;
    const says =
      await t.sql`select distinct on (f.task_id) f.fields -> 'grade' ->> 'value' as grade from final_labels f
      where f.batch_id = ${batchId} order by f.task_id, f.version desc`;
    expect(batch?.status).toBe('settled');
    expect(left).toHaveLength(0);
    expect(says.map((one) => one.grade).toSorted()).toEqual(['1', '2']);
  });
});
