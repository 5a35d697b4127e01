import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, HOUR, MINUTE } from '#server/core/clock.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { findDraft } from './draft-queries.ts';
import { extendLease } from './extend-lease.ts';
import { reclaimLeases } from './reclaim-leases.ts';
import { removeDrafts } from './remove-drafts.ts';
import { revokeLeases } from './revoke-leases.ts';
import { saveDraft } from './save-draft.ts';
import { skipTask } from './skip-task.ts';
import { submitLabel } from './submit-label.ts';

describe('drafts go when they have served', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 8 });
  });
  afterAll(() => t.drop());
  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const draftsOf = async (batchId: string) =>
    (await t.sql`select lease_id from drafts where batch_id = ${batchId}`)
      .map((row) => row.lease_id)
      .toSorted();
  const begin = async (who: OrgContext, batchId: string): Promise<string> => {
    const [lease] = (await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases;
    const { leaseId } = lease!;
    await saveDraft(who, { batchId, leaseId, answers: { grade: '2' }, activeMs: 1000 });
    return leaseId;
  };

  test('a day after the case was handed in or skipped; what is read, ran out or was sealed (R27) stays until the batch is settled for 30 days', async () => {
    const batchId = await makeBatch(scene, { overlap: 3, prefetch: 5, leaseSeconds: 3600 });
    const [one, other, third] = (await makeReaders(scene, batchId, 3)) as [
      OrgContext,
      OrgContext,
      OrgContext,
    ];
    const submitted = await begin(one, batchId);
    const label = { labelId: randomUUID(), answers: { grade: '2' }, activeMs: 1000 };
    await submitLabel(one, { batchId, leaseId: submitted, ...label });
    const skipped = await begin(one, batchId);
    await skipTask(one, { batchId, leaseId: skipped, reason: 'other' });
    const live = await begin(one, batchId);
    const ranOut = await begin(other, batchId);
    const sealed = await begin(third, batchId);
    await transact(system(), (tx) =>
      revokeLeases(tx, { batchIds: [batchId], personIds: [third.actor.personId], reason: 'agreement_ended' }),
    );
    await removeDrafts(system());
    expect(await draftsOf(batchId)).toEqual([submitted, skipped, live, ranOut, sealed].toSorted());
    for (let minutes = 0; minutes < 7 * 60; minutes += 50) {
      scene.clock.advance(50 * MINUTE);
      await extendLease(one, { batchId, leaseIds: [live] });
    }
    await reclaimLeases(system());
    // Nobody has touched the draft of the case that is being read for more than a day either.
    await t.sql`update drafts set updated_at = updated_at - interval '1 day' where batch_id = ${batchId}`;
    expect(await removeDrafts(system())).toEqual({ removed: 2 });
    expect(await draftsOf(batchId)).toEqual([live, ranOut, sealed].toSorted());
    await submitLabel(one, { batchId, leaseId: live, ...label, labelId: randomUUID() });
    scene.clock.advance(DAY + HOUR);
    expect(await removeDrafts(system())).toEqual({ removed: 1 });
    expect(await draftsOf(batchId)).toEqual([ranOut, sealed].toSorted());

    const settle = (
      days: number,
      hold: boolean,
    ) => t.admin`update batches set status = 'settled', legal_hold = ${hold},
      settled_at = ${new Date(scene.clock.now().getTime() - days * DAY).toISOString()} where id = ${batchId}`;
    for (const [days, hold, left] of [
      [29, false, 2],
      [31, true, 2],
      [31, false, 0],
    ] as const) {
      await settle(days, hold);
      await t.admin`update readers set batch_open = false where batch_id = ${batchId}`;
      await removeDrafts(system());
      expect(await draftsOf(batchId)).toHaveLength(left);
    }
  });

  test('of a case that comes back to be corrected the new draft stays, and what is found is the newest', async () => {
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const first = await begin(who, batchId);
    await submitLabel(who, {
      batchId,
      leaseId: first,
      labelId: randomUUID(),
      answers: { grade: '2' },
      activeMs: 1,
    });
    scene.clock.advance(MINUTE);
    const second = randomUUID();
    const [slot] = await t.sql`select task_id from slots where batch_id = ${batchId} and lease_id = ${first}`;
    const taskId = slot!.task_id as string;
    await t.sql`insert into drafts (batch_id, lease_id, annotator_id, task_id, answers, active_ms, updated_at)
      values (${batchId}, ${second}, ${who.actor.personId}, ${taskId}, '{"grade":"3"}', 2, ${scene.clock.now().toISOString()})`;
    const found = await findDraft(t.db, { batchId, personId: who.actor.personId, taskId, tier: 'label' });
    expect(found).toEqual({ answers: { grade: '3' }, work: null, activeMs: 2, savedAt: scene.clock.now() });
    scene.clock.advance(2 * DAY);
    await removeDrafts(system());
    expect(await draftsOf(batchId)).toEqual([second]);
  });

  test('however many there are, all of them are looked at', async () => {
    const batchId = await makeBatch(scene, { overlap: 1 });
    await t.sql`insert into drafts (batch_id, lease_id, annotator_id, task_id, answers, updated_at)
      select ${batchId}, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), '{}', ${'2026-01-01T00:00:00Z'}
      from generate_series(1, 2500)`;
    await t.admin`update batches set status = 'settled', settled_at = '2026-01-01T00:00:00Z' where id = ${batchId}`;
    expect(await removeDrafts(system())).toEqual({ removed: 2500 });
  });
});
