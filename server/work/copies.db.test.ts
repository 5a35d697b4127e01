import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { caseFlags } from '#db/schema/work-trouble.ts';
import { makePlatform } from '#db/seed/factories/agreements.ts';
import { makeDataset } from '#db/seed/factories/datasets.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { checkWorkInvariants } from './check-invariants.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { closeIncident } from './close-incident.ts';
import { flagCase } from './flag-case.ts';
import { viewIncidents } from './inbox-views.ts';
import { findReader } from './reads.ts';

describe('what is seen in a case is seen in every copy of it that its sponsor has (R24)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let operator: OrgContext;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 8 });
    scene = await makeWorkScene(t.db, { cases: 1 });
    const platform = await makePlatform(t.db, scene.clock);
    operator = await makeMember(t.db, { org: platform, roles: ['operator'], clock: scene.clock });
  });
  afterEach(async () => expect(await checkWorkInvariants(t.db)).toEqual([]));
  afterAll(() => t.drop());

  const note = 'A name is burnt in.';
  const hold = async (who: OrgContext, batchId: string) =>
    (await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases[0]!.leaseId;
  const close = (of: { batchId: string; flagId: string }, outcome: 'false_alarm' | 'confirmed') =>
    closeIncident(operator, { ...of, outcome, note: 'Looked into.' });

  /** Two data sets of a sponsor and one of another with a case of the same content, read in a batch each. */
  async function copies() {
    const content = randomUUID().replaceAll('-', '').repeat(2);
    const createdBy = scene.sponsor.actor.personId;
    const own = { projectId: scene.project.id, orgId: scene.sponsorOrg.id, createdBy, cases: 1 };
    const stranger = await makeWorkScene(t.db, { cases: 1, clock: scene.clock });
    const sets = [
      await makeDataset(t.db, { ...own, clock: scene.clock }),
      await makeDataset(t.db, { ...own, clock: scene.clock }),
      stranger.dataset,
    ];
    const made = [];
    for (const [i, set] of sets.entries()) {
      const [one] = set.cases;
      const of = i === 2 ? stranger : scene;
      await t.sql`update cases set content_sha256 = ${content} where id = ${one!.id}`;
      const batchId = await makeBatch(of, { datasetId: set.id, caseIds: [one!.id], overlap: 2 });
      const [who] = (await makeReaders(of, batchId, 1)) as [OrgContext];
      made.push({ caseId: one!.id, batchId, who, leaseId: await hold(who, batchId) });
    }
    const [first, copy, theirs] = made as [(typeof made)[0], (typeof made)[0], (typeof made)[0]];
    const isShut = async ({ caseId }: { caseId: string }) => {
      const [row] = await t.sql`select t.status = 'unusable' as parked, a.quarantined_at is not null as shut
        from tasks t join assets a on a.case_id = t.case_id where t.case_id = ${caseId}`;
      expect(row?.parked).toBe(row?.shut);
      return row?.shut as boolean;
    };
    const states = async () => [await isShut(first), await isShut(copy), await isShut(theirs)];
    return { first, copy, theirs, states };
  }

  test('a report shuts the copies too, takes their leases, and a false alarm opens all of them again', async () => {
    const { first, copy, states } = await copies();
    const { batchId, leaseId } = first;
    const { flagId } = await flagCase(first.who, { batchId, leaseId, kind: 'phi_seen', note });
    expect(await states()).toEqual([true, true, false]);
    const of = { batchId: copy.batchId, annotatorId: copy.who.actor.personId, tier: 'label' as const };
    expect(await findReader(t.db, of)).toMatchObject({ released: 1 });
    const [late] = (await makeReaders(scene, copy.batchId, 1)) as [OrgContext];
    expect((await claimNextTasks(late, { batchId: copy.batchId, tier: 'label', limit: 1 })).leases).toEqual(
      [],
    );
    expect(await close({ batchId, flagId }, 'false_alarm')).toEqual({ isOpenAgain: true, shutBy: null });
    expect(await states()).toEqual([false, false, false]);
    await hold(late, copy.batchId);
  });

  test('what was confirmed in a copy keeps the case shut, though its own report was a false alarm', async () => {
    const { first, copy, states } = await copies();
    const { batchId, leaseId } = first;
    const { flagId } = await flagCase(first.who, { batchId, leaseId, kind: 'phi_seen', note });
    // Reported at the same moment, before either had shut the other's.
    const [task] = await t.sql`select id from tasks where batch_id = ${copy.batchId}`;
    const other = { batchId: copy.batchId, flagId: randomUUID() };
    await t.db.insert(caseFlags).values({
      batchId: other.batchId,
      id: other.flagId,
      taskId: String(task?.id),
      annotatorId: copy.who.actor.personId,
      kind: 'phi_seen',
      note,
      createdAt: scene.clock.now(),
    });
    const onDesk = async () =>
      (await viewIncidents(operator, { limit: 100 })).items.find((row) => row.flagId === flagId);
    expect(await onDesk()).toMatchObject({ shutBy: 'reported', openReports: 2 });
    await close(other, 'confirmed');
    expect(await close({ batchId, flagId }, 'false_alarm')).toEqual({
      isOpenAgain: false,
      shutBy: 'confirmed',
    });
    expect(await onDesk()).toMatchObject({ outcome: 'false_alarm', shutBy: 'confirmed' });
    expect(await states()).toEqual([true, true, false]);
  });
});
