import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { DAY, HOUR } from '#server/core/clock.ts';
import { checkWorkInvariants } from './check-invariants.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { hasWork } from './has-work.ts';
import { joinMostNeeded } from './join-most-needed.ts';
import { pauseBatch, resumeBatch } from './pause-batch.ts';
import { listMyWork } from './reading-views.ts';
import { submitLabel } from './submit-label.ts';
import { tellOfRepeats } from './tell-of-repeats.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

/** R23: once the day of the repeats has come, their reader is led to them. */
describe('repeats that are due', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 6, gold: { 0: { grade: ['2'] }, 1: { grade: ['2'] } } });
  });
  afterEach(async () => expect(await checkWorkInvariants(t.db)).toEqual([]));
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const claim = async (who: OrgContext, batchId: string) =>
    (await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases;
  async function read(who: OrgContext, batchId: string, most = 100) {
    for (let n = 0; n < most; n += 1) {
      const [lease] = await claim(who, batchId);
      if (lease === undefined) return;
      const label = { labelId: randomUUID(), answers: { grade: '2' }, activeMs: 1 };
      await submitLabel(who, { batchId, leaseId: lease.leaseId, ...label });
    }
  }
  const lineOf = async (who: OrgContext, batchId: string) =>
    (await listMyWork(who)).find((one) => one.batchId === batchId && one.tier === 'label')!;
  const inRounds = (more: object = {}, rules: object = {}) =>
    makeBatch(scene, {
      overlap: 1,
      rounds: 2,
      goldMode: 'none',
      claimRules: { repeatAfterDays: 14, ...rules },
      ...more,
    });
  const told = async (who: OrgContext, batchId: string) =>
    (
      await t.sql`select title from notifications where kind = 'work.repeats_due'
        and person_id = ${who.actor.personId} and detail ->> 'batchId' = ${batchId}`
    ).map((row) => row.title as string);

  test('are work on the list and for what is most needed, and the later ones are still announced', async () => {
    const batchId = await inRounds();
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    await read(who, batchId, 4);
    const first = scene.clock.now();
    scene.clock.advance(DAY);
    await read(who, batchId);
    expect(await lineOf(who, batchId)).toMatchObject({
      openCount: 0,
      dueRepeats: 0,
      nextRepeatAt: new Date(first.getTime() + 14 * DAY),
    });
    await expect(joinMostNeeded(who)).rejects.toMatchObject({ reason: 'no_work' });
    scene.clock.advance(13 * DAY);
    const line = await lineOf(who, batchId);
    expect(line).toMatchObject({
      isAllowed: true,
      openCount: 0,
      dueRepeats: 4,
      nextRepeatAt: new Date(first.getTime() + 15 * DAY),
    });
    expect(hasWork(line)).toBe(true);
    expect(await joinMostNeeded(who)).toMatchObject({ batchId, tier: 'label' });
    await read(who, batchId);
    expect(await lineOf(who, batchId)).toMatchObject({ dueRepeats: 0 });
    await expect(joinMostNeeded(who)).rejects.toMatchObject({ reason: 'no_work' });
  });

  test('are not counted while the read before them is away, and roughly where gold is dealt (R21)', async () => {
    const batchId = await inRounds();
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    await read(who, batchId);
    scene.clock.advance(14 * DAY);
    expect((await lineOf(who, batchId)).dueRepeats).toBe(6);
    const [one] = await t.sql`update slots set status = 'returned', lease_id = null, lease_until = null
      where batch_id = ${batchId} and round = 1 and task_id = (select min(task_id::text)::uuid from slots where batch_id = ${batchId})
      returning task_id`;
    expect((await lineOf(who, batchId)).dueRepeats).toBe(5);
    await t.sql`update slots set status = 'submitted' where batch_id = ${batchId} and task_id = ${one!.task_id} and round = 1`;
    const dealt = await inRounds({ goldMode: 'dealt', goldShareBasisPoints: 3000 });
    const [other] = (await makeReaders(scene, dealt, 1)) as [OrgContext];
    await read(other, dealt);
    scene.clock.advance(14 * DAY);
    expect(await lineOf(other, dealt)).toMatchObject({ isDueRough: true, dueRepeats: 10 });
  });

  test('are told of once, on the first day of a round, to those who can read them', async () => {
    const batchId = await inRounds({ rounds: 3, caseLimit: 3, name: 'Reads in rounds' });
    const [who, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    await read(who, batchId, 2);
    scene.clock.advance(DAY);
    await read(who, batchId, 1);
    await tellOfRepeats(system());
    expect(await told(who, batchId)).toEqual([]);
    scene.clock.advance(13 * DAY);
    await pauseBatch(scene.sponsor, { batchId, reason: 'Looked into.' });
    await tellOfRepeats(system());
    expect(await told(who, batchId)).toEqual([]);
    await resumeBatch(scene.sponsor, { batchId });
    for (let pass = 0; pass < 2; pass += 1) {
      await tellOfRepeats(system());
      scene.clock.advance(HOUR);
    }
    const title = 'The day has come to read your cases of “Reads in rounds” once more';
    expect(await told(who, batchId)).toEqual([title]);
    expect(await told(other, batchId)).toEqual([]);
    // Those of the next day need no further note; the third round does.
    await read(who, batchId);
    scene.clock.advance(DAY);
    await tellOfRepeats(system());
    expect(await told(who, batchId)).toEqual([title]);
    await read(who, batchId);
    scene.clock.advance(13 * DAY);
    await tellOfRepeats(system());
    expect(await told(who, batchId)).toEqual([title, title]);
  });

  test('that open at once are not told of', async () => {
    const batchId = await inRounds({ claimRules: { repeatAfterDays: 0 } });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    await read(who, batchId, 2);
    await tellOfRepeats(system());
    expect(await told(who, batchId)).toEqual([]);
    expect(await lineOf(who, batchId)).toMatchObject({ dueRepeats: 2, nextRepeatAt: null });
  });
});
