import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { makePlatform } from '#db/seed/factories/agreements.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { readSteps } from '#db/seed/factories/read-steps.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY } from '#server/core/clock.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { endEngagement, engagePerson } from '#server/staffing/engage-person.ts';
import { findEngagements } from '#server/staffing/reads.ts';
import { checkWorkInvariants } from './check-invariants.ts';
import { closeIncident } from './close-incident.ts';
import { endRepeatsOfGone } from './end-repeats.ts';
import { flagCase } from './flag-case.ts';
import { getBatch } from './reads.ts';
import { reclaimLeases } from './reclaim-leases.ts';
import { requestRepeats } from './request-repeats.ts';

/** R23: a repeat is its reader's alone, so that it ends when they have left, and its case goes on without it. */
describe('the repeats of a reader who has left', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let at: ReturnType<typeof readSteps>;
  let place = 0;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 20, fields: [gradeField()] });
    at = readSteps(scene);
  });
  afterEach(async () => expect(await checkWorkInvariants(t.db)).toEqual([]));
  afterAll(() => t.drop());

  async function inRounds(rounds: number, cases: number) {
    const caseIds = scene.dataset.cases.slice(place, place + cases).map((one) => one.id);
    place += cases;
    const claimRules = rounds > 1 ? { repeatAfterDays: 14 } : {};
    const batchId = await makeBatch(scene, { overlap: 1, rounds, caseIds, claimRules });
    const [who, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    return { batchId, who, other };
  }
  const seat = async (who: OrgContext) => {
    const of = { projectId: scene.project.id, personId: who.actor.personId };
    return (await findEngagements(t.db, of)).find((one) => one.status === 'active')!;
  };
  const leave = async (who: OrgContext) => {
    const { id } = await seat(who);
    await transact(scene.sponsor, (tx) => endEngagement(tx, { engagementId: id, reason: 'left' }));
  };
  const settle = async (batchId: string) => {
    for (let pass = 0; pass < 3; pass += 1) await at.settle(batchId);
  };
  const tasksOf = async (batchId: string) =>
    (await at.tasksOf(batchId)).map((one) => `${one.status} ${one.readsDone}/${one.readsNeeded}`).sort();

  test.each([2, 3])(
    'their cases go on with the reads that they have, those of others wait (%s rounds)',
    async (rounds) => {
      const { batchId, who, other } = await inRounds(rounds, 3);
      for (const reader of [who, who, other]) await at.read(reader, batchId, '2');
      await settle(batchId);
      expect(await tasksOf(batchId)).toEqual(Array(3).fill(`open 1/${rounds}`));
      await leave(who);
      await settle(batchId);
      expect(await tasksOf(batchId)).toEqual(['final 1/1', 'final 1/1', `open 1/${rounds}`]);
      expect(await at.readerOf(who, batchId)).toMatchObject({ repeats: 0 });
      expect(await at.readerOf(other, batchId)).toMatchObject({ repeats: 1 });
      for (let round = 2; round <= rounds; round += 1) {
        scene.clock.advance(14 * DAY);
        await at.read(other, batchId, '2');
      }
      await settle(batchId);
      expect((await getBatch(t.db, batchId)).status).toBe('settled');
    },
  );

  test('those that were asked of one reader as well', async () => {
    const { batchId, who } = await inRounds(1, 1);
    await requestRepeats(scene.sponsor, {
      batchId,
      annotatorId: who.actor.personId,
      rounds: 3,
      afterDays: 7,
    });
    await at.read(who, batchId, '2');
    expect(await tasksOf(batchId)).toEqual(['open 1/2']);
    await leave(who);
    await settle(batchId);
    expect(await tasksOf(batchId)).toEqual(['final 1/1']);
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
  });

  test('who is engaged again in the same place before anybody looks keeps them', async () => {
    const { batchId, who } = await inRounds(2, 1);
    await at.read(who, batchId, '2');
    const { viaOrgId, role } = await seat(who);
    await leave(who);
    const { personId } = who.actor;
    await transact(scene.sponsor, (tx) =>
      engagePerson(tx, { projectId: scene.project.id, personId, viaOrgId, role }),
    );
    await settle(batchId);
    expect(await tasksOf(batchId)).toEqual(['open 1/2']);
    scene.clock.advance(14 * DAY);
    await at.read(who, batchId, '2');
    await settle(batchId);
    expect(await tasksOf(batchId)).toEqual(['final 2/2']);
  });

  test('one that is held ends once it is given back', async () => {
    const { batchId, who } = await inRounds(2, 1);
    await at.read(who, batchId, '2');
    scene.clock.advance(14 * DAY);
    expect(await at.claim(who, batchId)).toMatchObject({ round: 2 });
    await leave(who);
    await settle(batchId);
    expect(await tasksOf(batchId)).toEqual(['open 1/2']);
    scene.clock.advance(DAY);
    await reclaimLeases(at.system());
    await settle(batchId);
    expect(await tasksOf(batchId)).toEqual(['final 1/1']);
  });

  test('one of a case that is shut ends when a false alarm opens it (R24)', async () => {
    const { batchId, who } = await inRounds(2, 2);
    await at.read(who, batchId, '2');
    const [read] = await t.sql`select lease_id from slots where batch_id = ${batchId} and status <> 'open'`;
    const { flagId } = await flagCase(who, {
      batchId,
      leaseId: read!.lease_id,
      kind: 'phi_seen',
      note: 'A name is burnt in.',
    });
    await leave(who);
    await settle(batchId);
    expect(await tasksOf(batchId)).toEqual(['open 0/2', 'unusable 1/2']);
    const platform = await makePlatform(t.db, scene.clock);
    const operator = await makeMember(t.db, { org: platform, roles: ['operator'], clock: scene.clock });
    await closeIncident(operator, { batchId, flagId, outcome: 'false_alarm', note: 'A made-up name.' });
    await settle(batchId);
    expect(await tasksOf(batchId)).toEqual(['final 1/1', 'open 0/2']);
  });

  test('whoever reads instead when the first read is rejected makes all rounds (R31)', async () => {
    const { batchId, who, other } = await inRounds(2, 1);
    const labelId = await at.read(who, batchId, '2');
    await leave(who);
    await transact(at.system(), async (tx) => endRepeatsOfGone(tx, await getBatch(t.db, batchId)));
    expect(await tasksOf(batchId)).toEqual(['labelled 1/1']);
    await rejectLabel(scene.sponsor, { batchId, labelId, reason: 'no_effort', evidence: 'Two seconds.' });
    expect(await tasksOf(batchId)).toEqual(['open 0/2']);
    await at.read(other, batchId, '2');
    await settle(batchId);
    expect(await tasksOf(batchId)).toEqual(['open 1/2']);
    scene.clock.advance(14 * DAY);
    await at.read(other, batchId, '2');
    await settle(batchId);
    expect(await tasksOf(batchId)).toEqual(['final 2/2']);
  });
});
