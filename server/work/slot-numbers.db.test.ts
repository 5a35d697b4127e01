import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { requestRepeats } from './request-repeats.ts';
import { skipTask } from './skip-task.ts';
import { submitLabel } from './submit-label.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

/** Where slot numbers of a small crowd met other uses: reviews at 2000, repeats at 4000, beyond two bytes at 40000. */
const READERS = [1500, 4200, 40_000];

describe('slot numbers of a large crowd', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, {
      // So many that is not gold that nobody is through with it before they meet gold.
      cases: 60,
      gold: Object.fromEntries(Array.from({ length: 8 }, (_, i) => [i, { grade: ['2'] }])),
    });
  });
  afterAll(() => t.drop());
  /** Readers of a batch with the numbers that the 1,500th, the 4,200th and the 40,000th would have. */
  async function crowd(batchId: string): Promise<OrgContext[]> {
    const people = await makeReaders(scene, batchId, READERS.length);
    for (const [i, who] of people.entries())
      await t.admin`update readers set reader_no = ${READERS[i]!}
        where batch_id = ${batchId} and annotator_id = ${who.actor.personId}`;
    return people;
  }
  const claim = async (who: OrgContext, batchId: string) =>
    (await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases[0];
  const slotOf = async (batchId: string, leaseId: string) =>
    (
      await t.admin`select s.slot_no, s.task_id, t.is_dealt_gold from slots s join tasks t on t.batch_id = s.batch_id and t.id = s.task_id
        where s.batch_id = ${batchId} and s.lease_id = ${leaseId}`
    )[0]!;

  test('dealt gold that is skipped disappears, and gold that is read is none of the case’s reads', async () => {
    const batchId = await makeBatch(scene, { goldMode: 'dealt', goldShareBasisPoints: 5000, overlap: 3 });
    for (const who of await crowd(batchId)) {
      let skipped = 0;
      let read = 0;
      for (let lease = await claim(who, batchId); lease && read < 4; lease = await claim(who, batchId)) {
        const slot = await slotOf(batchId, lease.leaseId);
        if (slot.is_dealt_gold && skipped === 0) {
          await skipTask(who, { batchId, leaseId: lease.leaseId, reason: 'not_qualified' });
          skipped += 1;
          const left =
            await t.admin`select 1 from slots where batch_id = ${batchId} and task_id = ${slot.task_id}
            and slot_no = ${slot.slot_no}`;
          expect(left).toHaveLength(0);
          continue;
        }
        if (slot.is_dealt_gold) read += 1;
        const answer = { labelId: randomUUID(), answers: { grade: '2' }, activeMs: 10 };
        await submitLabel(who, { batchId, leaseId: lease.leaseId, ...answer });
      }
      expect(skipped).toBe(1);
    }
    const [counted] = await t.admin`select count(*)::int as n from tasks
      where batch_id = ${batchId} and is_dealt_gold and reads_done > 0`;
    expect(counted!.n).toBe(0);
  });

  test('R23: anybody of the crowd can be asked for repeats', async () => {
    const batchId = await makeBatch(scene, {
      overlap: 3,
      caseIds: scene.dataset.cases.slice(0, 2).map((one) => one.id),
    });
    for (const who of await crowd(batchId)) {
      const asked = { batchId, annotatorId: who.actor.personId, rounds: 3, afterDays: 0 };
      expect(await requestRepeats(scene.sponsor, asked)).toEqual({ added: 4 });
      const rounds: number[] = [];
      for (let lease = await claim(who, batchId); lease; lease = await claim(who, batchId)) {
        rounds.push(lease.round);
        const answer = { labelId: randomUUID(), answers: { grade: '1' }, activeMs: 10 };
        await submitLabel(who, { batchId, leaseId: lease.leaseId, ...answer });
      }
      expect(rounds).toEqual([1, 1, 2, 2, 3, 3]);
    }
  });
});
