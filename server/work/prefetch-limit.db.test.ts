import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { claimAlone, claimNextTasks } from './claim-next-tasks.ts';
import { submitAndNext } from './submit-label.ts';

const PREFETCH = 2;
const ASKED = 9;

describe('the batch says how many cases come at once, whatever a client asks for', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let batchId: string;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 20 });
    batchId = await makeBatch(scene, { prefetch: PREFETCH });
  });
  afterAll(() => t.drop());

  const reader = async () => (await makeReaders(scene, batchId, 1))[0]!;
  const claim = (who: OrgContext, limit: number) => claimNextTasks(who, { batchId, tier: 'label', limit });
  const heldBy = async (who: OrgContext) => {
    const rows = await t.sql`select lease_id from slots where batch_id = ${batchId} and status = 'leased'
      and annotator_id = ${who.actor.personId}`;
    return rows.length;
  };

  test('in a claim that goes with a group’s', async () => {
    const who = await reader();
    expect((await claim(who, ASKED)).leases).toHaveLength(PREFETCH);
    expect(await heldBy(who)).toBe(PREFETCH);
  });

  test('in a claim that looks at everything', async () => {
    const who = await reader();
    const { leases } = await claimAlone(who, { batchId, tier: 'label', limit: ASKED });
    expect(leases).toHaveLength(PREFETCH);
    expect(await heldBy(who)).toBe(PREFETCH);
  });

  test('in the claim that comes with a submit', async () => {
    const who = await reader();
    const [lease] = (await claim(who, 1)).leases;
    const label = { labelId: randomUUID(), answers: { grade: '2' }, activeMs: 1000 };
    const { next } = await submitAndNext(who, { batchId, leaseId: lease!.leaseId, ...label, limit: ASKED });
    expect(next.leases).toHaveLength(PREFETCH);
    expect(await heldBy(who)).toBe(PREFETCH);
  });
});
