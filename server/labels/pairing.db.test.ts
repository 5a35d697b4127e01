import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeCredential } from '#db/seed/factories/credentials.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeWorker, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { HOUR } from '#server/core/clock.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { sayMinute } from '#server/notifications/say-day.ts';
import type { ReviewRule } from '#server/projects/tier-schemas.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { nameExpert } from '#server/work/name-expert.ts';
import { findReader } from '#server/work/reads.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { viewDecisionCase } from './label-views.ts';
import { settleTasks } from './settle-tasks.ts';
import { submitReview } from './submit-review.ts';
import { viewPairs, viewVendorPairs } from './view-pairs.ts';

const PAIRED: ReviewRule = {
  kind: 'technical_reader',
  expert: { anyOf: [{ kind: 'board_certification', specialty: 'Radiology', minLevel: 'primary_source' }] },
  sampleRateBasisPoints: 10_000,
};

describe('technical staff paired with experts', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 6, fields: [gradeField()] });
  });
  afterAll(() => t.drop());

  const settle = (batchId: string) =>
    settleTasks(systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() }), {
      batchId,
    });
  const certify = (who: OrgContext) =>
    makeCredential(t.db, { personId: who.actor.personId, clock: scene.clock });
  const alias = async (who: OrgContext, batchId: string, tier: 'label' | 'review') =>
    (await findReader(t.db, { batchId, annotatorId: who.actor.personId, tier }))?.alias;
  async function read(who: OrgContext, batchId: string, cases: number): Promise<void> {
    for (let n = 0; n < cases; n += 1) {
      const [lease] = (await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases;
      const answer = { labelId: randomUUID(), answers: { grade: '2' }, activeMs: 10 };
      await submitLabel(who, { batchId, leaseId: lease!.leaseId, ...answer });
    }
  }
  async function review(
    who: OrgContext,
    batchId: string,
    outcome: 'accept' | 'fix_accept',
  ): Promise<string | null> {
    const [lease] = (await claimNextTasks(who, { batchId, tier: 'review', limit: 1 })).leases;
    const seen = await viewDecisionCase(who, { batchId, leaseId: lease!.leaseId });
    await submitReview(who, {
      batchId,
      leaseId: lease!.leaseId,
      labelId: randomUUID(),
      activeMs: 1,
      decisions: seen.reads.map(({ labelId }) => ({ labelId, outcome })),
      ...(outcome === 'fix_accept' ? { fixedAnswers: { grade: '3' } } : {}),
    });
    return seen.reason;
  }
  const statuses = async (batchId: string) =>
    (await t.sql`select status from tasks where batch_id = ${batchId} order by status`).map(
      (row) => row.status,
    );

  test('reads of technical staff go to an expert, an expert’s do not; the pair is measured for both sides', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, reviewRules: [PAIRED] });
    const [technician, expert, junior, senior] = [
      await makeWorker(scene),
      await makeWorker(scene),
      await makeWorker(scene, { role: 'reviewer' }),
      await makeWorker(scene, { role: 'reviewer' }),
    ];
    for (const who of [expert, senior]) await certify(who);
    for (const who of [technician, expert]) await joinBatch(who, { batchId, tier: 'label' });
    await read(technician, batchId, 3);
    // Who becomes an expert on the way was none when they read.
    await certify(technician);
    await read(expert, batchId, 3);
    await settle(batchId);
    expect(await statuses(batchId)).toEqual([
      'final',
      'final',
      'final',
      'in_review',
      'in_review',
      'in_review',
    ]);
    await expect(joinBatch(junior, { batchId, tier: 'review' })).rejects.toMatchObject({
      reason: 'not_eligible',
      details: [{ code: 'credential.missing', message: expect.stringContaining('an expert’s') }],
    });
    await joinBatch(senior, { batchId, tier: 'review' });
    expect(await review(senior, batchId, 'accept')).toBe('technical_reader');
    await review(senior, batchId, 'accept');
    await review(senior, batchId, 'fix_accept');
    const figures = { reviewed: 3, accepted: 2, fixed: 1, returned: 0, rejected: 0 };
    const ofSponsor = await viewPairs(scene.sponsor, { batchId });
    expect(ofSponsor).toMatchObject({ isPaired: true, pairs: [figures] });
    expect(ofSponsor.pairs[0]).toMatchObject({
      technician: await alias(technician, batchId, 'label'),
      expert: await alias(senior, batchId, 'review'),
    });
    // While it is read, what nobody reviewed would tell gold.
    expect(await viewVendorPairs(technician, { batchId })).toEqual({
      isPaired: true,
      isWithheld: true,
      naming: null,
      pairs: [],
    });
    for (let n = 0; n < 3; n += 1) await settle(batchId);
    await t.admin`update batches set status = 'settled' where id = ${batchId}`;
    const people = [technician.actor.personId, senior.actor.personId];
    const names = await namesOfPeople(t.db, people);
    expect(await viewVendorPairs(technician, { batchId })).toMatchObject({
      isWithheld: false,
      pairs: [{ ...figures, technician: names.get(people[0]!)?.name, expert: names.get(people[1]!)?.name }],
    });
    const elsewhere = await makeWorker(scene, { role: 'auditor' });
    await expect(viewVendorPairs(elsewhere, { batchId })).rejects.toMatchObject({ kind: 'not_found' });
  });

  test('what a technician reads waits for the expert who is named, and after a day for any; others’ reads wait for nobody', async () => {
    const own = await makeWorkScene(t.db, { cases: 6, fields: [gradeField()], clock: scene.clock });
    const batchId = await makeBatch(own, { overlap: 1, reviewRules: [PAIRED] });
    const [one, two] = [await makeWorker(own), await makeWorker(own)];
    const [senior, other] = [
      await makeWorker(own, { role: 'reviewer' }),
      await makeWorker(own, { role: 'reviewer' }),
    ];
    for (const who of [senior, other]) await certify(who);
    for (const who of [one, two]) await joinBatch(who, { batchId, tier: 'label' });
    for (const who of [senior, other]) await joinBatch(who, { batchId, tier: 'review' });
    const name = async (who: OrgContext, expert: OrgContext | null) =>
      nameExpert(own.sponsor, {
        batchId,
        technician: (await alias(who, batchId, 'label'))!,
        expert: expert === null ? null : (await alias(expert, batchId, 'review'))!,
      });
    await name(one, other);
    await name(one, senior);
    expect((await viewPairs(own.sponsor, { batchId })).naming).toEqual({
      technicians: [await alias(one, batchId, 'label'), await alias(two, batchId, 'label')].sort(),
      experts: [await alias(senior, batchId, 'review'), await alias(other, batchId, 'review')].sort(),
      named: [
        {
          technician: await alias(one, batchId, 'label'),
          expert: await alias(senior, batchId, 'review'),
        },
      ],
    });
    await read(one, batchId, 3);
    await read(two, batchId, 3);
    await settle(batchId);
    const readOf = async (who: OrgContext) =>
      (
        await t.sql`select task_id from slots where batch_id = ${batchId} and tier = 'label'
          and annotator_id = ${who.actor.personId}`
      ).map((row) => row.task_id as string);
    const claimAll = async (who: OrgContext) => {
      for (let n = 0; n < 12; n += 1) await claimNextTasks(who, { batchId, tier: 'review', limit: 1 });
      const held = await t.sql`select task_id from slots where batch_id = ${batchId} and tier = 'review'
        and annotator_id = ${who.actor.personId}`;
      return held.map((row) => row.task_id as string).sort();
    };
    // Who is not named gets what the other technician read, and none of what waits.
    expect(await claimAll(other)).toEqual((await readOf(two)).sort());
    scene.clock.advance(24 * HOUR - 1000);
    expect(await claimAll(other)).toHaveLength(3);
    // The named one takes theirs at once; one is left to run out of its day.
    const [lease] = (await claimNextTasks(senior, { batchId, tier: 'review', limit: 1 })).leases;
    expect(lease).toBeDefined();
    scene.clock.advance(2000);
    expect(await claimAll(other)).toHaveLength(5);
    // Left to any expert again, nobody is named.
    await name(one, null);
    expect((await viewPairs(own.sponsor, { batchId })).naming?.named).toEqual([]);
    await expect(name(one, one)).rejects.toThrow();
  });

  test('who is not named is told that the reviews wait for who is, and until when, not that they have had them', async () => {
    const own = await makeWorkScene(t.db, { cases: 10, fields: [gradeField()], clock: scene.clock });
    const batchId = await makeBatch(own, { overlap: 1, reviewRules: [PAIRED], prefetch: 1 });
    const [one, two] = [await makeWorker(own), await makeWorker(own)];
    const [senior, other] = [
      await makeWorker(own, { role: 'reviewer' }),
      await makeWorker(own, { role: 'reviewer' }),
    ];
    for (const who of [senior, other]) {
      await certify(who);
      await joinBatch(who, { batchId, tier: 'review' });
    }
    for (const who of [one, two]) await joinBatch(who, { batchId, tier: 'label' });
    await nameExpert(own.sponsor, {
      batchId,
      technician: (await alias(one, batchId, 'label'))!,
      expert: (await alias(senior, batchId, 'review'))!,
    });
    const claim = (who: OrgContext) => claimNextTasks(who, { batchId, tier: 'review', limit: 1 });
    await read(one, batchId, 1);
    await settle(batchId);
    const opensAt = new Date(scene.clock.now().getTime() + 24 * HOUR);
    scene.clock.advance(HOUR);
    const waits = {
      leases: [],
      reasons: [
        {
          code: 'work.named_expert',
          message: expect.stringContaining(sayMinute(opensAt)),
          change: expect.objectContaining({ by: 'other' }),
        },
      ],
      retryAfterMs: 23 * HOUR,
    };
    expect(await claim(other)).toEqual(waits);
    // What they hold of somebody else's does not keep them from it.
    await read(two, batchId, 1);
    await settle(batchId);
    expect((await claim(other)).leases).toHaveLength(1);
    expect(await claim(other)).toEqual(waits);
    // Where something is free to take, what they hold is what is in the way: nobody holds more than eight here.
    await read(two, batchId, 8);
    await settle(batchId);
    for (let n = 0; n < 7; n += 1) expect((await claim(other)).leases).toHaveLength(1);
    expect((await claim(other)).reasons).toMatchObject([{ code: 'work.held' }]);
    // The named one is not kept waiting; once they have taken it nobody waits for them.
    expect((await claim(senior)).leases).toHaveLength(1);
    expect((await claim(other)).reasons.map((reason) => reason.code)).not.toContain('work.named_expert');
  });

  test('nobody is named in a batch that pairs nobody, nor anybody who takes no part in it', async () => {
    const plain = await makeBatch(scene, { overlap: 1 });
    const input = { technician: 'R01', expert: null };
    await expect(nameExpert(scene.sponsor, { batchId: plain, ...input })).rejects.toMatchObject({
      reason: 'not_paired',
    });
    const batchId = await makeBatch(scene, { overlap: 1, reviewRules: [PAIRED] });
    await expect(nameExpert(scene.sponsor, { batchId, ...input })).rejects.toMatchObject({
      reason: 'reader_not_found',
    });
  });

  test('R15: while a pilot is read, naming tells no sponsor which aliases there are in it', async () => {
    const batchId = await makeBatch(scene, { kind: 'pilot', overlap: 1, reviewRules: [PAIRED] });
    const who = await makeWorker(scene);
    await joinBatch(who, { batchId, tier: 'label' });
    const there = (await alias(who, batchId, 'label'))!;
    for (const technician of [there, 'R99'])
      await expect(nameExpert(scene.sponsor, { batchId, technician, expert: null })).rejects.toMatchObject({
        reason: 'pilot_withheld',
      });
  });

  test('a sample of the technical reads is the same whenever it is asked; without a rule nobody is paired', async () => {
    const half: ReviewRule = { ...PAIRED, sampleRateBasisPoints: 5000 };
    // So many that both kinds are among them, whatever the ids of the cases.
    const many = await makeWorkScene(t.db, { cases: 40, fields: [gradeField()], clock: scene.clock });
    const batchId = await makeBatch(many, { overlap: 1, reviewRules: [half], seed: 7 });
    const who = await makeWorker(many);
    await joinBatch(who, { batchId, tier: 'label' });
    await read(who, batchId, 40);
    await settle(batchId);
    const first = await statuses(batchId);
    await settle(batchId);
    expect(await statuses(batchId)).toEqual(first);
    expect(new Set(first)).toEqual(new Set(['final', 'in_review']));
    const plain = await makeBatch(scene, { overlap: 1 });
    expect(await viewPairs(scene.sponsor, { batchId: plain })).toEqual({
      isPaired: false,
      isWithheld: false,
      naming: null,
      pairs: [],
    });
    // An expert has to be told by something.
    const nobody = { ...PAIRED, expert: { anyOf: [] } };
    await expect(makeBatch(scene, { overlap: 1, reviewRules: [nobody] })).rejects.toThrow();
  });
});
