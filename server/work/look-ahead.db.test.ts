import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { SECOND } from '#server/core/clock.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { looksDone } from './look-ahead.ts';
import { submitAndNext } from './submit-label.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

describe('the look at a reader ahead of their claims', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, {
      cases: 20,
      gold: Object.fromEntries([0, 1, 2, 3].map((i) => [i, { grade: ['2'] }])),
    });
  });
  afterAll(() => t.drop());

  /** Seconds since the look that the reader's row tells of. */
  const age = async (batchId: string) => {
    await looksDone();
    const [row] = await t.sql`select checked_at from readers where batch_id = ${batchId}`;
    return (scene.clock.now().getTime() - new Date(row?.checked_at).getTime()) / SECOND;
  };
  const open = async (goldMode: 'none' | 'dealt') => {
    const batchId = await makeBatch(
      scene,
      goldMode === 'dealt' ? { goldMode, goldShareBasisPoints: 500 } : {},
    );
    const [who] = await makeReaders(scene, batchId, 1);
    if (!who) throw new Error('The scene has a reader.');
    return { batchId, who, claim: () => claimNextTasks(who, { batchId, tier: 'label', limit: 1 }) };
  };

  test.each(['none', 'dealt'] as const)(
    'comes with a claim half a minute after the last, gold %s',
    async (gold) => {
      const { batchId, claim } = await open(gold);
      scene.clock.advance(29 * SECOND);
      expect((await claim()).leases).toHaveLength(1);
      expect(await age(batchId)).toBe(29);
      scene.clock.advance(2 * SECOND);
      expect((await claim()).leases).toHaveLength(1);
      expect(await age(batchId)).toBe(0);
    },
  );

  test.each(['none', 'dealt'] as const)('comes with a submit that claims the next, gold %s', async (gold) => {
    const { batchId, who, claim } = await open(gold);
    const [lease] = (await claim()).leases;
    scene.clock.advance(40 * SECOND);
    const done = await submitAndNext(who, {
      ...{ batchId, leaseId: lease?.leaseId ?? '', labelId: randomUUID() },
      ...{ answers: { grade: '2' }, activeMs: 4000, limit: 1 },
    });
    expect(done.next.leases).toHaveLength(1);
    expect(await age(batchId)).toBe(0);
  });

  test('who is refused keeps the old mark, and hears of it from the claim after it has run out', async () => {
    const { batchId, who, claim } = await open('none');
    await t.admin`update engagements set status = 'ended', ended_at = now() where person_id = ${who.actor.personId}`;
    scene.clock.advance(40 * SECOND);
    expect((await claim()).leases).toHaveLength(1);
    expect(await age(batchId)).toBe(40);
    scene.clock.advance(21 * SECOND);
    const later = await claim();
    expect(later.leases).toEqual([]);
    expect(later.reasons.length).toBeGreaterThan(0);
  });
});
