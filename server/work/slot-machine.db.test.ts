import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { systemContext } from '#server/command/context.ts';
import { SECOND } from '#server/core/clock.ts';
import { checkWorkInvariants } from './check-invariants.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { sumReaders } from './reads.ts';
import { reclaimLeases } from './reclaim-leases.ts';
import { releaseLeases } from './release-leases.ts';
import { skipTask } from './skip-task.ts';
import { submitLabel } from './submit-label.ts';

let t: TestDatabase;
let scene: WorkScene;
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  scene = await makeWorkScene(t.db, { cases: 5 });
});
afterAll(() => t.drop());

const READERS = 3;
const step = fc.record({
  who: fc.nat({ max: READERS - 1 }),
  what: fc.constantFrom('claim', 'claim', 'submit', 'submit', 'skip', 'release', 'late', 'sleep', 'reclaim'),
  pick: fc.nat({ max: 50 }),
});

/** What the simplest bookkeeping says of one reader. */
type Model = {
  held: Map<string, number>;
  lost: string[];
  submitted: number;
  skipped: number;
  released: number;
};

test('whatever readers do in whatever order, the slots do what a simple ledger of leases says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const batchId = await makeBatch(scene, { overlap: 2, leaseSeconds: 60 });
      const people = await makeReaders(scene, batchId, READERS);
      const models: Model[] = people.map(() => ({
        held: new Map(),
        lost: [],
        submitted: 0,
        skipped: 0,
        released: 0,
      }));
      const everGiven = new Set<string>();
      const now = () => scene.clock.now().getTime();
      const system = systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
      for (const { who, what, pick } of steps) {
        const person = people[who]!;
        const model = models[who]!;
        const live = [...model.held].filter(([, until]) => until > now()).map(([id]) => id);
        const leaseId = live[pick % Math.max(1, live.length)];
        const label = { batchId, labelId: randomUUID(), answers: { grade: '1' }, activeMs: 100 };
        if (what === 'claim') {
          const limit = 1 + (pick % 3);
          const { leases } = await claimNextTasks(person, { batchId, tier: 'label', limit });
          expect(leases.length).toBeLessThanOrEqual(limit);
          for (const lease of leases) {
            expect(everGiven.has(lease.leaseId)).toBe(false);
            everGiven.add(lease.leaseId);
            model.held.set(lease.leaseId, lease.leaseUntil.getTime());
          }
        } else if (what === 'submit' && leaseId) {
          await submitLabel(person, { ...label, leaseId });
          model.held.delete(leaseId);
          model.submitted += 1;
        } else if (what === 'skip' && leaseId) {
          await skipTask(person, { batchId, leaseId, reason: 'other' });
          model.held.delete(leaseId);
          model.skipped += 1;
        } else if (what === 'release' && leaseId) {
          await releaseLeases(person, { batchId, leaseIds: [leaseId] });
          model.held.delete(leaseId);
          model.lost.push(leaseId);
          model.released += 1;
        } else if (what === 'late') {
          const gone = [
            ...model.lost,
            ...[...model.held].filter(([, until]) => until <= now()).map(([id]) => id),
          ];
          const lost = gone[pick % Math.max(1, gone.length)];
          if (lost)
            await expect(submitLabel(person, { ...label, leaseId: lost })).rejects.toMatchObject({
              reason: 'lease_over',
            });
        } else if (what === 'sleep') scene.clock.advance(25 * SECOND);
        else if (what === 'reclaim') {
          await reclaimLeases(system);
          for (const one of models)
            for (const [id, until] of one.held) if (until <= now()) [one.held.delete(id), one.lost.push(id)];
        }
      }
      const totals = await sumReaders(t.db, batchId);
      const sum = (of: (model: Model) => number) => models.reduce((total, model) => total + of(model), 0);
      expect([totals.submitted, totals.skipped]).toEqual([sum((m) => m.submitted), sum((m) => m.skipped)]);
      expect(await checkWorkInvariants(t.db)).toEqual([]);
    }),
    { numRuns: 12, seed: 20261121 },
  );
}, 120_000);
