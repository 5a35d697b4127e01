import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { makePlatform } from '#db/seed/factories/agreements.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { DAY } from '#server/core/clock.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { submitReview } from '#server/labels/submit-review.ts';
import { acceptAfterPeriod } from './accept-after-period.ts';
import { addTasks } from './add-tasks.ts';
import { checkWorkInvariants } from './check-invariants.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { cloneBatch } from './clone-batch.ts';
import { closeIncident } from './close-incident.ts';
import { createBatch } from './create-batch.ts';
import { flagCase } from './flag-case.ts';
import { openBatch } from './open-batch.ts';
import { parkTask } from './park-queries.ts';
import { previewBatch } from './preview-batch.ts';
import { findReader } from './reads.ts';
import type { Tier } from './rules.ts';
import { skipTask } from './skip-task.ts';
import { submitLabel } from './submit-label.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

describe('a quarantined case leads nobody into a dead end, and comes back as it was (R24, R27)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let operator: OrgContext;
  let place = 4;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 8 });
    const gold = { 0: { grade: ['2'] }, 1: { grade: ['2'] }, 2: { grade: ['2'] }, 3: { grade: ['2'] } };
    scene = await makeWorkScene(t.db, { cases: 30, gold });
    const platform = await makePlatform(t.db, scene.clock);
    operator = await makeMember(t.db, { org: platform, roles: ['operator'], clock: scene.clock });
  });
  afterEach(async () => expect(await checkWorkInvariants(t.db)).toEqual([]));
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  /** A case that no other test of this file touches. */
  const freshCase = () => scene.dataset.cases[place++]!.id;
  const claim = async (who: OrgContext, batchId: string, tier: Tier = 'label') =>
    claimNextTasks(who, { batchId, tier, limit: 1 });
  const hold = async (who: OrgContext, batchId: string, tier: Tier = 'label') =>
    (await claim(who, batchId, tier)).leases[0]!.leaseId;
  const submit = async (who: OrgContext, batchId: string, leaseId: string) => {
    const label = { labelId: randomUUID(), answers: { grade: '2' }, activeMs: 1 };
    await submitLabel(who, { batchId, leaseId, ...label });
    return label.labelId;
  };
  const reader = async (who: OrgContext, batchId: string) =>
    (await findReader(t.db, { batchId, annotatorId: who.actor.personId, tier: 'label' }))!;
  const taskOf = async (batchId: string) =>
    (await t.sql`select status, reads_done as done from tasks where batch_id = ${batchId}`)[0] as unknown as {
      status: string;
      done: number;
    };
  const slotsOf = async (batchId: string) =>
    (await t.sql`select tier, status from slots where batch_id = ${batchId} order by slot_no`).map(
      (row) => `${row.tier} ${row.status}`,
    );

  /** Somebody else sees something in the case, in a batch of its own; the answer is how the incident ends. */
  async function seen(caseId: string): Promise<(outcome: 'false_alarm' | 'confirmed') => Promise<void>> {
    const batchId = await makeBatch(scene, { overlap: 1, caseIds: [caseId] });
    const [who] = await makeReaders(scene, batchId, 1);
    const note = 'A name is burnt in.';
    const leaseId = await hold(who!, batchId);
    const { flagId } = await flagCase(who!, { batchId, leaseId, kind: 'phi_seen', note });
    return async (outcome) => {
      await closeIncident(operator, { batchId, flagId, outcome, note: 'Looked into.' });
    };
  }

  const toldOfReturns = async (who: OrgContext) =>
    (
      await t.sql`select 1 from notifications where kind = 'label.returned' and person_id = ${who.actor.personId}`
    ).length;

  /** A read that a reviewer has returned to its author; `meanwhile` something else befell the case while it was reviewed. */
  async function returnedRead(caseId: string, meanwhile?: (batchId: string) => Promise<void>) {
    const batchId = await makeBatch(scene, {
      overlap: 1,
      caseIds: [caseId],
      reviewShareBasisPoints: 10_000,
      reviewPeriodDays: 3,
    });
    const [author] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const [reviewer] = (await makeReaders(scene, batchId, 1, 'review')) as [OrgContext];
    const labelId = await submit(author, batchId, await hold(author, batchId));
    await settleTasks(system(), { batchId });
    const leaseId = await hold(reviewer, batchId, 'review');
    await meanwhile?.(batchId);
    await submitReview(reviewer, {
      batchId,
      leaseId,
      labelId: randomUUID(),
      activeMs: 1,
      decisions: [{ labelId, outcome: 'return', comment: 'Look at the apex.' }],
    });
    expect(await reader(author, batchId)).toMatchObject({ returned: meanwhile ? 0 : 1 });
    return { batchId, author, reviewer };
  }

  test.each([false, true])(
    'a returned read stands as it was and is paid (R31); a false alarm returns it again (correction under way: %s)',
    async (isHeld) => {
      const caseId = freshCase();
      const { batchId, author, reviewer } = await returnedRead(caseId);
      if (isHeld) await hold(author, batchId);
      const end = await seen(caseId);
      expect(await reader(author, batchId)).toMatchObject({ returned: 0, encumberedMinor: 138n });
      expect(await toldOfReturns(author)).toBe(1);
      expect(await taskOf(batchId)).toEqual({ status: 'unusable', done: 1 });
      expect((await claim(author, batchId)).leases).toEqual([]);
      await end('false_alarm');
      expect(await reader(author, batchId)).toMatchObject({ returned: 1 });
      // It waits for them again, which they would not know.
      expect(await toldOfReturns(author)).toBe(2);
      expect(await taskOf(batchId)).toEqual({ status: 'open', done: 0 });
      await submit(author, batchId, await hold(author, batchId));
      await settleTasks(system(), { batchId });
      // The correction goes to its review, as if nothing had been.
      expect((await claim(reviewer, batchId, 'review')).leases).toHaveLength(1);
    },
  );

  test('of a read that is returned while its case is shut its author is told once the case is back, and not before', async () => {
    const caseId = freshCase();
    const { batchId, author } = await returnedRead(caseId, async (of) => {
      const [row] = await t.sql`select id from tasks where batch_id = ${of}`;
      await t.db.transaction((tx) => parkTask(tx, { batchId: of, taskId: String(row?.id) }));
    });
    expect(await toldOfReturns(author)).toBe(0);
    await (await seen(caseId))('false_alarm');
    expect(await reader(author, batchId)).toMatchObject({ returned: 1 });
    expect(await toldOfReturns(author)).toBe(1);
  });

  test('a returned read that its author has passed on does not come back to them: the reviewer decides on it again', async () => {
    const caseId = freshCase();
    const { batchId, author, reviewer } = await returnedRead(caseId);
    await skipTask(author, { batchId, leaseId: await hold(author, batchId), reason: 'not_qualified' });
    const end = await seen(caseId);
    await end('false_alarm');
    expect(await reader(author, batchId)).toMatchObject({ returned: 0 });
    expect(await toldOfReturns(author)).toBe(1);
    await settleTasks(system(), { batchId });
    expect((await claim(reviewer, batchId, 'review')).leases).toHaveLength(1);
  });

  test('a returned read of a case that stays shut is accepted when its review period is over', async () => {
    const caseId = freshCase();
    const { batchId, author } = await returnedRead(caseId);
    const end = await seen(caseId);
    await end('confirmed');
    scene.clock.advance(3 * DAY + 1000);
    await acceptAfterPeriod(system());
    expect(await reader(author, batchId)).toMatchObject({
      accepted: 1,
      accruedMinor: 120n,
      encumberedMinor: 0n,
    });
  });

  test.each([false, true])(
    'R23: a repeat does not open while its case is shut, is not promised, and opens when it was to after a false alarm (held: %s)',
    async (isHeld) => {
      const caseId = freshCase();
      const batchId = await makeBatch(scene, { overlap: 1, rounds: 2, caseIds: [caseId] });
      const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
      await submit(who, batchId, await hold(who, batchId));
      if (isHeld) await hold(who, batchId);
      const end = await seen(caseId);
      expect(await reader(who, batchId)).toMatchObject({ repeats: 0 });
      const none = await claim(who, batchId);
      expect(none.leases).toEqual([]);
      expect(none.reasons.map((reason) => reason.code)).not.toContain('work.repeats_wait');
      await end('false_alarm');
      expect(await reader(who, batchId)).toMatchObject({ repeats: 1 });
      // Held or not: nobody else can read it.
      const leases = (await claim(who, batchId)).leases.map((lease) => lease.round);
      expect(leases).toEqual([2]);
    },
  );

  test.each([false, true])(
    'R24: a repeat of a case in which protected information was confirmed never comes back (held: %s)',
    async (isHeld) => {
      const caseId = freshCase();
      const batchId = await makeBatch(scene, { overlap: 1, rounds: 2, caseIds: [caseId] });
      const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
      await submit(who, batchId, await hold(who, batchId));
      if (isHeld) await hold(who, batchId);
      await (await seen(caseId))('confirmed');
      scene.clock.advance(100 * DAY);
      expect(await claim(who, batchId)).toMatchObject({ leases: [] });
      expect(await reader(who, batchId)).toMatchObject({ repeats: 0 });
    },
  );

  test.each([1, 2])(
    'R24: who reports it is paid once and in full, whichever read they hold, and is not given it again after a false alarm (round: %s)',
    async (round) => {
      const batchId = await makeBatch(scene, { overlap: 1, rounds: 3, caseIds: [freshCase()] });
      const [who, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
      for (let n = 1; n < round; n += 1) await submit(who, batchId, await hold(who, batchId));
      const leaseId = await hold(who, batchId);
      const { flagId } = await flagCase(who, { batchId, leaseId, kind: 'phi_seen', note: 'A name.' });
      expect(await reader(who, batchId)).toMatchObject({ accruedMinor: 120n, repeats: 0, repeatsTaken: 0 });
      await closeIncident(operator, { batchId, flagId, outcome: 'false_alarm', note: 'Looked into.' });
      expect((await claim(who, batchId)).leases).toEqual([]);
      expect(await reader(who, batchId)).toMatchObject({ accruedMinor: 120n, repeats: 0 });
      // Of a first read somebody else reads all rounds; nobody else can make a repeat, so that the case waits for none.
      expect(await taskOf(batchId)).toEqual({ status: round === 1 ? 'open' : 'labelled', done: round - 1 });
      expect((await claim(other, batchId)).leases).toHaveLength(round === 1 ? 1 : 0);
    },
  );

  test('R23: the repeat of a read that is rejected while its case is shut goes with it', async () => {
    const caseId = freshCase();
    const batchId = await makeBatch(scene, { overlap: 1, rounds: 2, caseIds: [caseId] });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const labelId = await submit(who, batchId, await hold(who, batchId));
    const end = await seen(caseId);
    await rejectLabel(scene.sponsor, { batchId, labelId, reason: 'no_effort', evidence: 'Two seconds.' });
    await end('false_alarm');
    expect(await reader(who, batchId)).toMatchObject({ repeats: 0 });
    expect(await slotsOf(batchId)).toEqual(['label rejected', 'label open']);
  });

  test('a read that is rejected while its case is shut is read again by somebody else once it is back, and not before', async () => {
    const caseId = freshCase();
    const batchId = await makeBatch(scene, { overlap: 1, caseIds: [caseId] });
    const [who, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    const labelId = await submit(who, batchId, await hold(who, batchId));
    const end = await seen(caseId);
    await rejectLabel(scene.sponsor, { batchId, labelId, reason: 'no_effort', evidence: 'Two seconds.' });
    expect((await claim(other, batchId)).leases).toEqual([]);
    expect(await taskOf(batchId)).toMatchObject({ status: 'unusable' });
    await end('false_alarm');
    expect(await taskOf(batchId)).toMatchObject({ status: 'open' });
    await submit(other, batchId, await hold(other, batchId));
    expect(await taskOf(batchId)).toMatchObject({ status: 'labelled' });
  });

  test('a case that is in review goes on there after a false alarm, under the review that was asked for', async () => {
    const caseId = freshCase();
    const batchId = await makeBatch(scene, {
      overlap: 1,
      caseIds: [caseId],
      reviewShareBasisPoints: 10_000,
    });
    const [author] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    await submit(author, batchId, await hold(author, batchId));
    await settleTasks(system(), { batchId });
    const end = await seen(caseId);
    await settleTasks(system(), { batchId });
    await end('false_alarm');
    await settleTasks(system(), { batchId });
    expect(await taskOf(batchId)).toMatchObject({ status: 'in_review' });
    expect(await slotsOf(batchId)).toEqual(['label submitted', 'review open']);
  });

  test('gold that is dealt goes back into the mix after a false alarm, and is not taken for a case that was read', async () => {
    const batchId = await makeBatch(scene, { goldMode: 'dealt', goldShareBasisPoints: 2000, overlap: 1 });
    const goldCase = scene.dataset.cases[0]!.id;
    const end = await seen(goldCase);
    const statusOf = async () =>
      (await t.sql`select status from tasks where batch_id = ${batchId} and case_id = ${goldCase}`)[0]
        ?.status;
    expect(await statusOf()).toBe('unusable');
    await end('false_alarm');
    expect(await statusOf()).toBe('open');
  });

  test('no new batch holds it, and how many stay out is said: preview, draft, clone, more cases', async () => {
    const [shut, ...rest] = [freshCase(), freshCase(), freshCase()] as [string, string, string];
    const caseIds = [shut, ...rest];
    const before = await makeBatch(scene, { overlap: 1, caseIds });
    const running = await makeBatch(scene, { overlap: 1, caseIds: [freshCase()] });
    const end = await seen(shut);
    const input = {
      projectId: scene.project.id,
      datasetId: scene.dataset.id,
      name: 'After it',
      kind: 'production' as const,
      vendorOrgId: scene.vendorOrg.id,
      overlap: 1,
      pricePerReadMinor: 120n,
      goldMode: 'none' as const,
      reviewShareBasisPoints: 0,
      isAdjudicated: false,
      caseIds,
    };
    expect(await previewBatch(scene.sponsor, input)).toMatchObject({
      chosen: 2,
      population: 2,
      faults: [],
      warnings: [
        {
          code: 'batch.cases_quarantined',
          message: expect.stringMatching(/^1 case is quarantined .* stays out\.$/),
        },
      ],
    });
    const casesOf = async (batchId: string) =>
      (await t.sql`select case_id from tasks where batch_id = ${batchId}`)
        .map((row) => row.case_id)
        .toSorted();
    const made = await createBatch(scene.sponsor, input);
    expect(made).toMatchObject({ quarantined: 1 });
    expect(await casesOf(made.batchId)).toEqual(rest.toSorted());
    const clone = await cloneBatch(scene.sponsor, { batchId: before, name: 'Once more', cases: 'same' });
    expect(clone).toMatchObject({ quarantined: 1 });
    expect(await casesOf(clone.batchId)).toEqual(rest.toSorted());
    const more = await addTasks(scene.sponsor, {
      batchId: running,
      filter: { externalIds: await namesOf(caseIds) },
    });
    expect(more).toMatchObject({ added: 2, quarantined: 1 });
    // What a batch holds already is not left out of what is added to it.
    const again = await namesOf([shut, freshCase()]);
    const none = await addTasks(scene.sponsor, { batchId: before, filter: { externalIds: again } });
    expect(none).toMatchObject({ added: 1, quarantined: 0 });
    await end('confirmed');
  });

  test('a draft that was made before it opens without it, and has it back after a false alarm', async () => {
    const [shut, open] = [freshCase(), freshCase()];
    const batchId = await makeBatch(scene, { overlap: 1, caseIds: [shut, open], isDraft: true });
    const end = await seen(shut);
    expect(await openBatch(scene.sponsor, { batchId })).toMatchObject({ quarantined: 1 });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    await submit(who, batchId, await hold(who, batchId));
    expect((await claim(who, batchId)).leases).toEqual([]);
    await end('false_alarm');
    await submit(who, batchId, await hold(who, batchId));
    const [{ n }] = (await t.sql`select count(*)::int as n from tasks where batch_id = ${batchId}
      and status = 'labelled'`) as unknown as [{ n: number }];
    expect(n).toBe(2);
  });

  const namesOf = async (caseIds: readonly string[]) =>
    (await t.sql`select external_id from cases where id = any(${[...caseIds]}::uuid[])`).map(
      (row) => row.external_id as string,
    );
});
