import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { DAY } from '#server/core/clock.ts';
import { acceptAfterPeriod } from './accept-after-period.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { releaseLeases } from './release-leases.ts';
import { submitLabel } from './submit-label.ts';

describe('what is out stands on its reader’s row (ADR 039)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 8 });
  });
  afterAll(() => t.drop());

  const heldBy = async (batchId: string) => {
    const rows =
      await t.sql`select unnest(held) as task_id from readers where batch_id = ${batchId} order by 1`;
    return rows.map((row) => row.task_id);
  };
  const leased = async (batchId: string) => {
    const rows =
      await t.sql`select task_id from slots where batch_id = ${batchId} and status = 'leased' order by 1`;
    return rows.map((row) => row.task_id);
  };

  test('claims add to the list, submits and what is given back take from it', async () => {
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [who] = (await makeReaders(scene, batchId, 1)) as [Parameters<typeof claimNextTasks>[0]];
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 4 });
    expect(leases.length).toBeGreaterThan(2);
    expect(await heldBy(batchId)).toEqual(await leased(batchId));
    const [first, second] = leases;
    const label = { labelId: randomUUID(), answers: { grade: '1' }, activeMs: 1000 };
    await submitLabel(who, { batchId, leaseId: first!.leaseId, ...label });
    await releaseLeases(who, { batchId, leaseIds: [second!.leaseId] });
    expect(await heldBy(batchId)).toHaveLength(leases.length - 2);
    expect(await heldBy(batchId)).toEqual(await leased(batchId));
  });

  test('no index of the slots holds, or goes by, what a submit changes', async () => {
    const rows = await t.admin<{ column: string }[]>`
      select distinct a.attname as column from pg_index i
      join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = i.indexrelid and d.refobjid = i.indrelid and d.refobjsubid > 0
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = d.refobjsubid
      where i.indrelid = 'slots'::regclass`;
    const named = rows.map((row) => row.column);
    expect(named).toContain('claimed_at');
    for (const changed of ['status', 'submitted_at', 'label_id', 'revision', 'lease_until', 'lease_id'])
      expect(named).not.toContain(changed);
  });

  test('a slot that is submitted stays in its page, and is accepted after its review period (R30)', async () => {
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [who] = (await makeReaders(scene, batchId, 1)) as [Parameters<typeof claimNextTasks>[0]];
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    const place = async () => {
      const [row] = await t.sql`select (ctid::text::point)[0] as page, status from slots
        where batch_id = ${batchId} and annotator_id is not null`;
      return row;
    };
    const before = await place();
    const label = { labelId: randomUUID(), answers: { grade: '1' }, activeMs: 1000 };
    await submitLabel(who, { batchId, leaseId: leases[0]!.leaseId, ...label });
    expect(await place()).toEqual({ page: before!.page, status: 'submitted' });
    scene.clock.advance(60 * DAY);
    expect(await acceptAfterPeriod(scene.sponsor)).toEqual({ accepted: 2 });
    expect(await place()).toMatchObject({ status: 'accepted' });
  });
});
