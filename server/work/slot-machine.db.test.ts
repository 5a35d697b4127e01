import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  makeBatch,
  makeReaders,
  makeWorker,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { systemContext } from '#server/command/context.ts';
import { SECOND } from '#server/core/clock.ts';
import { checkWorkInvariants } from './check-invariants.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { joinBatch } from './join-batch.ts';
import { prioritiseCases } from './prioritise-cases.ts';
import { sumReaders } from './reads.ts';
import { reclaimLeases } from './reclaim-leases.ts';
import { releaseLeases } from './release-leases.ts';
import { skipTask } from './skip-task.ts';
import { submitLabel } from './submit-label.ts';

let t: TestDatabase;
/** One scene whose reads are anybody's, one of which half is kept for onshore readers. */
let scenes: { plain: WorkScene; shared: WorkScene };
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  const plain = await makeWorkScene(t.db, { cases: 5 });
  const { clock, sponsorOrg, vendorOrg, sponsor } = plain;
  const shared = await makeWorkScene(t.db, {
    cases: 5,
    clock,
    parties: { sponsorOrg, vendorOrg, sponsor },
    project: {
      locationPolicy: { allowedCountries: [], onshoreShareBasisPoints: 5000, onshoreCountry: 'US' },
    },
  });
  scenes = { plain, shared };
});
afterAll(() => t.drop());

const READERS = 3;
const step = fc.record({
  who: fc.nat({ max: READERS - 1 }),
  what: fc.constantFrom(
    'claim',
    'claim',
    'race',
    'submit',
    'submit',
    'skip',
    'release',
    'late',
    'sleep',
    'reclaim',
    'prioritise',
  ),
  pick: fc.nat({ max: 50 }),
});

/** How the work is given out: whose reads they are, and how much one person may take. */
const rules = fc.record({
  isShared: fc.boolean(),
  cap: fc.option(fc.integer({ min: 1, max: 4 }), { nil: null }),
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
    fc.asyncProperty(
      rules,
      fc.array(step, { minLength: 10, maxLength: 40 }),
      async ({ isShared, cap }, steps) => {
        const scene = isShared ? scenes.shared : scenes.plain;
        const claimRules = cap === null ? {} : { maxReadsPerReader: cap };
        const batchId = await makeBatch(scene, { overlap: 2, leaseSeconds: 60, claimRules });
        const people = await makeReaders(scene, batchId, READERS - 1);
        // The last reads from elsewhere: what is kept for onshore readers is not theirs.
        const made = await makeWorker(scene);
        people.push({ ...made, actor: { ...made.actor, country: 'IN' } });
        await joinBatch(people[READERS - 1]!, { batchId, tier: 'label' });
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
          const claim = async (of: number) => {
            const limit = 1 + (pick % 3);
            const { leases } = await claimNextTasks(people[of]!, { batchId, tier: 'label', limit });
            expect(leases.length).toBeLessThanOrEqual(limit);
            for (const lease of leases) {
              expect(everGiven.has(lease.leaseId)).toBe(false);
              everGiven.add(lease.leaseId);
              models[of]!.held.set(lease.leaseId, lease.leaseUntil.getTime());
            }
            const taken = models[of]!.held.size + models[of]!.submitted;
            if (cap !== null) expect(taken).toBeLessThanOrEqual(cap);
          };
          if (what === 'claim') await claim(who);
          else if (what === 'race') await Promise.all(people.map((_, of) => claim(of)));
          else if (what === 'prioritise') {
            const name = scene.dataset.cases[pick % scene.dataset.cases.length]!.externalId;
            await prioritiseCases(scene.sponsor, { batchId, cases: [{ name, priority: 1 }] });
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
              for (const [id, until] of one.held)
                if (until <= now()) [one.held.delete(id), one.lost.push(id)];
          }
        }
        const totals = await sumReaders(t.db, batchId);
        const sum = (of: (model: Model) => number) => models.reduce((total, model) => total + of(model), 0);
        expect([totals.submitted, totals.skipped]).toEqual([sum((m) => m.submitted), sum((m) => m.skipped)]);
        expect(await checkWorkInvariants(t.db)).toEqual([]);
      },
    ),
    { numRuns: 16, seed: 20261121 },
  );
}, 120_000);
