import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { READS, readMuch } from '#db/testing/hostile-batch.ts';
import { type HotSpy, listTooMuch, spyOnHot } from '#db/testing/hot-spy.ts';
import { PLAN_MODES } from '#db/testing/plan-rows.ts';
import type { OrgContext } from '#server/command/context.ts';
import { submittedBesides } from './first-reads-queries.ts';

/** Reads that reviewers gave to somebody else. */
const GIVEN = 3;

/*
 * What the live bar of a large batch asks each second, in one with 50,000 reads, 2,000 skips and as many reads that ran out, of which
 * the planner's statistics know nothing.
 */
describe('what was submitted besides first reads', () => {
  let t: TestDatabase;
  let spy: HotSpy;
  let batchId: string;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), {
      leavesBroken: {
        rules: 'all',
        because: 'makes tens of thousands of reads by hand, without their labels',
      },
    });
    const scene = await makeWorkScene(t.db, { cases: 2 });
    await t.admin.unsafe('analyze slots, tasks, readers, terms, slot_releases, labels');
    spy = spyOnHot(t.url);
    batchId = await makeBatch(scene, { overlap: 1 });
    const [who, reviewer] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    const { personId } = who.actor;
    await readMuch(t.sql, { batchId, personId, overlap: 1, held: 4, isWide: false });
    await t.sql`update readers set tier = 'review', claimed = ${GIVEN}, submitted = ${GIVEN}
      where batch_id = ${batchId} and annotator_id = ${reviewer.actor.personId}`;
    const release = (cause: string, from: number, count: number) =>
      t.sql`insert into slot_releases (batch_id, annotator_id, task_id, at, lease_id, slot_no, tier, cause, excludes, reason, paid_minor)
        select batch_id, ${personId}, id, '2026-01-02T00:00:00Z', gen_random_uuid(), 0, 'label', ${cause}, false, 'other', 0
        from tasks where batch_id = ${batchId} and sort_key between ${from}::int and ${from + count - 1}::int`;
    await release('expired', 100, 2000);
    await release('returned', 5000, GIVEN);
  }, 120_000);
  afterAll(async () => {
    await spy.end();
    await t.drop();
  });

  test.each(PLAN_MODES)(
    'is counted by what was given to somebody else alone, whatever else was passed on (%s)',
    async (mode) => {
      const [row] = await t.sql`select submitted from readers where batch_id = ${batchId} and tier = 'label'`;
      expect(row!.submitted).toBeGreaterThan(READS / 2);
      const besides = await spy.during(() => submittedBesides(spy.db, [batchId]));
      expect(besides.get(batchId)).toMatchObject({ replaced: GIVEN, corrected: 0, repeats: 0, givenUp: 0 });
      expect(spy.statements()).toHaveLength(1);
      expect(await listTooMuch(t.admin, spy.statements(), mode, () => 20)).toEqual([]);
    },
  );
});
