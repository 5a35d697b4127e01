import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  makeBatch,
  makeReaders,
  makeWorker,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { MINUTE } from '#server/core/clock.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { engagePerson } from '#server/staffing/engage-person.ts';
import { addTasks } from './add-tasks.ts';
import { amendLabel } from './amend-label.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { joinBatch } from './join-batch.ts';
import { openBatch } from './open-batch.ts';
import { releaseLeases } from './release-leases.ts';
import { submitLabel } from './submit-label.ts';

describe('two batches that are read at the same time and keep each other’s readers away', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
    scene = await makeWorkScene(t.db, { cases: 20 });
  });
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const cases = (from: number, to: number) => scene.dataset.cases.slice(from, to).map((one) => one.id);
  const apart = (from: number, to: number, more: object = {}) =>
    makeBatch(scene, { overlap: 2, caseIds: cases(from, to), excludePriorReaders: 'siblings', ...more });
  const join = (who: OrgContext, batchId: string) => joinBatch(who, { batchId, tier: 'label' });
  const claim = (who: OrgContext, batchId: string, limit = 1) =>
    claimNextTasks(who, { batchId, tier: 'label', limit });
  const submit = async (who: OrgContext, batchId: string, leaseId: string, grade = '1') => {
    const labelId = randomUUID();
    await submitLabel(who, { batchId, leaseId, labelId, answers: { grade }, activeMs: 1 });
    return labelId;
  };
  const readAll = async (who: OrgContext, batchId: string): Promise<void> => {
    for (;;) {
      const { leases } = await claim(who, batchId, 5);
      if (leases.length === 0) return;
      for (const { leaseId } of leases) await submit(who, batchId, leaseId);
    }
  };
  const inBoth = (batchIds: string[]) => t.sql`
    select s.annotator_id, k.case_id from slots s join tasks k on k.batch_id = s.batch_id and k.id = s.task_id
    where s.batch_id in ${t.sql(batchIds)} and s.annotator_id is not null
    group by 1, 2 having count(distinct s.batch_id) > 1`;
  const inEither = (batchIds: string[]) => t.sql`
    select max(n)::int as n from (select count(distinct batch_id) as n from readers where batch_id in ${t.sql(batchIds)}
      group by annotator_id) one`;
  const underWay = { reason: 'not_eligible', details: [{ code: 'prior_reading.under_way' }] };

  test('never give a person one case in both, also when joins and claims race', async () => {
    // Two cases are in the first alone, four in both, two in the second alone.
    const both = [await apart(0, 6), await apart(2, 8)];
    const people = await Promise.all([1, 2, 3, 4].map(() => makeWorker(scene)));
    const joined = await Promise.all(
      people.map((who) => Promise.allSettled(both.map((batchId) => join(who, batchId)))),
    );
    // Of two that are joined at the same moment one is taken: what they share is not read yet.
    for (const two of joined)
      expect(two.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const unread = async () =>
      (await t.sql`select 1 from slots where batch_id in ${t.sql(both)} and status <> 'accepted'`).length;
    for (let round = 0; round < 30 && (await unread()) > 0; round += 1) {
      await Promise.all(
        people.flatMap((who) =>
          both.map(async (batchId) => {
            const isIn = await join(who, batchId).then(
              () => true,
              () => false,
            );
            const { leases } = isIn ? await claim(who, batchId) : { leases: [] };
            for (const { leaseId } of leases) await submit(who, batchId, leaseId);
          }),
        ),
      );
      scene.clock.advance(2 * MINUTE);
      await settleTasks(system());
    }
    expect(await inBoth(both)).toHaveLength(0);
    // Nobody is kept from what is not in both, nor from what they have not read: four people are enough for every read.
    expect(await unread()).toBe(0);
    expect((await inEither(both))[0]?.n).toBe(2);
  });

  test('a case whose reads somebody is shown as a reviewer is not theirs to read in the other a moment later', async () => {
    const reviewed = await makeBatch(scene, {
      overlap: 1,
      caseIds: cases(18, 20),
      reviewShareBasisPoints: 10_000,
    });
    const again = await apart(18, 20, { overlap: 1 });
    const [author] = (await makeReaders(scene, reviewed, 1)) as [OrgContext];
    const [who] = (await makeReaders(scene, reviewed, 1, 'review')) as [OrgContext];
    await transact(scene.sponsor, (tx) =>
      engagePerson(tx, {
        projectId: scene.project.id,
        personId: who.actor.personId,
        viaOrgId: scene.vendorOrg.id,
        role: 'annotator',
        independenceGroup: null,
      }),
    );
    await join(who, again);
    for (const { leaseId } of (await claim(author, reviewed, 2)).leases)
      await submit(author, reviewed, leaseId);
    await settleTasks(system(), { batchId: reviewed });
    const shown = await claimNextTasks(who, { batchId: reviewed, tier: 'review', limit: 1 });
    expect(shown.leases).toHaveLength(1);
    expect((await claim(who, again, 2)).leases).toHaveLength(1);
    expect(await inBoth([reviewed, again])).toHaveLength(0);
  });

  test('a case that comes into both is read in the one that was joined first', async () => {
    const [one, two] = [await apart(8, 9), await apart(9, 10)] as const;
    const [who] = (await makeReaders(scene, one, 1)) as [OrgContext];
    await join(who, two);
    const externalIds = [scene.dataset.cases[10]!.externalId];
    for (const batchId of [one, two]) await addTasks(scene.sponsor, { batchId, filter: { externalIds } });
    const refused = await claim(who, two, 3);
    expect(refused.leases).toHaveLength(0);
    expect(refused.reasons).toMatchObject([{ code: 'prior_reading.under_way' }]);
    const { leases } = await claim(who, one, 3);
    expect(leases).toHaveLength(2);
    scene.clock.advance(2 * MINUTE);
    expect((await claim(who, two, 3)).leases).toHaveLength(1);
    expect(await inBoth([one, two])).toHaveLength(0);
  });

  test('a final case is read in the other by whoever has not read it, and comes back to none of them when it is undone', async () => {
    const one = await apart(12, 14, {
      overlapRule: { mode: 'on_disagreement', agreementThreshold: 1, maxAdditionalAnnotators: 1 },
    });
    const caseOf = async (leaseId: string) =>
      (
        await t.sql`select k.case_id from slots s join tasks k on k.batch_id = s.batch_id and k.id = s.task_id
        where s.lease_id = ${leaseId}`
      )[0]?.case_id as string;
    const [undone, stays] = cases(12, 14);
    /** Takes both cases, reads one and gives the other back. */
    const readCase = async (who: OrgContext, caseId: string | undefined) => {
      const { leases } = await claim(who, one, 2);
      const found = await Promise.all(
        leases.map(async ({ leaseId }) => [await caseOf(leaseId), leaseId] as const),
      );
      const own = found.find(([id]) => id === caseId)!;
      await releaseLeases(who, {
        batchId: one,
        leaseIds: found.flatMap(([id, leaseId]) => (id === caseId ? [] : [leaseId])),
      });
      return submit(who, one, own[1]);
    };
    const [first, second, other] = (await makeReaders(scene, one, 3)) as [OrgContext, OrgContext, OrgContext];
    await readCase(first, undone);
    await readCase(other, stays);
    const two = await apart(12, 13);
    await expect(join(other, two)).rejects.toMatchObject(underWay);
    const labelId = await readCase(second, undone);
    await settleTasks(system(), { batchId: one });
    await join(other, two);
    expect((await claim(other, two)).leases).toHaveLength(1);
    await amendLabel(second, {
      batchId: one,
      labelId,
      newLabelId: randomUUID(),
      answers: { grade: '3' },
      activeMs: 1,
    });
    await settleTasks(system(), { batchId: one });
    expect((await claim(other, one)).leases).toHaveLength(0);
    const late = await makeWorker(scene);
    await join(late, one);
    const got = await Promise.all((await claim(late, one, 2)).leases.map(({ leaseId }) => caseOf(leaseId)));
    expect(got).toContain(undone);
  });

  test('R15, R23: siblings keep away the readers of every pilot of a call, each on their own cases, also of one under way', async () => {
    const fresh = await makeWorkScene(t.db, { cases: 6 });
    const casesOf = (from: number, to: number) => fresh.dataset.cases.slice(from, to).map((one) => one.id);
    const pilot = (caseIds: string[]) =>
      makeBatch(fresh, { kind: 'pilot', overlap: 1, caseIds, ofCall: 'one', goldMode: 'none' });
    const [one, two] = [await pilot(casesOf(0, 4)), await pilot(casesOf(0, 4))];
    const [ann] = await makeReaders(fresh, one, 1);
    const [bob] = await makeReaders(fresh, two, 1);
    await expect(joinBatch(ann!, { batchId: two, tier: 'label' })).rejects.toMatchObject({
      kind: 'precondition',
    });
    await readAll(ann!, one);
    // The other pilot is still read: two cases are done, one is on a screen.
    for (let i = 0; i < 2; i += 1) {
      const { leases } = await claimNextTasks(bob!, { batchId: two, tier: 'label', limit: 1 });
      const label = { labelId: randomUUID(), answers: { grade: '2' }, activeMs: 1 };
      await submitLabel(bob!, { batchId: two, leaseId: leases[0]!.leaseId, ...label });
    }
    await claimNextTasks(bob!, { batchId: two, tier: 'label', limit: 1 });
    const batchId = await makeBatch(fresh, { overlap: 2, goldMode: 'none', excludePriorReaders: 'siblings' });
    const kept = await t.sql`select annotator_id, count(*)::int as n from reader_exclusions
      where batch_id = ${batchId} group by 1`;
    expect(new Map(kept.map((row) => [row.annotator_id, row.n]))).toEqual(
      new Map([
        [ann!.actor.personId, 4],
        [bob!.actor.personId, 3],
      ]),
    );
    // Bob's last case could still come to him in the pilot; once it has, he reads what is here alone.
    await expect(joinBatch(bob!, { batchId, tier: 'label' })).rejects.toMatchObject({
      details: [{ code: 'prior_reading.under_way' }],
    });
    await claimNextTasks(bob!, { batchId: two, tier: 'label', limit: 1 });
    for (const who of [ann!, bob!]) await joinBatch(who, { batchId, tier: 'label' });
    for (const who of [ann!, bob!]) await readAll(who, batchId);
    const read = await t.sql`select l.annotator_id, c.external_id::int as name from labels l
      join tasks k on k.batch_id = l.batch_id and k.id = l.task_id join cases c on c.id = k.case_id
      where l.batch_id = ${batchId} order by 2`;
    for (const who of [ann!, bob!])
      expect(read.filter((row) => row.annotator_id === who.actor.personId).map((row) => row.name)).toEqual([
        5, 6,
      ]);
  });

  test('who reads a case between the making and the opening of a draft does not meet it again either', async () => {
    const fresh = await makeWorkScene(t.db, { cases: 3 });
    const first = await makeBatch(fresh, { overlap: 1 });
    const later = await makeBatch(fresh, {
      overlap: 1,
      isDraft: true,
      excludePriorReaders: 'listed',
      excludedBatchIds: [first],
    });
    const [ann] = await makeReaders(fresh, first, 1);
    await readAll(ann!, first);
    await openBatch(fresh.sponsor, { batchId: later });
    await joinBatch(ann!, { batchId: later, tier: 'label' });
    expect((await claimNextTasks(ann!, { batchId: later, tier: 'label', limit: 3 })).leases).toEqual([]);
  });
});
