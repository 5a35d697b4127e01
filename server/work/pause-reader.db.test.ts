import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { notifications } from '#db/schema/notifications.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { SECOND } from '#server/core/clock.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { extendLease } from './extend-lease.ts';
import { pauseReader, resumeReader } from './pause-reader.ts';
import { listMyWork } from './reading-views.ts';
import type { Tier } from './rules.ts';
import { setStanding } from './set-standing.ts';
import { submitLabel } from './submit-label.ts';

const ALIAS: Record<Tier, string> = { label: 'R01', review: 'V01', audit: 'U01', adjudicate: 'A01' };
const because = { reason: 'Sides are mixed up; we talk about it first.' };

describe('whoever leads quality pauses a person of any tier and lets them go on (R26)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
    scene = await makeWorkScene(t.db, { cases: 6 });
  });
  afterAll(() => t.drop());
  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const claim = (who: OrgContext, batchId: string, tier: Tier = 'label') =>
    claimNextTasks(who, { batchId, tier, limit: 1 });
  const content = () => ({ labelId: randomUUID(), answers: { grade: '1' }, activeMs: 1000 });
  const notes = (who: OrgContext) =>
    t.db.select().from(notifications).where(eq(notifications.personId, who.actor.personId));

  test('a reader: the open lease is finished and paid, nothing new comes, the reason is told, and they go on', async () => {
    const batchId = await makeBatch(scene, { leaseSeconds: 60 });
    const [one, other] = await makeReaders(scene, batchId, 2);
    const { leases } = await claim(one!, batchId);
    const on = { batchId, tier: 'label' as const, alias: ALIAS.label };
    await pauseReader(scene.sponsor, { ...on, ...because });
    scene.clock.advance(30 * SECOND);
    const [beat] = await extendLease(one!, { batchId, leaseIds: [leases[0]!.leaseId] });
    expect(beat!.leaseUntil).toEqual(leases[0]!.leaseUntil);
    await submitLabel(one!, { batchId, leaseId: leases[0]!.leaseId, ...content() });
    const empty = await claim(one!, batchId);
    expect(empty).toMatchObject({ leases: [], reasons: [{ code: 'reader.paused' }] });
    expect(empty.reasons[0]!.message).toContain(because.reason);
    expect(await listMyWork(one!)).toContainEqual(
      expect.objectContaining({
        batchId,
        isAllowed: false,
        reasons: [expect.objectContaining({ code: 'reader.paused' })],
      }),
    );
    expect(await notes(one!)).toMatchObject([
      { kind: 'quality.paused', title: expect.stringContaining(because.reason) },
    ]);
    expect((await claim(other!, batchId)).leases).toHaveLength(1);
    await resumeReader(scene.sponsor, { ...on, reason: 'We have talked.' });
    expect((await claim(one!, batchId)).leases).toHaveLength(1);
    expect((await notes(one!)).map((note) => note.kind)).toContain('quality.back_to_work');
    const trail = await t.sql`select action, detail from audit_events
      where subject_id = ${batchId} and action like 'work.reader_%' order by at`;
    expect(trail).toMatchObject([
      { action: 'work.reader_paused', detail: { tier: 'label', ...because } },
      { action: 'work.reader_resumed', detail: { tier: 'label', reason: 'We have talked.' } },
    ]);
  });

  test.each(['review', 'adjudicate'] as const)(
    'a person at %s, whose label tier is not touched',
    async (tier) => {
      const batchId = await makeBatch(scene, {
        overlap: 1,
        caseIds: scene.dataset.cases.slice(0, 2).map((one) => one.id),
        reviewShareBasisPoints: tier === 'review' ? 10_000 : 0,
        isAdjudicated: false,
      });
      const [reader] = await makeReaders(scene, batchId, 1);
      for (const _case of [1, 2]) {
        const { leases } = await claim(reader!, batchId);
        await submitLabel(reader!, { batchId, leaseId: leases[0]!.leaseId, ...content() });
      }
      await settleTasks(system(), { batchId });
      const [who] = await makeReaders(scene, batchId, 1, tier);
      await pauseReader(scene.sponsor, { batchId, tier, alias: ALIAS[tier], ...because });
      expect(await claim(who!, batchId, tier)).toMatchObject({
        leases: [],
        reasons: [{ code: 'reader.paused' }],
      });
      const standing =
        await t.sql`select tier, status from readers where batch_id = ${batchId} order by tier`;
      expect(standing).toEqual(
        expect.arrayContaining([
          { tier: 'label', status: 'active' },
          { tier, status: 'paused' },
        ]),
      );
      if (tier === 'adjudicate') return;
      await resumeReader(scene.sponsor, { batchId, tier, alias: ALIAS[tier], ...because });
      expect((await claim(who!, batchId, tier)).leases).toHaveLength(1);
    },
  );

  test('of two who decide at once one is told so; a name of another tier and a person in calibration are refused', async () => {
    const batchId = await makeBatch(scene);
    const [who] = await makeReaders(scene, batchId, 1);
    const on = { batchId, tier: 'label' as const, alias: ALIAS.label, ...because };
    const raced = await Promise.allSettled([1, 2, 3].map(() => pauseReader(scene.sponsor, on)));
    expect(raced.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(await notes(who!)).toHaveLength(1);
    await expect(pauseReader(scene.sponsor, on)).rejects.toMatchObject({ reason: 'standing_changed' });
    await expect(pauseReader(scene.sponsor, { ...on, tier: 'review' })).rejects.toMatchObject({
      reason: 'reader_unknown',
    });
    // Whoever leads quality and reads too decides on others only (R26).
    const self = { ...scene.sponsor, actor: { ...scene.sponsor.actor, personId: who!.actor.personId } };
    await expect(resumeReader(self, on)).rejects.toMatchObject({ kind: 'forbidden', reason: 'own_standing' });
    await resumeReader(scene.sponsor, on);
    await expect(pauseReader(self, on)).rejects.toMatchObject({ kind: 'forbidden', reason: 'own_standing' });
    await transact(system(), (tx) =>
      setStanding(tx, {
        batchId,
        personId: who!.actor.personId,
        tier: 'label',
        from: ['active'],
        to: 'calibration_only',
        reason: null,
      }),
    );
    await expect(pauseReader(scene.sponsor, on)).rejects.toMatchObject({ reason: 'reader_calibrating' });
    await expect(resumeReader(scene.sponsor, on)).rejects.toMatchObject({ reason: 'reader_calibrating' });
  });
});
