import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { modelRun } from '#db/testing/model-run.ts';
import type { OrgContext } from '#server/command/context.ts';
import type { AppError } from '#server/core/errors.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { joinBatch } from './join-batch.ts';
import { releaseLeases } from './release-leases.ts';
import { submitAndNext } from './submit-label.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

/*
 * What people of several batches do at the same moment goes to the database together (ADR 019): in each round of the property everybody
 * does something in every batch at once, and what they were told must be what the tables hold.
 */

let t: TestDatabase;
let scene: WorkScene;
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'), { max: 20 });
  scene = await makeWorkScene(t.db, { cases: 12, gold: { 0: { grade: ['2'] }, 1: { grade: ['3'] } } });
});
afterAll(() => t.drop());

const RUN = modelRun({ seed: 20261122, histories: 12 });
const READERS = 3;
const BATCHES = [
  { goldMode: 'none' },
  { goldMode: 'none', overlap: 1 },
  { goldMode: 'dealt', goldShareBasisPoints: 3000 },
  { goldMode: 'none', rounds: 2 },
] as const;
const ACTS = ['claim', 'next', 'next', 'next', 'submit', 'lost', 'again', 'rest'] as const;
const round = fc.array(fc.record({ act: fc.constantFrom(...ACTS), limit: fc.integer({ min: 1, max: 3 }) }), {
  minLength: READERS * BATCHES.length,
  maxLength: READERS * BATCHES.length,
});

/** One person in one batch, as they know it. */
type Desk = {
  who: OrgContext;
  batchId: string;
  held: string[];
  given: string[];
  sent: { leaseId: string; labelId: string } | null;
  submitted: number;
};

const label = { answers: { grade: '2' }, activeMs: 100 };

async function act(
  desk: Desk,
  what: (typeof ACTS)[number],
  limit: number,
  everGiven: Set<string>,
): Promise<void> {
  const { who, batchId } = desk;
  const keep = (leases: readonly { leaseId: string }[]) => {
    for (const { leaseId } of leases) {
      expect(everGiven.has(leaseId)).toBe(false);
      everGiven.add(leaseId);
      desk.held.push(leaseId);
    }
  };
  if (what === 'claim') keep((await claimNextTasks(who, { batchId, tier: 'label', limit })).leases);
  const leaseId = desk.held[0];
  if ((what === 'next' || what === 'submit') && leaseId !== undefined) {
    const labelId = randomUUID();
    const { next } = await submitAndNext(who, {
      ...{ batchId, leaseId, labelId, ...label },
      limit: what === 'next' ? limit : 0,
    });
    desk.held.shift();
    desk.sent = { leaseId, labelId };
    desk.submitted += 1;
    keep(next.leases);
  }
  // A submit that is refused must not bring a case that its person is not told of.
  const lost = desk.given[0];
  if (what === 'lost' && lost !== undefined)
    await expect(
      submitAndNext(who, { ...{ batchId, leaseId: lost, labelId: randomUUID(), ...label }, limit }),
    ).rejects.toMatchObject({ reason: 'lease_over' });
  if (what === 'again' && desk.sent !== null) {
    const { label: said, next } = await submitAndNext(who, { batchId, ...desk.sent, ...label, limit });
    expect(said.isReplay).toBe(true);
    keep(next.leases);
  }
  if (what === 'rest' && leaseId !== undefined) {
    await releaseLeases(who, { batchId, leaseIds: [leaseId] });
    desk.held.shift();
    desk.given.push(leaseId);
  }
}

test(
  'people of several batches who do things at once hold and have handed in what they were told',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(round, { minLength: 4, maxLength: 10 }), async (rounds) => {
        const batchIds = await Promise.all(
          BATCHES.map((of) => makeBatch(scene, { overlap: 2, prefetch: 3, ...of })),
        );
        const people = await makeReaders(scene, batchIds[0] as string, READERS);
        const desks: Desk[] = [];
        for (const batchId of batchIds)
          for (const who of people) {
            if (batchId !== batchIds[0]) await joinBatch(who, { batchId, tier: 'label' });
            desks.push({ who, batchId, held: [], given: [], sent: null, submitted: 0 });
          }
        const everGiven = new Set<string>();
        for (const acts of rounds) {
          const ended = await Promise.allSettled(
            desks.map((desk, i) => act(desk, acts[i]?.act ?? 'claim', acts[i]?.limit ?? 1, everGiven)),
          );
          for (const one of ended) if (one.status === 'rejected') throw one.reason;
        }
        for (const { who, batchId, held, submitted } of desks) {
          const { personId } = who.actor;
          const rows =
            await t.sql`select lease_id from slots where batch_id = ${batchId} and annotator_id = ${personId}
          and status = 'leased' order by lease_id`;
          expect(rows.map((row) => row.lease_id)).toEqual([...held].sort());
          const [reader] =
            await t.sql`select submitted from readers where batch_id = ${batchId} and annotator_id = ${personId}`;
          expect(reader?.submitted).toBe(submitted);
        }
      }),
      RUN.parameters,
    );
  },
  RUN.timeoutMs,
);

test('one person’s fault in a group is nobody else’s, in whatever batch they are', async () => {
  const batchIds = await Promise.all([makeBatch(scene), makeBatch(scene)]);
  const desks = (
    await Promise.all(
      batchIds.map(async (batchId) =>
        (await makeReaders(scene, batchId, 3)).map((who) => ({ who, batchId })),
      ),
    )
  ).flat();
  const leases = await Promise.all(
    desks.map(async ({ who, batchId }) => {
      const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
      return leases[0]?.leaseId as string;
    }),
  );
  // The second sends the label id of the first; the fourth the lease of the fifth.
  const ids = leases.map(() => randomUUID());
  const answers = await Promise.allSettled(
    desks.map(({ who, batchId }, i) =>
      submitAndNext(who, {
        batchId,
        leaseId: leases[i === 3 ? 4 : i] as string,
        labelId: ids[i === 1 ? 0 : i] as string,
        ...label,
        limit: 1,
      }),
    ),
  );
  const said = answers.map((one) =>
    one.status === 'fulfilled' ? one.value.next.leases.length : (one.reason as AppError).reason,
  );
  // Which of the two is let in is chance.
  expect(said.slice(0, 2).sort()).toEqual([1, 'label_id_reused']);
  expect(said.slice(2)).toEqual([1, 'lease_unknown', 1, 1]);
});
