import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeBatch, makeWorker, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { requireGates } from '#server/staffing/offer-work.ts';
import { spentCap } from '#server/work/cap-rules.ts';
import { readsCapOf } from '#server/work/claim-rules.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { getBatch } from '#server/work/reads.ts';
import { listSpentPeople } from '#server/work/spent-caps.ts';
import { matchIndex } from './live-index.ts';
import { requestOf } from './match-project.ts';
import { gatesOfPerson } from './rank-people.ts';

let t: TestDatabase;
let scene: WorkScene;
let batchIds: string[];
const people: OrgContext[] = [];
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'), {
    leavesBroken: {
      rules: [
        'a reader’s claims are what is out, submitted, skipped, expired or released',
        'a reader’s copy of “open” is the batch’s',
        'what a reader skipped, let run out and gave back, each equal what is remembered of it',
        'repeats asked of readers are counted, and so reserved, for every case (R23, R29)',
      ],
      because: 'says on readers’ rows what they have taken and on the batches’ what they ask',
    },
  });
  scene = await makeWorkScene(t.db, { cases: 20 });
  // Two that anybody engaged may read, and one of the vendor alone.
  batchIds = [
    await makeBatch(scene, { vendorOrgId: null }),
    await makeBatch(scene, { vendorOrgId: null }),
    await makeBatch(scene),
  ];
  // Repeats that were asked of a reader are no part of what a share is of.
  await t.sql`update batches set slot_count = slot_count + 40, asked_repeats = 40 where id = ${batchIds[1]!}`;
  for (let i = 0; i < 4; i += 1) {
    const who = await makeWorker(scene);
    for (const batchId of batchIds.slice(0, i === 3 ? 1 : 3))
      await joinBatch(who, { batchId, tier: 'label' });
    people.push(who);
  }
  // On their own account: the vendor's batch is not theirs, so its room does not keep them in.
  const org = await makeOrganisation(t.db, { kind: 'independent', clock: scene.clock });
  people.push(await makeMember(t.db, { org, roles: ['independent_annotator'], clock: scene.clock }));
});
afterAll(() => t.drop());

const counters = fc.record({
  taken: fc.integer({ min: 0, max: 4 }),
  givenBack: fc.integer({ min: 0, max: 2 }),
  minutes: fc.constantFrom(0, 20, 31),
});
const rules = fc.record({
  most: fc.option(fc.integer({ min: 1, max: 3 })),
  share: fc.option(fc.constantFrom(1, 500, 334)),
  minutes: fc.option(fc.constantFrom(30, 60)),
  isOpen: fc.boolean(),
});

test('who has used up a cap is the same by the rule, by the statement of all, of one, by an offer’s gates and in the index', async () => {
  const now = scene.clock.now();
  const today = now.toISOString().slice(0, 10);
  let [spentSeen, roomSeen] = [0, 0];
  await fc.assert(
    fc.asyncProperty(
      fc.array(rules, { minLength: 3, maxLength: 3 }),
      fc.array(counters, { minLength: 12, maxLength: 12 }),
      async (asked, counted) => {
        for (const [b, batchId] of batchIds.entries()) {
          const one = asked[b]!;
          await t.sql`update batches set max_reads_per_reader = ${one.most}, max_reader_share_basis_points = ${one.share},
            max_active_minutes_per_day = ${one.minutes}, status = ${one.isOpen ? 'open' : 'paused'} where id = ${batchId}`;
          for (const [p, who] of people.entries()) {
            const own = counted[(b * 5 + p) % 12]!;
            await t.sql`update readers set claimed = ${own.taken + own.givenBack}, released = ${own.givenBack},
              active_day = ${today}, day_active_ms = ${own.minutes * 60_000}
              where batch_id = ${batchId} and annotator_id = ${who.actor.personId}`;
          }
        }
        const spent = await listSpentPeople(t.db, { projectId: scene.project.id, now });
        const request = await requestOf(t.db, scene.project, { now, limit: 10 });
        const index = await matchIndex({ db: t.db, clock: scene.clock });
        for (const who of people) {
          const { personId, orgId } = who.actor;
          const expected = await byRule(who, today);
          expect(spent.get(personId) ?? null).toEqual(expected);
          const alone = await listSpentPeople(t.db, { projectId: scene.project.id, now, personId });
          expect(alone.get(personId) ?? null).toEqual(expected);
          expect(await capCodes(personId, orgId)).toEqual(expected === null ? [] : ['offer.cap']);
          expect(gatesOfPerson(index.people, request, personId)?.cap).toBe(expected === null);
          if (expected === null) roomSeen += 1;
          else spentSeen += 1;
        }
      },
    ),
    { numRuns: 40 },
  );
  expect(spentSeen).toBeGreaterThan(10);
  expect(roomSeen).toBeGreaterThan(10);
});

/** What of an offer's gates speaks of caps. */
async function capCodes(personId: string, orgId: string): Promise<string[]> {
  const asked = transact(scene.sponsor, (tx) =>
    requireGates(tx, { project: scene.project, personId, orgId }, 'this person'),
  );
  const codes = await asked.then(
    () => [],
    (error: { details: { code: string }[] }) => error.details.map((one) => one.code),
  );
  return codes.filter((code) => code === 'offer.cap');
}

/** The rule over plain rows: what a person holds in each running batch that is open to them, if they read here at all. */
async function byRule(who: OrgContext, today: string) {
  const { personId } = who.actor;
  const rows =
    await t.sql`select batch_id, claimed - released as taken, day_active_ms, active_day::text as day
    from readers where annotator_id = ${personId} and tier = 'label'`;
  const live = (await Promise.all(batchIds.map((id) => getBatch(t.db, id)))).filter(
    (one) => one.status === 'open',
  );
  const isJoined = live.some((one) => rows.some((row) => row.batch_id === one.id));
  if (!isJoined) return null;
  const minutes = rows
    .filter((row) => row.day === today)
    .reduce((sum, row) => sum + row.day_active_ms / 60_000, 0);
  const isVendors = who.actor.orgId === scene.vendorOrg.id;
  return spentCap(
    live
      .filter((one) => one.vendorOrgId === null || isVendors)
      .map((one) => ({
        cap: readsCapOf(one),
        taken: rows.find((row) => row.batch_id === one.id)?.taken ?? 0,
        mostMinutes: one.maxActiveMinutesPerDay,
      })),
    minutes,
  );
}
