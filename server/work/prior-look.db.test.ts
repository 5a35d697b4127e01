import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import * as schema from '#db/schema/index.ts';
import { makePlatform } from '#db/seed/factories/agreements.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import {
  makeBatch,
  makeReaders,
  makeWorker,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { PLAN_MODES, rowsTouched, type Said } from '#db/testing/plan-rows.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { MINUTE } from '#server/core/clock.ts';
import { newIds } from '#server/core/ids.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { addTasks } from './add-tasks.ts';
import { amendLabel } from './amend-label.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { KEY_WINDOW } from './claim-queries.ts';
import { closeIncident } from './close-incident.ts';
import { flagCase } from './flag-case.ts';
import { joinBatch } from './join-batch.ts';
import { insertTasks } from './load-queries.ts';
import { planLanes } from './pool-rules.ts';
import { type Looked, lookAtPrior } from './prior-look.ts';
import { recheckSharedReaders } from './prior-reading.ts';
import { getBatch } from './reads.ts';
import { releaseLeases } from './release-leases.ts';
import { SWEEPS_PER_CALL } from './rules.ts';
import { submitLabel } from './submit-label.ts';

const join = (who: OrgContext, batchId: string) => joinBatch(who, { batchId, tier: 'label' });
const claim = (who: OrgContext, batchId: string, limit = 1) =>
  claimNextTasks(who, { batchId, tier: 'label', limit });
const submit = async (who: OrgContext, batchId: string, leaseId: string) => {
  const labelId = randomUUID();
  await submitLabel(who, { batchId, leaseId, labelId, answers: { grade: '1' }, activeMs: 1 });
  return labelId;
};
const underWay = [{ code: 'prior_reading.under_way' }];

