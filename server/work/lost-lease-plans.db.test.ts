import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { readMuch } from '#db/testing/hostile-batch.ts';
import { type HotSpy, listTooMuch, spyOnHot } from '#db/testing/hot-spy.ts';
import { PLAN_MODES, pagesTouched } from '#db/testing/plan-rows.ts';
import type { OrgContext } from '#server/command/context.ts';
import { checkedForHolder } from './checked-answers.ts';
import { countKeptDrafts } from './draft-queries.ts';
import { extendLease } from './extend-lease.ts';
import { saveDraft } from './save-draft.ts';
import { skipTask } from './skip-task.ts';
import { submitLabel } from './submit-label.ts';

/** Times that the clock took a case from the person. */
const LOST = 20_000;
/** The newest of them are looked at, each with its draft and what became of the case, for what is kept. */
const KEPT = 200;

/*
 * What is asked about a lease that is over, of a person who has read 50,000 cases of the batch and lost 20,000. The rows of an index
 * are not all there is to see: what is passed over within one shows by its pages alone.
 */
describe('a lease that is over', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let spy: HotSpy;
  let batchId: string;
  let who: OrgContext;
  let other: OrgContext;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), {
      leavesBroken: {
        rules: 'all',
        because: 'makes tens of thousands of reads by hand, without their labels',
      },
    });
    scene = await makeWorkScene(t.db, { cases: 2 });
    await t.admin.unsafe('analyze slots, tasks, readers, terms, slot_releases, labels, drafts');
    spy = spyOnHot(t.url);
    batchId = await makeBatch(scene, { overlap: 1 });
    [who, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    const { personId } = who.actor;
    await readMuch(t.sql, { batchId, personId, overlap: 1, held: 4, isWide: false });
    await t.sql`insert into slot_releases (batch_id, annotator_id, task_id, at, lease_id, slot_no, tier, cause, excludes, reason, paid_minor)
      select batch_id, ${personId}, id, '2026-01-01T00:00:00Z'::timestamptz + make_interval(secs => sort_key), gen_random_uuid(), 0, 'label', 'expired', false, 'lease_over', 0
      from tasks where batch_id = ${batchId} and sort_key between 100 and ${LOST + 99}`;
  }, 120_000);
  afterAll(async () => {
    await spy.end();
    await t.drop();
  });

  const asSpied = (one: OrgContext): OrgContext => ({ ...one, db: spy.db });
  const lost = async (cause: string): Promise<string> => {
    const [row] =
      await t.sql`select lease_id from slot_releases where batch_id = ${batchId} and cause = ${cause}
      order by lease_id limit 1`;
    return row!.lease_id;
  };
  const submitted = async (): Promise<string> => {
    const [row] = await t.sql`select lease_id from slots where batch_id = ${batchId} and status = 'submitted'
      order by lease_id limit 1`;
    return row!.lease_id;
  };

  test('is said to be over by the heartbeat, as what another holds and what nobody does; who has not joined is refused', async () => {
    const [gone, done] = [await lost('expired'), await submitted()];
    const leaseIds = [gone, done, randomUUID()];
    const over = leaseIds.map((leaseId) => ({ leaseId, leaseUntil: null }));
    expect(await extendLease(who, { batchId, leaseIds })).toEqual(over);
    expect(await extendLease(who, { batchId, leaseIds: [done] })).toEqual(over.slice(1, 2));
    expect(await extendLease(other, { batchId, leaseIds })).toEqual(over);
    const [held] =
      await t.sql`select lease_id from slots where batch_id = ${batchId} and status = 'leased' limit 1`;
    const leaseId = held!.lease_id as string;
    const others = { batchId, leaseIds: [leaseId] };
    expect(await extendLease(other, others)).toEqual([{ leaseId, leaseUntil: null }]);
    await expect(extendLease(scene.sponsor, { batchId, leaseIds })).rejects.toMatchObject({
      reason: 'lease_over',
    });
  });

  test('tells what is wrong with the answers to whoever lost it, and to nobody else', async () => {
    const { labelSchema } = scene.protocol;
    const faulty = (one: OrgContext, leaseId: string) =>
      checkedForHolder(one, { batchId, leaseId }, labelSchema, { nothing: 'of the kind' });
    const gone = await lost('expired');
    await expect(faulty(who, gone)).rejects.toMatchObject({ reason: 'answers_invalid' });
    await expect(faulty(other, gone)).rejects.toMatchObject({ reason: 'lease_unknown', details: [] });
    await expect(faulty(who, await submitted())).rejects.toMatchObject({ reason: 'lease_unknown' });
  });

  test('is found by its key, however much its holder has read and lost', async () => {
    const [gone, done, passed] = [await lost('expired'), await submitted(), await lost('skipped')];
    const me = asSpied(who);
    const label = () => ({ labelId: randomUUID(), answers: { grade: '2' }, activeMs: 5 });
    await spy.during(async () => {
      expect(await extendLease(me, { batchId, leaseIds: [gone, done] })).toHaveLength(2);
      const draft = { batchId, leaseId: gone, answers: { grade: '1' }, activeMs: 3 };
      expect((await saveDraft(me, draft)).savedAt).not.toBeNull();
      await expect(submitLabel(me, { batchId, leaseId: gone, ...label() })).rejects.toMatchObject({
        reason: 'lease_over',
      });
      await expect(submitLabel(me, { batchId, leaseId: done, ...label() })).rejects.toMatchObject({
        reason: 'lease_unknown',
      });
      await skipTask(me, { batchId, leaseId: passed, reason: 'other' });
    });
    for (const said of spy.statements())
      for (const table of ['slots', 'slot_releases', 'drafts', 'labels'])
        expect([await pagesTouched(t.admin, said, table), said.query]).toEqual([
          expect.toSatisfy((pages: number) => pages < 30),
          said.query,
        ]);
    for (const mode of PLAN_MODES)
      expect(await listTooMuch(t.admin, spy.statements(), mode, () => 20)).toEqual([]);
  });

  test.each(PLAN_MODES)(
    'that kept something is looked for among the newest that were lost (%s)',
    async (mode) => {
      const key = { batchId, annotatorId: who.actor.personId, tier: 'label' as const };
      await spy.during(() => countKeptDrafts(spy.db, key));
      const asked = spy.statements().filter(({ query }) => /count\(distinct x\.task_id\)/.test(query));
      expect(asked).toHaveLength(1);
      expect(await listTooMuch(t.admin, asked, mode, () => 3 * KEPT)).toEqual([]);
    },
  );
});
