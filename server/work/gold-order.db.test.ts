import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { claimAlone, claimNextTasks } from './claim-next-tasks.ts';
import { goldOrdinals } from './rules.ts';

const GOLD = 40;
const SHARE = 3000;
/** Cases of a claim, and claims of a person: as many leases as a prefetch of 20 lets them hold. */
const K = 3;
const CLAIMS = 28;
const PEOPLE = 6;
/** Claims with one gold case among three at least: that a place is left out by chance comes to 3 × (2/3)^65, less than 1e-10. */
const WITH_ONE = 65;

describe('R21: the place of a gold case among what is handed out', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, {
      cases: GOLD + 90,
      gold: Object.fromEntries(Array.from({ length: GOLD }, (_, i) => [i, { grade: ['2'] }])),
    });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await t.drop();
  });

  /** Chooses a secret that deals one gold case in so many of the claims, whatever the ids of this run. */
  function drawOnes(batchId: string, people: readonly OrgContext[]): void {
    for (let n = 0; ; n += 1) {
      const secret = `a-secret-of-the-tests-${n}`;
      const ones = people.flatMap(({ actor: { personId: annotatorId } }) =>
        Array.from({ length: CLAIMS }, (_, i) =>
          goldOrdinals({ secret, batchId, annotatorId, dealt: K * i, count: K, shareBasisPoints: SHARE }),
        ).filter((gold) => gold === 1),
      );
      if (ones.length < WITH_ONE) continue;
      vi.stubEnv('READROOM_GOLD_SECRET', secret);
      return;
    }
  }

  test.each([
    ['a claim that goes with a group’s', claimNextTasks],
    ['a claim that looks at everything', claimAlone],
  ])('in %s is any of them', async (_, claim) => {
    const batchId = await makeBatch(scene, {
      goldMode: 'dealt',
      goldShareBasisPoints: SHARE,
      overlap: PEOPLE,
      prefetch: 20,
    });
    const people = await makeReaders(scene, batchId, PEOPLE);
    drawOnes(batchId, people);
    const claims: string[][] = [];
    for (const who of people)
      for (let i = 0; i < CLAIMS; i += 1) {
        const { leases } = await claim(who, { batchId, tier: 'label', limit: K });
        expect(leases).toHaveLength(K);
        claims.push(leases.map((lease) => lease.leaseId));
      }
    const rows = await t.sql<{ id: string }[]>`select s.lease_id as id from slots s
      join tasks k on k.batch_id = s.batch_id and k.id = s.task_id and k.is_dealt_gold
      where s.batch_id = ${batchId}`;
    const gold = new Set(rows.map((row) => row.id));
    const withOne = claims.filter((ids) => ids.filter((id) => gold.has(id)).length === 1);
    expect(withOne.length).toBeGreaterThanOrEqual(WITH_ONE);
    const places = new Set(withOne.map((ids) => ids.findIndex((id) => gold.has(id))));
    expect([...places].sort()).toEqual([0, 1, 2]);
  });
});