describe('the look at what a person has still to read in an earlier batch', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
    scene = await makeWorkScene(t.db, { cases: 28 });
  });
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const cases = (from: number, to: number) => scene.dataset.cases.slice(from, to).map((one) => one.id);
  const apart = (from: number, to: number, more: object = {}) =>
    makeBatch(scene, { overlap: 1, caseIds: cases(from, to), excludePriorReaders: 'siblings', ...more });
  const pairOf = (who: OrgContext, batchId: string, priorBatchId: string) => ({
    batchId,
    annotatorId: who.actor.personId,
    priorBatchId,
  });
  const placeOf = (who: OrgContext, batchId: string) =>
    t.sql`select is_through, after_task_id, again_task_ids from prior_looks where batch_id = ${batchId}
      and annotator_id = ${who.actor.personId}`;

  /** The one of these leases that is of this case. */
  async function leaseOf(leases: readonly { leaseId: string }[], caseId: string): Promise<string> {
    const rows = await t.sql<{ leaseId: string }[]>`
      select s.lease_id as "leaseId" from slots s join tasks k on k.batch_id = s.batch_id and k.id = s.task_id
      where s.lease_id in ${t.sql(leases.map((one) => one.leaseId))} and k.case_id = ${caseId}`;
    return rows[0]!.leaseId;
  }

  test('several looks of small windows decide what one decides, after each case that is read', async () => {
    const [first, second] = [await apart(0, 12), await apart(4, 16)];
    const who = await makeWorker(scene);
    await join(who, first);
    const pair = pairOf(who, second, first);
    const how = { excludesMet: true };
    const inSteps = async (): Promise<{ looked: Looked; calls: number }> => {
      for (let calls = 1; ; calls += 1) {
        const looked = await lookAtPrior(t.db, pair, { ...how, keeps: true, windowSize: 1 });
        if (looked !== 'looking') return { looked, calls };
        expect(calls).toBeLessThan(12);
      }
    };
    const atOnce = async (): Promise<Looked> => {
      let looked: Looked = 'looking';
      await t.db
        .transaction(async (tx) => {
          await tx.execute(sql`delete from prior_looks where batch_id = ${second}`);
          looked = await lookAtPrior(tx, pair, { ...how, keeps: false });
          tx.rollback();
        })
        .catch(() => {});
      return looked;
    };
    const said: Looked[] = [];
    for (let read = 0; read < 12; read += 1) {
      const { looked } = await inSteps();
      expect(looked).toBe(await atOnce());
      said.push(looked);
      const { leases } = await claim(who, first);
      await submit(who, first, leases[0]!.leaseId);
    }
    expect(said).toContain('waits');
    expect([(await inSteps()).looked, await atOnce()]).toEqual(['through', 'through']);
    // From the start again: twelve windows of a case and one that finds the end, three a call. Then nothing is looked at any more.
    await t.sql`delete from prior_looks where batch_id = ${second}`;
    expect(await inSteps()).toEqual({ looked: 'through', calls: 5 });
    expect(await inSteps()).toEqual({ looked: 'through', calls: 1 });
  });

  test('a case that the person only holds in the earlier one is shut to them in the other, also when they give it back', async () => {
    const first = await apart(16, 17);
    const second = await apart(16, 18);
    const who = await makeWorker(scene);
    await join(who, first);
    const held = (await claim(who, first)).leases;
    expect(held).toHaveLength(1);
    await join(who, second);
    const { leases } = await claim(who, second, 3);
    expect(leases).toHaveLength(1);
    await releaseLeases(who, { batchId: first, leaseIds: [held[0]!.leaseId] });
    scene.clock.advance(2 * MINUTE);
    // The look is through and stays so: what came back in the first can never be given in the second.
    expect((await claim(who, second, 3)).leases).toHaveLength(0);
    expect((await claim(who, first)).leases).toHaveLength(1);
  });

  test('a final case that is undone is looked at again, once it is final the look is through', async () => {
    // The second case of the first, which nobody reads, keeps it open.
    const first = await apart(18, 20);
    const second = await makeBatch(scene, {
      overlap: 1,
      caseIds: [...cases(18, 19), ...cases(22, 23)],
      excludePriorReaders: 'siblings',
    });
    const [author] = (await makeReaders(scene, first, 1)) as [OrgContext];
    const { leases } = await claim(author, first, 2);
    const labelId = await submit(author, first, await leaseOf(leases, cases(18, 19)[0]!));
    await settleTasks(system(), { batchId: first });
    const who = await makeWorker(scene);
    await join(who, first);
    await join(who, second);
    expect((await claim(who, second)).leases).toHaveLength(1);
    expect(await placeOf(who, second)).toMatchObject([{ is_through: true, again_task_ids: [] }]);
    await amendLabel(author, {
      batchId: first,
      labelId,
      newLabelId: randomUUID(),
      answers: { grade: '3' },
      activeMs: 1,
    });
    // At once, not within the minute after which eligibility is looked at again.
    expect((await claim(who, second)).reasons).toMatchObject(underWay);
    const [place] = await placeOf(who, second);
    expect(place!.again_task_ids).toHaveLength(1);
    await settleTasks(system(), { batchId: first });
    expect((await claim(who, second)).leases).toHaveLength(1);
    expect(await placeOf(who, second)).toMatchObject([{ is_through: true, again_task_ids: [] }]);
  });

  test('an undo of a case that was not final sends nobody back: theirs is no look anew for everybody who reads in both', async () => {
    const first = await apart(18, 20);
    const second = await apart(20, 22);
    const [who, other] = [await makeWorker(scene), await makeWorker(scene)];
    for (const one of [who, other]) {
      await join(one, first);
      await join(one, second);
      await claim(one, second);
    }
    const { leases } = await claim(who, first);
    const labelId = await submit(who, first, leases[0]!.leaseId);
    const sentBack = async () =>
      (await t.sql`select 1 from readers where batch_id in (${first}, ${second}) and checked_at = 'epoch'`)
        .length;
    const before = await sentBack();
    const change = { newLabelId: randomUUID(), answers: { grade: '3' }, activeMs: 1 };
    await amendLabel(who, { batchId: first, labelId, ...change });
    expect(await sentBack()).toBe(before);
  });

  test('a case that comes back after a false alarm is looked at again (R24)', async () => {
    const first = await apart(24, 26);
    const second = await makeBatch(scene, {
      overlap: 1,
      caseIds: [...cases(24, 25), ...cases(26, 27)],
      excludePriorReaders: 'siblings',
    });
    const [reporter] = (await makeReaders(scene, first, 1)) as [OrgContext];
    const { leases } = await claim(reporter, first, 2);
    const leaseId = await leaseOf(leases, cases(24, 25)[0]!);
    const { flagId } = await flagCase(reporter, {
      batchId: first,
      leaseId,
      kind: 'phi_seen',
      note: 'A name.',
    });
    const who = await makeWorker(scene);
    await join(who, first);
    await join(who, second);
    expect((await claim(who, second)).leases).toHaveLength(1);
    const platform = await makePlatform(t.db, scene.clock);
    const operator = await makeMember(t.db, { org: platform, roles: ['operator'], clock: scene.clock });
    await closeIncident(operator, { batchId: first, flagId, outcome: 'false_alarm', note: 'None.' });
    expect((await claim(who, second)).reasons).toMatchObject(underWay);
  });

  test('cases that are added to either batch are looked at, wherever the look had come', async () => {
    const first = await apart(20, 21);
    const second = await apart(21, 22);
    const who = await makeWorker(scene);
    await join(who, first);
    await join(who, second);
    await claim(who, second);
    expect(await placeOf(who, second)).toMatchObject([{ is_through: true }]);
    const externalIds = [scene.dataset.cases[20]!.externalId];
    await addTasks(scene.sponsor, { batchId: second, filter: { externalIds } });
    expect((await claim(who, second)).reasons).toMatchObject(underWay);
  });
});

