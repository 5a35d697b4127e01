import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { drawGold } from '#db/testing/draw-gold.ts';
import { untilWaiting } from '#db/testing/until-waiting.ts';
import type { OrgContext } from '#server/command/context.ts';
import { claimAlone, claimNextTasks } from './claim-next-tasks.ts';
import { listReaders, sumReaders } from './reads.ts';
import { releaseLeases } from './release-leases.ts';
import { submitAndNext, submitLabel } from './submit-label.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

const content = () => ({ labelId: randomUUID(), answers: { grade: '2' }, activeMs: 4000 });

describe('claim and submit', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
    scene = await makeWorkScene(t.db, { cases: 30, gold: { 0: { grade: ['2'] }, 1: { grade: ['3'] } } });
  });
  afterAll(() => t.drop());
  const claim = (who: OrgContext, batchId: string, limit = 1) =>
    claimNextTasks(who, { batchId, tier: 'label', limit });

  test('20 people who claim at once get 20 different slots', async () => {
    const batchId = await makeBatch(scene);
    const people = await makeReaders(scene, batchId, 20);
    const results = await Promise.all(people.map((who) => claim(who, batchId)));
    expect(new Set(results.flatMap((r) => r.leases.map((l) => l.leaseId))).size).toBe(20);
    const [row] = await t.sql`select count(distinct (task_id, slot_no))::int as n from slots
      where batch_id = ${batchId} and status = 'leased'`;
    expect(row?.n).toBe(20);
  });

  test('people who read until nothing is left read every case exactly as often as the overlap says, none twice', async () => {
    const batchId = await makeBatch(scene);
    const people = await makeReaders(scene, batchId, 5);
    const readAll = async (who: OrgContext) => {
      let next = (await claim(who, batchId, 3)).leases;
      while (next.length > 0) {
        scene.clock.advance(4000);
        const done = await Promise.all(
          next.map((lease, i) =>
            submitAndNext(who, { batchId, leaseId: lease.leaseId, ...content(), limit: i === 0 ? 3 : 0 }),
          ),
        );
        next = done.flatMap((one) => one.next.leases);
      }
    };
    await Promise.all(people.map(readAll));
    // Whoever was last to look may have met slots that others held for a moment: look once more.
    await Promise.all(people.map(readAll));
    const [row] = await t.sql`select count(*)::int as n, count(distinct (annotator_id, task_id))::int as pairs
      from slots where batch_id = ${batchId} and status = 'submitted'`;
    expect(row).toEqual({ n: 90, pairs: 90 });
    const totals = await sumReaders(t.db, batchId);
    expect(totals).toMatchObject({ claimed: 90, submitted: 90, activeMs: 360_000 });
    expect(totals.encumberedMinor).toBe(90n * 138n);
    const [tasks] =
      await t.sql`select count(*)::int as n from tasks where batch_id = ${batchId} and status = 'labelled'`;
    expect(tasks?.n).toBe(30);
  });

  test('three tabs of one person with a prefetch of five neither lose nor double a case', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, prefetch: 5 });
    const [who] = await makeReaders(scene, batchId, 1);
    const tab = async () => {
      for (let turn = 0; turn < 20; turn += 1) {
        const { leases } = await claim(who!, batchId, 5);
        if (leases.length === 0) return;
        for (const lease of leases)
          await submitLabel(who!, { batchId, leaseId: lease.leaseId, ...content() });
      }
    };
    await Promise.all([tab(), tab(), tab()]);
    const [reader] = await listReaders(t.db, batchId);
    expect(reader).toMatchObject({ claimed: 30, submitted: 30 });
  });

  test('tabs of one person that reach for the reads of one case at once get it once, and none fails', async () => {
    const batchId = await makeBatch(scene, { overlap: 3, caseIds: [scene.dataset.cases[0]!.id] });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const tab = () => claimAlone(who, { batchId, tier: 'label', limit: 1 });
    // One read was given back, another lies ahead of them.
    await t.sql`update slots set lane = 0 where batch_id = ${batchId} and slot_no = 0`;
    await t.sql`update readers set lane = 2, after_key = -1, late_key = -1 where batch_id = ${batchId}`;
    // Both have begun, and wait for the reader's row, before either takes anything.
    const holder = await t.admin.reserve();
    await holder`begin`;
    await holder`select 1 from readers where batch_id = ${batchId} for update`;
    const tabs = [tab(), tab()];
    await untilWaiting(t, 2);
    await holder`rollback`;
    holder.release();
    expect((await Promise.all(tabs)).flatMap((one) => one.leases)).toHaveLength(1);
  });

  test('a search that went on from where it had found something says that there is nothing only after a look at what lies before', async () => {
    const batchId = await makeBatch(scene, { overlap: 2, caseIds: [scene.dataset.cases[0]!.id] });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    await t.sql`update readers set after_key = 1000, late_key = 1000, sweep_lane = 2, sweep_key = 1000 where batch_id = ${batchId}`;
    expect((await claim(who, batchId)).leases).toHaveLength(1);
  });

  test('the same id with the same content is a replay, with other content a conflict, and both write one label', async () => {
    const batchId = await makeBatch(scene);
    const [who] = await makeReaders(scene, batchId, 1);
    const { leases } = await claim(who!, batchId, 1);
    const submit = { batchId, leaseId: leases[0]!.leaseId, ...content() };
    const both = await Promise.all([
      submitLabel(who!, submit),
      submitLabel(who!, submit),
      submitLabel(who!, submit),
    ]);
    expect(both.filter((one) => !one.isReplay)).toHaveLength(1);
    expect(await submitLabel(who!, submit)).toMatchObject({
      isReplay: true,
      submittedAt: both[0]!.submittedAt,
    });
    await expect(submitLabel(who!, { ...submit, answers: { grade: '4' } })).rejects.toMatchObject({
      kind: 'conflict',
      reason: 'label_id_reused',
    });
    const [row] = await t.sql`select count(*)::int as n from labels where batch_id = ${batchId}`;
    expect(row?.n).toBe(1);
  });

  test('a submit for somebody else’s slot, an unknown lease and wrong answers are refused, and nothing changes', async () => {
    const batchId = await makeBatch(scene);
    const [one, other] = await makeReaders(scene, batchId, 2);
    const { leases } = await claim(one!, batchId);
    const lease = { batchId, leaseId: leases[0]!.leaseId };
    await expect(submitLabel(other!, { ...lease, ...content() })).rejects.toMatchObject({
      kind: 'not_found',
      reason: 'lease_unknown',
    });
    await expect(submitLabel(one!, { batchId, leaseId: randomUUID(), ...content() })).rejects.toMatchObject({
      kind: 'not_found',
      reason: 'lease_unknown',
    });
    await expect(
      submitLabel(one!, { ...lease, ...content(), answers: { grade: '9', extra: 1 } }),
    ).rejects.toMatchObject({
      kind: 'invalid',
      details: [{ code: 'unknown_field' }, { code: 'unknown_label', path: 'grade' }],
    });
    const [row] = await t.sql`select count(*)::int as n from labels where batch_id = ${batchId}`;
    expect(row?.n).toBe(0);
  });

  test('an empty claim says why: nothing left, all seen, not joined', async () => {
    const batchId = await makeBatch(scene, {
      overlap: 1,
      caseIds: scene.dataset.cases.slice(0, 2).map((c) => c.id),
    });
    const [one, other] = await makeReaders(scene, batchId, 2);
    const { leases } = await claim(one!, batchId, 3);
    expect(leases).toHaveLength(2);
    expect((await claim(other!, batchId)).reasons[0]?.code).toBe('work.all_taken');
    for (const lease of leases) await submitLabel(one!, { batchId, leaseId: lease.leaseId, ...content() });
    expect((await claim(other!, batchId)).reasons[0]?.code).toBe('work.none_left');
    await expect(claim(scene.sponsor, batchId)).rejects.toMatchObject({ reason: 'not_joined' });
  });

  test('who asks in a batch that is read out is told so without a lock, and gets what comes back at once', async () => {
    const caseIds = scene.dataset.cases.slice(0, 1).map((c) => c.id);
    const batchId = await makeBatch(scene, { overlap: 1, caseIds });
    const [one, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    const { leases } = await claim(one, batchId);
    await t.sql.begin(async (sql) => {
      await sql`select 1 from readers where batch_id = ${batchId} for update`;
      expect((await claim(other, batchId)).reasons[0]?.code).toBe('work.all_taken');
    });
    await releaseLeases(one, { batchId, leaseIds: leases.map((lease) => lease.leaseId) });
    expect((await claim(other, batchId)).leases).toHaveLength(1);
  });

  test('dealt gold is mixed in at its share, once per reader and case, scored on the reader’s row, and looks like any lease', async () => {
    const batchId = await makeBatch(scene, { goldMode: 'dealt', goldShareBasisPoints: 3000, overlap: 2 });
    const people = await makeReaders(scene, batchId, 2);
    // Each is dealt both cases of the pool among the 28 ordinary ones, whatever the ids of this run.
    drawGold({ batchId, people, shareBasisPoints: 3000, count: 28, atLeast: 2 });
    for (const who of people) {
      for (let turn = 0; turn < 40; turn += 1) {
        const { leases } = await claim(who, batchId, 3);
        for (const lease of leases) {
          expect(Object.keys(lease).sort()).toEqual(['isReturned', 'leaseId', 'leaseUntil', 'round']);
          await submitLabel(who, { batchId, leaseId: lease.leaseId, ...content() });
        }
        if (leases.length === 0) break;
      }
    }
    const rows = await listReaders(t.db, batchId);
    expect(rows.map((r) => [r.goldN, r.goldOk])).toEqual([
      [2, 1],
      [2, 1],
    ]);
    expect(rows.map((r) => r.submitted)).toEqual([30, 30]);
    // Gold is accepted, and so earned, at once (R30); the rest waits for its review period.
    expect(rows.map((r) => r.accruedMinor)).toEqual([240n, 240n]);
  });
});
