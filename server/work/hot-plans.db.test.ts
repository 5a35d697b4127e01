import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { readMuch } from '#db/testing/hostile-batch.ts';
import { PLAN_MODES, pagesTouched, rowsTouched, type Said } from '#db/testing/plan-rows.ts';
import { writableColumns } from '#db/testing/writable-columns.ts';
import type { OrgContext } from '#server/command/context.ts';
import { newIds } from '#server/core/ids.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { CLAIM_TOGETHER, CLAIM_TOGETHER_WITH_GOLD, claimRow } from './claim-together.ts';
import { FIND_DRAFT, findDraft } from './draft-queries.ts';
import { insertTasks } from './load-queries.ts';
import type { OneOrSeveral } from './one-or-several.ts';
import { SUBMIT_AND_CLAIM, SUBMIT_AND_CLAIM_WITH_GOLD, SUBMIT_TOGETHER } from './submit-together.ts';

/** Updates of a reader while somebody's snapshot is held: two of a read, so two thousand reads. */
const VERSIONS = 4000;

describe('plans of the hot statements under hostile statistics', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let batchId: string;
  let who: OrgContext;
  let others: OrgContext[];
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), {
      leavesBroken: {
        rules: 'all',
        because: 'makes tens of thousands of reads by hand, without their labels',
      },
    });
    scene = await makeWorkScene(t.db, { cases: 2 });
    // Statistics are taken while the tables are all but empty; the batch comes after and they do not know it.
    await t.admin.unsafe('analyze slots, tasks, readers, terms, slot_releases, labels, drafts');
    batchId = await makeBatch(scene, { overlap: 3 });
    const gold = newIds(3000);
    await t.db.transaction((tx) =>
      insertTasks(tx, {
        ...{
          batchId,
          from: 0,
          caseIds: gold,
          taskIds: gold,
          overlap: 0,
          lanes: [],
          dealt: true,
          strata: null,
        },
        readsNeeded: gold.map(() => 0),
      }),
    );
    [who, ...others] = (await makeReaders(scene, batchId, 16)) as [OrgContext, ...OrgContext[]];
    // The person has read 50,000 cases of it, and has 500 leases out. Three thousand others read in it, and
    // more elsewhere.
    const { personId } = who.actor;
    const columns = await writableColumns(t.sql, 'readers');
    await t.sql`insert into readers (${t.sql.unsafe(columns)}) select ${t.sql.unsafe(columns)} from (select (jsonb_populate_record(r, jsonb_build_object('annotator_id', gen_random_uuid(),
        'batch_id', case when n <= 3000 then r.batch_id else gen_random_uuid() end, 'reader_no', 1000 + n))).*
      from readers r cross join generate_series(1, 9000) n
      where r.batch_id = ${batchId} and r.annotator_id = ${personId}) copied`;
    await readMuch(t.sql, { batchId, personId, overlap: 3, held: 500, isWide: true });
  });
  afterAll(() => t.drop());

  const now = () => scene.clock.now().toISOString();
  const soon = () => new Date(scene.clock.now().getTime() + 900_000).toISOString();
  const FORMS = ['one', 'several'] as const;
  type Form = (typeof FORMS)[number];
  const of = (statement: OneOrSeveral, form: Form, common: string[]) => ({
    query: statement[form],
    parameters: form === 'one' ? [...common, batchId] : common,
  });
  const claimOf = (one: OrgContext) => ({
    ...{ batchId, annotatorId: one.actor.personId, limit: 3, mostLeases: 1000, seed: randomUUID() },
    leaseUntil: new Date(soon()),
    readerAt: null,
  });
  /** Their next read is gold, and the pool holds none of it: all places are looked at. */
  const wishOf = (one: OrgContext) => ({
    ...claimOf(one),
    ...{ limit: 0, dealt: 0, wanted: 1, places: [1, 2, 3, 4, 5, 6, 7, 8, 9], firstPass: 9, exposureLimit: 3 },
    leaseIds: [randomUUID()],
  });
  const moment = () => [new Date(0).toISOString(), now()];
  const claim = (people: readonly OrgContext[], form: Form = 'one') =>
    of(CLAIM_TOGETHER, form, [JSON.stringify(people.map(claimOf).map(claimRow)), ...moment()]);
  const claimGold = (people: readonly OrgContext[], form: Form) =>
    of(CLAIM_TOGETHER_WITH_GOLD, form, [JSON.stringify(people.map(wishOf).map(claimRow)), ...moment()]);
  const submission = (slot: { leaseId: string; taskId: string }) => ({
    n: 0,
    batch_id: batchId,
    protocol_version_id: scene.protocol.id,
    accepted: false,
    lease_id: slot.leaseId,
    task_id: slot.taskId,
    annotator_id: who.actor.personId,
    label_id: randomUUID(),
    at: now(),
    active_ms: 1000,
    answers: { grade: '2' },
    confidence: null,
    rationale: null,
    label_origin: 'manual',
    shown: null,
    app_build: 'build',
    viewport: '1x1',
    country: 'US',
  });

  const MODES = PLAN_MODES.flatMap((mode) => FORMS.map((form) => [mode, form] as const));

  test.each(MODES)(
    'a claim touches at most 100 rows, and each more in a group no more than that (%s, %s batch)',
    async (mode, form) => {
      expect(await rowsTouched(t.admin, claim([who], form), mode)).toBeLessThanOrEqual(100);
      const people = [who, ...others].sort((a, b) => (a.actor.personId < b.actor.personId ? -1 : 1));
      expect(await rowsTouched(t.admin, claim(people, form), mode)).toBeLessThanOrEqual(100 * people.length);
    },
  );

  test.each(MODES)(
    'a deal of gold touches the places that it looks at, of 3,000 in the pool (%s, %s batch)',
    async (mode, form) => {
      expect(await rowsTouched(t.admin, claimGold([who], form), mode)).toBeLessThanOrEqual(100);
    },
  );

  const oneOut = async () => {
    const [slot] = await t.sql<{ leaseId: string; taskId: string }[]>`
      select lease_id as "leaseId", task_id as "taskId" from slots
      where batch_id = ${batchId} and annotator_id = ${who.actor.personId} and status = 'leased' limit 1`;
    return slot!;
  };
  const submitOne = async (form: Form = 'one') => {
    return of(SUBMIT_TOGETHER, form, [JSON.stringify([submission(await oneOut())])]);
  };

  test.each(MODES)('a submit touches at most 100 rows (%s, %s batch)', async (mode, form) => {
    expect(await rowsTouched(t.admin, await submitOne(form), mode)).toBeLessThanOrEqual(100);
  });

  test.each(MODES.flatMap(([mode, form]) => [false, true].map((gold) => [mode, form, gold] as const)))(
    'a submit with the next claim touches at most 100 rows (%s, %s batch, gold: %s)',
    async (mode, form, gold) => {
      const row = { ...submission(await oneOut()), ...claimRow(gold ? wishOf(who) : claimOf(who), 0) };
      const statement = gold ? SUBMIT_AND_CLAIM_WITH_GOLD : SUBMIT_AND_CLAIM;
      const said = of(statement, form, [JSON.stringify([row]), ...moment()]);
      expect(await rowsTouched(t.admin, said, mode)).toBeLessThanOrEqual(100);
    },
  );

  test.each([
    ['claim', async () => claim([who])],
    ['submit', submitOne],
  ])(
    'a %s finds a busy reader by the newest version of their row, however many a long transaction keeps',
    async (_, said: () => Promise<Said>) => {
      const { personId } = who.actor;
      const reader = await t.admin.reserve();
      try {
        await reader`begin isolation level repeatable read`;
        await reader`select count(*) from readers`;
        for (let i = 0; i < VERSIONS; i += 1)
          await t.sql`update readers set released = released where batch_id = ${batchId} and annotator_id = ${personId}`;
        expect(await pagesTouched(t.admin, await said(), 'readers')).toBeLessThan(40);
      } finally {
        await reader`rollback`;
        reader.release();
      }
    },
  );

  test('who lies where this process wrote them last is found there, whatever versions there are besides', async () => {
    const { personId } = who.actor;
    const readerAt = async () => {
      const [row] = await t.sql<{ at: string }[]>`
        select ctid as at from readers where batch_id = ${batchId} and annotator_id = ${personId}`;
      return row!.at;
    };
    const reader = await t.admin.reserve();
    try {
      await reader`begin isolation level repeatable read`;
      await reader`select count(*) from readers`;
      for (let i = 0; i < VERSIONS; i += 1)
        await t.sql`update readers set released = released where batch_id = ${batchId} and annotator_id = ${personId}`;
      const claimed = of(CLAIM_TOGETHER, 'one', [
        JSON.stringify([claimRow({ ...claimOf(who), readerAt: await readerAt() }, 0)]),
        ...moment(),
      ]);
      expect(await pagesTouched(t.admin, claimed, 'readers')).toBeLessThan(8);
      const slot = await oneOut();
      const known = { ...submission(slot), reader_hint: await readerAt() };
      const submitted = of(SUBMIT_TOGETHER, 'one', [JSON.stringify([known])]);
      expect(await pagesTouched(t.admin, submitted, 'readers')).toBeLessThan(8);
    } finally {
      await reader`rollback`;
      reader.release();
    }
  });

  test.each(PLAN_MODES)(
    'what was put down about a case is found among 50,000 drafts of its reader by its key (%s)',
    async (mode) => {
      const { personId } = who.actor;
      await t.sql`insert into drafts (batch_id, lease_id, annotator_id, task_id, answers, updated_at)
        select s.batch_id, s.lease_id, s.annotator_id, s.task_id, '{}', ${now()} from slots s
        where s.batch_id = ${batchId} and s.annotator_id = ${personId} on conflict do nothing`;
      const [row] = await t.sql`select count(*)::int as n, min(task_id::text) as task from drafts
        where batch_id = ${batchId} and annotator_id = ${personId}`;
      expect(row!.n).toBeGreaterThan(49_000);
      const parameters = [batchId, personId, row!.task as string, 'label'];
      expect(await findDraft(t.db, { batchId, personId, taskId: row!.task, tier: 'label' })).not.toBeNull();
      expect(await rowsTouched(t.admin, { query: FIND_DRAFT, parameters }, mode)).toBeLessThanOrEqual(5);
    },
  );

  test('thousands of late slots that a person may not take do not slow every claim', async () => {
    const { personId } = who.actor;
    // 3,000 late slots of cases the person has read: each claim looks at a window of them, then never again.
    await t.sql`update slots set lane = 0, sort_key = 1000000 + sort_key where batch_id = ${batchId} and lane = 2 and sort_key < 3000`;
    for (let i = 0; i < 40; i += 1) {
      await t.sql`update readers set claimed = submitted where batch_id = ${batchId} and annotator_id = ${personId}`;
      await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    }
    const [reader] =
      await t.sql`select late_key from readers where batch_id = ${batchId} and annotator_id = ${personId}`;
    expect(Number(reader!.late_key)).toBeGreaterThanOrEqual(1_002_999);
  });
});