/*
 * Two batches of 20,000 cases that are the same in both, made after the last ANALYZE, and a person who has read all of the first: they are
 * let into the second once everything has been looked at.
 */
describe('a look touches its window, whatever the planner believes', () => {
  const TASKS = 20_000;
  /** Of each task of a window: the task, the same case in the other batch, and what the person had of it. */
  const WINDOW = 3 * KEY_WINDOW + 100;
  let t: TestDatabase;
  let scene: WorkScene;
  let spy: postgres.Sql;
  let who: OrgContext;
  const batchIds: string[] = [];
  const said: Said[] = [];
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), {
      max: 6,
      leavesBroken: { rules: 'all', because: 'makes twenty thousand reads by hand, without their labels' },
    });
    scene = await makeWorkScene(t.db, { cases: 2 });
    await t.admin.unsafe(
      'analyze slots, tasks, readers, terms, slot_releases, reader_exclusions, prior_looks',
    );
    const caseIds = newIds(TASKS);
    for (const _ of ['first', 'second']) {
      const batchId = await makeBatch(scene, {
        overlap: 2,
        caseLimit: 1,
        excludePriorReaders: 'siblings',
      });
      await t.db.transaction((tx) =>
        insertTasks(tx, {
          batchId,
          from: 1,
          caseIds,
          taskIds: newIds(TASKS),
          overlap: 2,
          lanes: planLanes({ tasks: TASKS, overlap: 2, pools: null, seed: 1 }),
          readsNeeded: caseIds.map(() => 2),
          dealt: false,
        }),
      );
      batchIds.push(batchId);
    }
    [who] = (await makeReaders(scene, batchIds[0]!, 1)) as [OrgContext];
    await t.sql`update slots set status = 'submitted', terms_no = 1, annotator_id = ${who.actor.personId},
      lease_id = gen_random_uuid() where batch_id = ${batchIds[0]!} and slot_no = 0`;
    spy = postgres(t.url, {
      max: 2,
      onnotice: () => {},
      debug: (_connection, query, parameters) => {
        if (/prior_looks|reader_exclusions/.test(query))
          said.push({ query, parameters: parameters as unknown[] });
      },
    });
  }, 120_000);
  afterAll(async () => {
    await spy.end();
    await t.drop();
  });

  test('a claim says that it is looking and when to ask again, until all is looked through', async () => {
    const [first, second] = batchIds as [string, string];
    await join(who, second);
    const as = { ...who, db: drizzle(spy, { schema, casing: 'snake_case' }) };
    let calls = 0;
    for (;;) {
      calls += 1;
      const found = await claim(as, second, 1);
      if (found.retryAfterMs === null) break;
      expect(found).toMatchObject({ leases: [], reasons: [{ code: 'prior_reading.looking' }] });
      expect(calls).toBeLessThan(20);
    }
    expect(calls).toBe(Math.ceil((TASKS + 1) / KEY_WINDOW / SWEEPS_PER_CALL));
    const [look] =
      await t.sql`select is_through from prior_looks where batch_id = ${second} and prior_batch_id = ${first}`;
    expect(look!.is_through).toBe(true);
  }, 60_000);

  test.each(PLAN_MODES)('none of its statements touches more (%s)', async (mode) => {
    const windows = said.filter(({ query }) => /next as materialized/.test(query));
    expect(windows).toHaveLength(Math.ceil((TASKS + 1) / KEY_WINDOW));
    const [one, middle, last] = [windows[0]!, windows[5]!, windows.at(-1)!];
    for (const window of [one, middle, last])
      expect(await rowsTouched(t.admin, window, mode)).toBeLessThanOrEqual(WINDOW);
    for (const place of said.filter(({ query }) => /(from|into) prior_looks/.test(query)).slice(0, 3))
      expect(await rowsTouched(t.admin, place, mode)).toBeLessThanOrEqual(5);
  });

  test.each(PLAN_MODES)('sending it back touches who reads in both (%s)', async (mode) => {
    const [first] = batchIds as [string];
    said.length = 0;
    const db = drizzle(spy, { schema, casing: 'snake_case' });
    const batch = await getBatch(db, first);
    await db.transaction((tx) => recheckSharedReaders(tx, batch, newIds(1)));
    const change = said.find(({ query }) => /update prior_looks/.test(query))!;
    expect(await rowsTouched(t.admin, change, mode)).toBeLessThanOrEqual(10);
  });
});
