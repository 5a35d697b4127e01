import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { caseFlags } from '#db/schema/work-trouble.ts';
import { makePlatform } from '#db/seed/factories/agreements.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { untilWaiting } from '#db/testing/until-waiting.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { MINUTE } from '#server/core/clock.ts';
import { checkWorkInvariants } from './check-invariants.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { closeIncident } from './close-incident.ts';
import { flagCase } from './flag-case.ts';
import { viewIncidents } from './inbox-views.ts';
import { findReader } from './reads.ts';
import { reclaimLeases } from './reclaim-leases.ts';
import { submitLabel } from './submit-label.ts';

type Report = { batchId: string; flagId: string };

describe('several reports of protected information in one case decide together whether it is shut (R24)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let operator: OrgContext;
  let place = 0;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 8 });
    scene = await makeWorkScene(t.db, { cases: 12 });
    const platform = await makePlatform(t.db, scene.clock);
    operator = await makeMember(t.db, { org: platform, roles: ['operator'], clock: scene.clock });
  });
  afterEach(async () => expect(await checkWorkInvariants(t.db)).toEqual([]));
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const note = 'A name is burnt in.';
  const hold = async (who: OrgContext, batchId: string) =>
    (await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases[0]!.leaseId;
  const close = (report: Report, outcome: 'false_alarm' | 'confirmed') =>
    closeIncident(operator, { ...report, outcome, note: 'Looked into.' });

  /** Two people report one case at the same moment, so that neither finds the other's lease gone. */
  async function seenTwice(isOneBatch: boolean) {
    const caseId = scene.dataset.cases[place++]!.id;
    const first = await makeBatch(scene, { overlap: 2, caseIds: [caseId] });
    const second = isOneBatch ? first : await makeBatch(scene, { overlap: 2, caseIds: [caseId] });
    const [one] = (await makeReaders(scene, first, 1)) as [OrgContext];
    const [other] = (await makeReaders(scene, second, 1)) as [OrgContext];
    const leases = [await hold(one, first), await hold(other, second)] as const;
    let both: Promise<{ flagId: string }[]> | undefined;
    await t.admin.begin(async (tx) => {
      await tx`select 1 from assets where case_id = ${caseId} for update`;
      both = Promise.all([
        flagCase(one, { batchId: first, leaseId: leases[0], kind: 'phi_seen', note }),
        flagCase(other, { batchId: second, leaseId: leases[1], kind: 'phi_seen', note }),
      ]);
      await untilWaiting(t, 2);
    });
    const flags = await both!;
    const reports: [Report, Report] = [
      { batchId: first, flagId: flags[0]!.flagId },
      { batchId: second, flagId: flags[1]!.flagId },
    ];
    const isShut = async () => {
      const states = await t.sql`select status from tasks where case_id = ${caseId}`;
      const files =
        await t.sql`select quarantined_at is not null as shut from assets where case_id = ${caseId}`;
      const answers = new Set([
        ...states.map((row) => row.status === 'unusable'),
        ...files.map((row) => row.shut as boolean),
      ]);
      expect(answers.size).toBe(1);
      return answers.has(true);
    };
    const onDesk = async ({ flagId }: Report) =>
      (await viewIncidents(operator, { limit: 100 })).items.find((row) => row.flagId === flagId);
    return { caseId, first, reports, isShut, onDesk };
  }

  const cases = [true, false].flatMap((isOneBatch) =>
    [0, 1].map((confirmed) => [isOneBatch, confirmed] as const),
  );
  test.each(cases)(
    'one that is confirmed keeps the case shut for good, whether it ends first or last (one batch: %s, confirmed: %i)',
    async (isOneBatch, confirmed) => {
      const { first, reports, isShut, onDesk } = await seenTwice(isOneBatch);
      expect(await onDesk(reports[0])).toMatchObject({ shutBy: 'reported', openReports: 2 });
      const outcomeOf = (i: number) => (i === confirmed ? 'confirmed' : 'false_alarm');
      expect(await close(reports[0], outcomeOf(0))).toEqual({
        isOpenAgain: false,
        shutBy: confirmed === 0 ? 'confirmed' : 'reported',
      });
      expect(await onDesk(reports[1])).toMatchObject({
        shutBy: confirmed === 0 ? 'confirmed' : 'reported',
        openReports: 1,
      });
      expect(await close(reports[1], outcomeOf(1))).toEqual({ isOpenAgain: false, shutBy: 'confirmed' });
      expect(await isShut()).toBe(true);
      // Neither row of the desk says that the case is open.
      for (const report of reports)
        expect(await onDesk(report)).toMatchObject({ shutBy: 'confirmed', openReports: 0 });
      const said = await t.sql`select detail from audit_events where action = 'work.incident_closed'
        and subject_id = any(${reports.map((one) => one.flagId)}) order by id`;
      expect(said.map((row) => row.detail)).toMatchObject([
        { isOpenAgain: false },
        { isOpenAgain: false, shutBy: 'confirmed' },
      ]);
      const [late] = (await makeReaders(scene, first, 1)) as [OrgContext];
      expect((await claimNextTasks(late, { batchId: first, tier: 'label', limit: 1 })).leases).toEqual([]);
    },
  );

  test('two false alarms open it again with the last of them', async () => {
    const { first, reports, isShut, onDesk } = await seenTwice(false);
    expect(await close(reports[1], 'false_alarm')).toEqual({ isOpenAgain: false, shutBy: 'reported' });
    expect(await onDesk(reports[1])).toMatchObject({ outcome: 'false_alarm', shutBy: 'reported' });
    expect(await isShut()).toBe(true);
    expect(await close(reports[0], 'false_alarm')).toEqual({ isOpenAgain: true, shutBy: null });
    expect(await onDesk(reports[1])).toMatchObject({ outcome: 'false_alarm', shutBy: null });
    expect(await isShut()).toBe(false);
    const [late] = (await makeReaders(scene, first, 1)) as [OrgContext];
    await hold(late, first);
  });

  test('a report that comes after one was confirmed opens nothing, however it ends', async () => {
    const { reports, isShut } = await seenTwice(false);
    await close(reports[0], 'confirmed');
    await close(reports[1], 'confirmed');
    const { batchId } = reports[0];
    const [task] = await t.sql`select id from tasks where batch_id = ${batchId}`;
    const flagId = randomUUID();
    await t.db.insert(caseFlags).values({
      batchId,
      id: flagId,
      taskId: String(task?.id),
      annotatorId: operator.actor.personId,
      kind: 'phi_seen',
      note,
      createdAt: scene.clock.now(),
    });
    expect(await close({ batchId, flagId }, 'false_alarm')).toEqual({
      isOpenAgain: false,
      shutBy: 'confirmed',
    });
    expect(await isShut()).toBe(true);
  });

  test('it is reported also of a case that is held no more: run out while offline, or handed in; once, and for no further pay', async () => {
    const caseIds = [0, 0, 0].map(() => scene.dataset.cases[place++]!.id);
    const batchId = await makeBatch(scene, { overlap: 2, caseIds, leaseSeconds: 300 });
    const [who, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    const handedIn = await hold(who, batchId);
    const label = { labelId: randomUUID(), answers: { grade: '2' }, activeMs: 1 };
    await submitLabel(who, { batchId, leaseId: handedIn, ...label });
    const ranOut = await hold(who, batchId);
    scene.clock.advance(10 * MINUTE);
    await reclaimLeases(system());
    const held = await claimNextTasks(other, { batchId, tier: 'label', limit: 3 });
    expect(held.leases).toHaveLength(3);
    const readerOf = (one: OrgContext) =>
      findReader(t.db, { batchId, annotatorId: one.actor.personId, tier: 'label' });
    const before = await readerOf(who);
    const said = { batchId, kind: 'phi_seen' as const, note };
    for (const leaseId of [ranOut, handedIn]) {
      // Nobody else may speak for them, and what needs the case before one's eyes waits for nothing.
      await expect(flagCase(other, { ...said, leaseId })).rejects.toMatchObject({ reason: 'lease_over' });
      await expect(flagCase(who, { ...said, leaseId, kind: 'ask' })).rejects.toMatchObject({
        reason: 'lease_over',
      });
      const first = await flagCase(who, { ...said, leaseId });
      expect(first.isHeld).toBe(false);
      expect(await flagCase(who, { ...said, leaseId })).toEqual(first);
    }
    const states = await t.sql`select status from tasks where batch_id = ${batchId}`;
    expect(states.map((row) => row.status).toSorted()).toEqual(['open', 'unusable', 'unusable']);
    expect(await readerOf(who)).toMatchObject({ accruedMinor: before!.accruedMinor, submitted: 1 });
    // Whoever held them by then lost them.
    expect(await readerOf(other)).toMatchObject({ released: 2 });
    expect(await t.sql`select 1 from case_flags where batch_id = ${batchId}`).toHaveLength(2);
    // What ran out and was not taken back yet is theirs still, and paid in full.
    scene.clock.advance(10 * MINUTE);
    const left = held.leases.map((lease) => lease.leaseId);
    const [row] = await t.sql`select lease_id from slots where batch_id = ${batchId} and status = 'leased'`;
    expect(left).toContain(row?.lease_id);
    expect(await flagCase(other, { ...said, leaseId: String(row?.lease_id) })).toMatchObject({
      isHeld: true,
    });
    expect(await readerOf(other)).toMatchObject({ accruedMinor: 120n });
  });

  test('so it is after another was confirmed: it is noted, and the case stays shut however it ends', async () => {
    const { first, reports, isShut } = await seenTwice(true);
    const [late] = (await makeReaders(scene, first, 1)) as [OrgContext];
    for (const report of reports) await close(report, 'false_alarm');
    const leaseId = await hold(late, first);
    const label = { labelId: randomUUID(), answers: { grade: '2' }, activeMs: 1 };
    await submitLabel(late, { batchId: first, leaseId, ...label });
    const [third] = (await makeReaders(scene, first, 1)) as [OrgContext];
    const own = { batchId: first, leaseId: await hold(third, first), kind: 'phi_seen' as const, note };
    await close({ batchId: first, flagId: (await flagCase(third, own)).flagId }, 'confirmed');
    const { flagId } = await flagCase(late, { ...own, leaseId });
    expect(await close({ batchId: first, flagId }, 'false_alarm')).toEqual({
      isOpenAgain: false,
      shutBy: 'confirmed',
    });
    expect(await isShut()).toBe(true);
  });

  test('a false alarm in one case opens it although protected information was confirmed in another', async () => {
    const [shut, open] = [await seenTwice(true), await seenTwice(true)];
    await close(shut.reports[0], 'confirmed');
    for (const report of open.reports) await close(report, 'false_alarm');
    expect([await shut.isShut(), await open.isShut()]).toEqual([true, false]);
  });
});
