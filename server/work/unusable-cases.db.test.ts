import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { takeBackGold } from '#server/gold/take-back-gold.ts';
import { retireGoldItem } from '#server/gold/withdraw-gold-item.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { submitReview } from '#server/labels/submit-review.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { viewAlerts } from './inbox-views.ts';
import { getBatch, listReaders } from './reads.ts';
import { skipTask } from './skip-task.ts';
import { submitLabel } from './submit-label.ts';

describe('a case that readers pass on for its images (R7, R24)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 1 });
  });
  afterAll(() => t.drop());

  const ofProject = () => ({ projectId: scene.project.id });
  async function leaseOf(who: OrgContext, batchId: string): Promise<string | undefined> {
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    return leases[0]?.leaseId;
  }
  async function read(who: OrgContext, batchId: string, grade: string): Promise<void> {
    const leaseId = (await leaseOf(who, batchId))!;
    await submitLabel(who, { batchId, leaseId, labelId: randomUUID(), answers: { grade }, activeMs: 1000 });
  }
  const taskOf = async (batchId: string) => {
    const [row] = await t.db.execute<{ status: string; id: string }>(
      sql`select id, status from tasks where batch_id = ${batchId}`,
    );
    return row!;
  };
  const alertsOf = async (batchId: string) =>
    (await viewAlerts(scene.sponsor, ofProject())).items.filter((alert) => alert.batchId === batchId);

  test('three who cannot read its images make a case unusable: reads are paid, nobody gets it any more, it is counted by reason', async () => {
    const batchId = await makeBatch(scene, { overlap: 5 });
    const people = await makeReaders(scene, batchId, 6);
    await read(people[0]!, batchId, '1');
    const holding = await leaseOf(people[1]!, batchId);
    for (const [who, reason] of [
      [people[2]!, 'poor_quality'],
      [people[3]!, 'unclear_task'],
      [people[4]!, 'poor_quality'],
    ] as const)
      await skipTask(who, { batchId, leaseId: (await leaseOf(who, batchId))!, reason });
    // What the protocol does not cover is no reason of the images.
    expect((await taskOf(batchId)).status).toBe('open');
    const last = people[5]!;
    await skipTask(last, { batchId, leaseId: (await leaseOf(last, batchId))!, reason: 'unreadable' });
    expect((await taskOf(batchId)).status).toBe('unusable');
    const [newcomer] = await makeReaders(scene, batchId, 1);
    expect(await leaseOf(newcomer!, batchId)).toBeUndefined();
    // Who had it on the screen finishes, and is paid like everybody.
    await submitLabel(people[1]!, {
      batchId,
      leaseId: holding!,
      labelId: randomUUID(),
      answers: { grade: '2' },
      activeMs: 1000,
    });
    const [first] = await listReaders(t.db, batchId, 'label');
    expect(first).toMatchObject({ accepted: 1, rejected: 0, accruedMinor: 120n });
    expect(await alertsOf(batchId)).toMatchObject([
      { kind: 'unusable', status: 'closed', reasons: { poor_quality: 2, unreadable: 1 } },
    ]);
    const { excluded } = await viewAlerts(scene.sponsor, ofProject());
    expect(excluded).toEqual([{ reason: 'poor_quality', cases: 1 }]);
  });

  test('people are counted, not skips: who passes on a repeat and then a correction, for other reasons, is one', async () => {
    const batchId = await makeBatch(scene, { overlap: 2, rounds: 2, reviewShareBasisPoints: 10_000 });
    const [one, two, three] = await makeReaders(scene, batchId, 3);
    const [reviewer] = await makeReaders(scene, batchId, 1, 'review');
    const skip = async (who: OrgContext, reason: 'unreadable' | 'poor_quality' | 'not_qualified') =>
      skipTask(who, { batchId, leaseId: (await leaseOf(who, batchId))!, reason });
    await skip(one!, 'unreadable');
    for (const who of [two!, three!]) {
      await read(who, batchId, '1');
      await skip(who, who === two ? 'not_qualified' : 'unreadable');
    }
    const job = systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
    await settleTasks(job, { batchId });
    const { leases } = await claimNextTasks(reviewer!, { batchId, tier: 'review', limit: 1 });
    const made = await t.sql<{ id: string }[]>`select id from labels where batch_id = ${batchId}`;
    await submitReview(reviewer!, {
      ...{ batchId, leaseId: leases[0]!.leaseId, labelId: randomUUID(), activeMs: 1 },
      decisions: made.map(({ id }) => ({ labelId: id, outcome: 'return', comment: 'Look at the apex.' })),
    });
    await skip(three!, 'poor_quality');
    expect((await taskOf(batchId)).status).not.toBe('unusable');
    expect(await alertsOf(batchId)).toEqual([]);
  });

  test('R31: who passes on the correction of a read has read the case: it stands, and nobody is paid undecided for calling it unreadable', async () => {
    const batchId = await makeBatch(scene, { overlap: 2, reviewShareBasisPoints: 10_000 });
    const [author, other, ...more] = (await makeReaders(scene, batchId, 6)) as [
      OrgContext,
      OrgContext,
      ...OrgContext[],
    ];
    const [reviewer] = (await makeReaders(scene, batchId, 1, 'review')) as [OrgContext];
    const skip = async (who: OrgContext, reason: 'unreadable' | 'other') =>
      skipTask(who, { batchId, leaseId: (await leaseOf(who, batchId))!, reason });
    for (const who of more.slice(0, 2)) await skip(who, 'unreadable');
    for (const who of [author, other]) await read(who, batchId, '1');
    const job = systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
    await settleTasks(job, { batchId });
    const { leases } = await claimNextTasks(reviewer, { batchId, tier: 'review', limit: 1 });
    const made = await t.sql<{ id: string; annotatorId: string }[]>`
      select id, annotator_id as "annotatorId" from labels where batch_id = ${batchId}`;
    await submitReview(reviewer, {
      ...{ batchId, leaseId: leases[0]!.leaseId, labelId: randomUUID(), activeMs: 1 },
      decisions: made.map(({ id, annotatorId }) =>
        annotatorId === author.actor.personId
          ? { labelId: id, outcome: 'return' as const, comment: 'Look at the apex.' }
          : {
              labelId: id,
              outcome: 'reject' as const,
              reason: 'no_effort' as const,
              comment: 'Two seconds.',
            },
      ),
    });
    await skip(author, 'unreadable');
    const readsOfAuthor = async () =>
      (await listReaders(t.db, batchId, 'label')).find((one) => one.annotatorId === author.actor.personId);
    expect((await taskOf(batchId)).status).toBe('open');
    expect(await readsOfAuthor()).toMatchObject({ accepted: 0, returned: 0 });
    // However many pass it on for something else.
    await skip(more[2]!, 'other');
    expect((await taskOf(batchId)).status).toBe('open');
    await skip(more[3]!, 'unreadable');
    expect((await taskOf(batchId)).status).toBe('unusable');
    expect(await alertsOf(batchId)).toMatchObject([{ kind: 'unusable', reasons: { unreadable: 3 } }]);
  });

  test('R7: no case of an exam is taken out by those who sit it: who skips the hard ones has not less to pass on, and others meet them all', async () => {
    const cases = 18;
    const known = await makeWorkScene(t.db, {
      cases,
      gold: Object.fromEntries(Array.from({ length: cases }, (_, i) => [i, { grade: ['2'] }])),
    });
    const batchId = await makeBatch(known, {
      kind: 'exam',
      goldMode: 'embedded',
      overlap: 4,
      claimRules: { passLevelBasisPoints: 8000 },
    });
    const people = await makeReaders(known, batchId, 4);
    const hard = new Set(
      (await t.sql`select id from tasks where batch_id = ${batchId} order by id limit 4`).map(
        (row) => row.id,
      ),
    );
    const sit = async (who: OrgContext, skips: boolean) => {
      let met = 0;
      for (let leaseId = await leaseOf(who, batchId); leaseId; leaseId = await leaseOf(who, batchId)) {
        met += 1;
        const [slot] =
          await t.sql`select task_id as id from slots where batch_id = ${batchId} and lease_id = ${leaseId}`;
        if (skips && hard.has(slot!.id)) await skipTask(who, { batchId, leaseId, reason: 'unreadable' });
        else
          await submitLabel(who, {
            batchId,
            leaseId,
            labelId: randomUUID(),
            answers: { grade: '2' },
            activeMs: 1000,
          });
      }
      return met;
    };
    for (const who of people.slice(0, 3)) expect(await sit(who, true)).toBe(cases);
    expect(await sit(people[3]!, false)).toBe(cases);
    const marked =
      await t.sql`select cases, correct, verdict from exam_attempts where batch_id = ${batchId} order by correct, finished_at`;
    const given = { cases, correct: cases - hard.size, verdict: 'inconclusive' };
    expect(marked).toEqual([given, given, given, { cases, correct: cases, verdict: 'pass' }]);
    expect(
      await t.sql`select count(*)::int as n from tasks where batch_id = ${batchId} and status = 'unusable'`,
    ).toEqual([{ n: 0 }]);
    // Their sponsor looks at them, once each.
    expect(
      await t.sql`select kind, status, count(*)::int as n from case_alerts where batch_id = ${batchId} group by 1, 2`,
    ).toEqual([{ kind: 'gold_skipped', status: 'closed', n: 4 }]);
  });

  test('a case whose known answer was withdrawn is any other: readers can find it unusable', async () => {
    const known = await makeWorkScene(t.db, { cases: 1, gold: { 0: { grade: ['2'] } } });
    const batchId = await makeBatch(known, { goldMode: 'embedded', overlap: 5 });
    const people = await makeReaders(known, batchId, 4);
    const skip = async (who: OrgContext) =>
      skipTask(who, { batchId, leaseId: (await leaseOf(who, batchId))!, reason: 'unreadable' });
    for (const who of people.slice(0, 3)) await skip(who);
    expect((await taskOf(batchId)).status).toBe('open');
    await t.admin`update gold_answers set withdrawn_at = now() where batch_id = ${batchId}`;
    await skip(people[3]!);
    expect((await taskOf(batchId)).status).toBe('unusable');
    expect(await t.sql`select kind from case_alerts where batch_id = ${batchId} order by 1`).toEqual([
      { kind: 'gold_skipped' },
      { kind: 'unusable' },
    ]);
  });

  test('R7, R24: a case that everybody passed on while it was gold ends with its batch once its sponsor retires it', async () => {
    const known = await makeWorkScene(t.db, { cases: 2, gold: { 0: { grade: ['2'] } } });
    const caseIds = known.dataset.cases.map((one) => one.id);
    const batchId = await makeBatch(known, { caseIds, goldMode: 'embedded', overlap: 3 });
    const people = await makeReaders(known, batchId, 3);
    const [gold] =
      await t.sql`select task_id as id, gold_item_id as item from gold_answers where batch_id = ${batchId}`;
    for (const who of people)
      for (let leaseId = await leaseOf(who, batchId); leaseId; leaseId = await leaseOf(who, batchId)) {
        const [slot] =
          await t.sql`select task_id as id from slots where batch_id = ${batchId} and lease_id = ${leaseId}`;
        if (slot!.id === gold!.id) await skipTask(who, { batchId, leaseId, reason: 'unreadable' });
        else
          await submitLabel(who, {
            ...{ batchId, leaseId, labelId: randomUUID() },
            ...{ answers: { grade: '1' }, activeMs: 1000 },
          });
      }
    const job = systemContext({ db: t.db, clock: known.clock, name: 'test', requestId: randomUUID() });
    const statusAfter = async () => {
      for (let i = 0; i < 3; i += 1) await settleTasks(job, { batchId });
      return (await getBatch(t.db, batchId)).status;
    };
    const alerts = async () =>
      (await viewAlerts(known.sponsor, { projectId: known.project.id })).items.map(({ kind, gold }) => ({
        kind,
        gold,
      }));
    expect(await statusAfter()).toBe('open');
    expect(await alerts()).toEqual([
      { kind: 'gold_skipped', gold: { itemId: gold!.item, isWithdrawn: false } },
    ]);
    await retireGoldItem(known.sponsor, { goldItemId: gold!.item, reason: 'Its images are broken.' });
    for (let i = 0; i < 2; i += 1) await takeBackGold(job, { batchId, goldItemId: gold!.item });
    expect(await t.sql`select status from tasks where batch_id = ${batchId} and id = ${gold!.id}`).toEqual([
      { status: 'unusable' },
    ]);
    expect(await statusAfter()).toBe('settled');
    expect((await alerts()).toSorted((a, b) => a.kind.localeCompare(b.kind))).toEqual([
      { kind: 'gold_skipped', gold: { itemId: gold!.item, isWithdrawn: true } },
      { kind: 'unusable', gold: null },
    ]);
  });

  test('R7: gold that fewer passed on stays in work when it is retired', async () => {
    const known = await makeWorkScene(t.db, { cases: 1, gold: { 0: { grade: ['2'] } } });
    const batchId = await makeBatch(known, { goldMode: 'embedded', overlap: 3 });
    const [one, two] = await makeReaders(known, batchId, 2);
    for (const who of [one!, two!])
      await skipTask(who, { batchId, leaseId: (await leaseOf(who, batchId))!, reason: 'unreadable' });
    const [gold] = await t.sql`select gold_item_id as item from gold_answers where batch_id = ${batchId}`;
    await retireGoldItem(known.sponsor, { goldItemId: gold!.item, reason: 'Its images are broken.' });
    const job = systemContext({ db: t.db, clock: known.clock, name: 'test', requestId: randomUUID() });
    await takeBackGold(job, { batchId, goldItemId: gold!.item });
    expect((await taskOf(batchId)).status).toBe('open');
  });
});
