import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { spyOnStatements } from '#db/testing/statement-spy.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { MINUTE, SECOND } from '#server/core/clock.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { submitReview } from '#server/labels/submit-review.ts';
import { checkWorkInvariants } from './check-invariants.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { joinBatch } from './join-batch.ts';
import { listMyWork } from './reading-views.ts';
import { findReader } from './reads.ts';
import { releaseLeases } from './release-leases.ts';
import { submitLabel } from './submit-label.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

describe('R29: whether money stands in the way of a claim', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, {
      cases: 10,
      gold: Object.fromEntries([7, 8, 9].map((i) => [i, { grade: ['2'] }])),
    });
  });
  afterAll(() => t.drop());
  const claim = (who: OrgContext, batchId: string, limit = 1) =>
    claimNextTasks(who, { batchId, tier: 'label', limit });
  /** What is spoken for becomes all that was reserved. */
  const spend = (batchId: string) =>
    t.sql`update batches set reserved_minor = (select sum(encumbered_minor + accrued_minor + accrued_fee_minor) from readers r
      where r.batch_id = batches.id) where id = ${batchId}`;

  test('where gold is dealt and all else is held it is said so, not that the money is spent, and no gold is dealt for which there is none', async () => {
    const batchId = await makeBatch(scene, {
      overlap: 1,
      goldMode: 'dealt',
      goldShareBasisPoints: 5000,
      prefetch: 20,
    });
    const [first, second] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    // As many as hold every ordinary case.
    const openNow = async () =>
      (await t.sql`select 1 from slots where batch_id = ${batchId} and annotator_id is null`).length;
    while ((await openNow()) > 0) {
      const { leases } = await claim(first, batchId, 20);
      expect(leases.length).toBeGreaterThan(0);
      for (const { leaseId } of leases.slice(0, -1)) {
        const label = { labelId: randomUUID(), answers: { grade: '1' }, activeMs: 1000 };
        await submitLabel(first, { batchId, leaseId, ...label });
      }
    }
    await spend(batchId);
    for (let i = 0; i < 4; i += 1) {
      scene.clock.advance(2 * MINUTE);
      expect(await claim(second, batchId)).toMatchObject({
        leases: [],
        reasons: [{ code: 'work.all_taken' }],
      });
    }
    expect((await listMyWork(second)).find((one) => one.batchId === batchId)).toMatchObject({ reasons: [] });
    const got =
      await t.sql`select 1 from slots where batch_id = ${batchId} and annotator_id = ${second.actor.personId}`;
    expect(got).toHaveLength(0);
  });

  test('the list goes by a sum of up to 15 seconds ago, the claim by what is spoken for now; what is funded counts at once', async () => {
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [reader, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    const listed = async () => (await listMyWork(other)).find((one) => one.batchId === batchId)!.reasons;
    expect((await claim(reader, batchId)).leases).toHaveLength(1);
    expect(await listed()).toEqual([]);
    expect((await claim(reader, batchId)).leases).toHaveLength(1);
    await spend(batchId);
    scene.clock.advance(14 * SECOND);
    // Of the first read only, whoever looks: nobody’s page goes over all readers again.
    expect(await listed()).toEqual([]);
    scene.clock.advance(2 * SECOND);
    expect(await listed()).toMatchObject([{ code: 'budget.spent' }]);
    await t.sql`update batches set reserved_minor = reserved_minor + 1 where id = ${batchId}`;
    expect(await listed()).toEqual([]);
    await spend(batchId);
    scene.clock.advance(2 * MINUTE);
    expect(await claim(other, batchId)).toMatchObject({ leases: [], reasons: [{ code: 'budget.spent' }] });
  });

  /** A read that a reviewer has returned to its author. */
  async function returned(): Promise<{ batchId: string; author: OrgContext }> {
    const batchId = await makeBatch(scene, { overlap: 1, reviewShareBasisPoints: 10_000 });
    const [author] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const [reviewer] = (await makeReaders(scene, batchId, 1, 'review')) as [OrgContext];
    const [lease] = (await claim(author, batchId)).leases;
    const labelId = randomUUID();
    await submitLabel(author, {
      batchId,
      leaseId: lease!.leaseId,
      labelId,
      answers: { grade: '1' },
      activeMs: 1000,
    });
    await settleTasks(
      systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() }),
      {
        batchId,
      },
    );
    const [review] = (await claimNextTasks(reviewer, { batchId, tier: 'review', limit: 1 })).leases;
    await submitReview(reviewer, {
      batchId,
      leaseId: review!.leaseId,
      labelId: randomUUID(),
      activeMs: 1,
      decisions: [{ labelId, outcome: 'return', comment: 'Look at the apex.' }],
    });
    return { batchId, author };
  }

  test('who has a correction takes it up though all is spent, and nothing that costs (R27, R31)', async () => {
    const { batchId, author } = await returned();
    await spend(batchId);
    scene.clock.advance(2 * MINUTE);
    const held = async () =>
      (await findReader(t.db, { batchId, annotatorId: author.actor.personId, tier: 'label' }))!;
    const before = await held();
    expect(before.returned).toBe(1);
    expect((await listMyWork(author)).find((one) => one.batchId === batchId)).toMatchObject({ reasons: [] });
    const again = await claim(author, batchId, 5);
    expect(again).toMatchObject({ leases: [{ isReturned: true }], reasons: [] });
    expect(await held()).toMatchObject({
      returned: 0,
      encumberedMinor: before.encumberedMinor,
      checkedAt: before.checkedAt,
    });
    // Corrected or not, there is nothing else for them, however often they ask.
    expect(await claim(author, batchId)).toMatchObject({ leases: [], reasons: [{ code: 'budget.spent' }] });
    await submitLabel(author, {
      batchId,
      leaseId: again.leases[0]!.leaseId,
      labelId: randomUUID(),
      answers: { grade: '2' },
      activeMs: 1000,
    });
    expect(await claim(author, batchId)).toMatchObject({ leases: [], reasons: [{ code: 'budget.spent' }] });
    expect(await checkWorkInvariants(t.db)).toEqual([]);
  });

  test('a correction waits for whoever may not read at the moment, in the words of that (R27)', async () => {
    const { batchId, author } = await returned();
    await spend(batchId);
    scene.clock.advance(2 * MINUTE);
    const suspended = { ...author, actor: { ...author.actor, orgVerified: false } };
    const { leases, reasons } = await claim(suspended, batchId);
    expect(leases).toEqual([]);
    expect(reasons.length).toBeGreaterThan(0);
    expect(reasons.map((one) => one.code)).not.toContain('budget.spent');
    expect((await claim(author, batchId)).leases).toHaveLength(1);
  });

  test('the looks of many readers make one sum, and whoever is refused is refused by one of their own', async () => {
    const batchId = await makeBatch(scene, { overlap: 3 });
    const [holder, ...others] = (await makeReaders(scene, batchId, 12)) as [OrgContext, ...OrgContext[]];
    const { leases } = await claim(holder, batchId, 3);
    const spy = spyOnStatements(t.url);
    const sums = () => spy.said.filter((one) => /sum\(r\.encumbered_minor/.test(one)).length;
    const ask = (who: OrgContext) => claim({ ...who, db: spy.db }, batchId);
    scene.clock.advance(2 * MINUTE);
    // One after the other and at once: nobody's look goes over all readers again.
    expect((await ask(others[0]!)).leases).toHaveLength(1);
    for (const answer of await Promise.all(others.slice(1, 6).map(ask)))
      expect(answer.leases).toHaveLength(1);
    expect(sums()).toBe(1);
    // Spent since then: who looks within the 15 seconds may still be let in, and after them nobody is.
    await spend(batchId);
    expect((await ask(others[6]!)).leases).toHaveLength(1);
    expect(sums()).toBe(1);
    await spend(batchId);
    scene.clock.advance(15 * SECOND);
    expect(await ask(others[7]!)).toMatchObject({ leases: [], reasons: [{ code: 'budget.spent' }] });
    // The sum says that it is spent; a lease has been given back since, in another process, and so it is not.
    await releaseLeases(holder, { batchId, leaseIds: [leases[0]!.leaseId] });
    expect((await ask(others[8]!)).leases).toHaveLength(1);
    await spend(batchId);
    scene.clock.advance(15 * SECOND);
    expect(await ask(others[9]!)).toMatchObject({ leases: [], reasons: [{ code: 'budget.spent' }] });
    // What is funded counts at once, by the sum that is known.
    const before = sums();
    await t.sql`update batches set reserved_minor = reserved_minor + 1 where id = ${batchId}`;
    expect((await ask(others[9]!)).leases).toHaveLength(1);
    expect(sums()).toBe(before);
    await spy.end();
  });

  test('who joins, or joins once more, while all is spent gets nothing that costs by it', async () => {
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [holder] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    expect((await claim(holder, batchId)).leases).toHaveLength(1);
    await spend(batchId);
    scene.clock.advance(2 * MINUTE);
    const [late] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    await joinBatch(holder, { batchId, tier: 'label' });
    for (const who of [late, holder])
      expect(await claim(who, batchId)).toMatchObject({ leases: [], reasons: [{ code: 'budget.spent' }] });
    await t.sql`update batches set reserved_minor = reserved_minor + 1 where id = ${batchId}`;
    expect((await claim(late, batchId)).leases).toHaveLength(1);
  });
});
