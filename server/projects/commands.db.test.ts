import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { makeGateReady, makePlatform } from '#db/seed/factories/agreements.ts';
import { makeDataset } from '#db/seed/factories/datasets.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProtocol, makeSignedProtocol } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeWorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { manualClock } from '#server/core/clock.ts';
import { pauseBatch } from '#server/work/pause-batch.ts';
import { getBatch } from '#server/work/reads.ts';
import { advanceProject } from './advance-project.ts';
import { createProject } from './create-project.ts';
import { decideProject } from './decide-project.ts';
import { missingToOpenCall } from './missing-to-open-call.ts';
import { missingToStartWork } from './missing-to-start-work.ts';
import { policyPreset } from './presets.ts';
import type { ProjectInput } from './schemas.ts';
import { updateProject } from './update-project.ts';
import { viewProject, viewProjects } from './view-project.ts';

const form: ProjectInput = {
  title: 'Prostate grading',
  summary: 'Grades of 240 biopsies.',
  modality: 'histopathology',
  anatomy: 'prostate',
  intendedUse: 'training',
  dataClass: 'public',
  currency: 'USD',
  budgetMinor: 5_000_000n,
  deadline: '2027-03-31',
  locationPolicy: { allowedCountries: ['US'], onshoreShareBasisPoints: 0, onshoreCountry: null },
  credentialRule: { anyOf: [] },
  qualityPolicy: policyPreset('training'),
  reviewPeriodDays: 7,
};

describe('a project from draft to work', () => {
  let t: TestDatabase;
  const clock = manualClock('2026-11-21T09:00:00Z');
  let manager: OrgContext;

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
  });
  afterAll(() => t.drop());
  beforeEach(async () => {
    const org = await makeOrganisation(t.db, { kind: 'sponsor', clock });
    manager = await makeMember(t.db, { org, roles: ['project_manager'], clock });
  });
  const by = () => ({ orgId: manager.actor.orgId, createdBy: manager.actor.personId });

  test('is created, saved, and refuses a save over somebody else’s', async () => {
    const made = await createProject(manager, form);
    expect(made).toMatchObject({ status: 'draft', platformFeeBasisPoints: 1500, ...form });
    clock.advance(1000);
    const save = (title: string) =>
      updateProject(manager, { ...form, title, projectId: made.id, seenUpdatedAt: made.updatedAt });
    const results = await Promise.allSettled([save('One title'), save('Another title')]);
    expect(results.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(save('Third title')).rejects.toMatchObject({ kind: 'conflict', reason: 'project_changed' });
    const [{ n }] = (await t.sql`select count(*)::int as n from audit_events
      where subject_id = ${made.id}`) as unknown as [{ n: number }];
    expect(n).toBe(2);
  });

  test.each<[string, Partial<ProjectInput>, string]>([
    ['a past deadline', { deadline: '2026-11-20' }, 'deadline_past'],
    ['a deadline of today', { deadline: '2026-11-21' }, 'deadline_past'],
    [
      'a test reference read twice without a third',
      { intendedUse: 'test_reference', qualityPolicy: { ...policyPreset('research'), overlap: 2 } },
      'policy_locked',
    ],
  ])('%s is refused', async (_name, change, reason) => {
    await expect(createProject(manager, { ...form, ...change })).rejects.toMatchObject({
      kind: 'invalid',
      reason,
    });
  });

  test('a vendor posts no projects; another sponsor sees none of them', async () => {
    const vendor = await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'vendor' }),
      roles: ['vendor_owner'],
      clock,
    });
    await expect(createProject(vendor, form)).rejects.toMatchObject({ reason: 'sponsor_required' });
    const made = await createProject(manager, form);
    const other = await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'sponsor' }),
      roles: ['project_manager'],
      clock,
    });
    await expect(viewProject(other, { projectId: made.id })).rejects.toMatchObject({ kind: 'not_found' });
    expect((await viewProjects(other, { limit: 10 })).items).toEqual([]);
    expect((await viewProjects(manager, { limit: 10 })).items.map((one) => one.id)).toEqual([made.id]);
  });

  test('the call waits for a description and a protocol, a draft being enough (R6)', async () => {
    const made = await createProject(manager, { ...form, summary: '', anatomy: '' });
    const missing = async () => (await missingToOpenCall(t.db, made.id, clock.now())).map((one) => one.code);
    expect(await missing()).toEqual(['description_incomplete', 'protocol_missing']);
    await updateProject(manager, { ...form, projectId: made.id, seenUpdatedAt: made.updatedAt });
    await makeProtocol(t.db, { ...by(), projectId: made.id });
    expect(await missing()).toEqual([]);
  });

  test('an unverified organisation drafts, but its call waits (R0)', async () => {
    const org = await makeOrganisation(t.db, { kind: 'sponsor', verified: false });
    const owner = await makeMember(t.db, { org, roles: ['sponsor_owner'], clock });
    const made = await createProject(owner, form);
    const missing = await missingToOpenCall(t.db, made.id, clock.now());
    expect(missing.map((one) => one.code)).toContain('org_unverified');
  });

  test('work waits for signatures, cases, gold and money, each named with where to mend it', async () => {
    const made = await createProject(manager, form);
    await makeProtocol(t.db, { ...by(), projectId: made.id });
    const missing = async (kind: 'panel' | 'paid') =>
      (await missingToStartWork(t.db, made.id, clock.now(), kind)).map((one) => one.code);
    const all = await missing('paid');
    for (const code of ['protocol_unsigned', 'dataset_missing', 'gold_missing', 'funds_missing']) {
      expect(all).toContain(code);
    }
    expect(await missing('panel')).not.toContain('gold_missing');
    await makeSignedProtocol(t.db, { ...by(), projectId: made.id, version: 2 });
    await makeDataset(t.db, { ...by(), projectId: made.id, cases: 3 });
    const left = await missing('paid');
    expect(left).toContain('funds_missing');
    expect(left).not.toContain('protocol_unsigned');
    expect(left).not.toContain('dataset_missing');
    const details = await missingToStartWork(t.db, made.id, clock.now());
    expect(details.every((one) => one.href?.startsWith('/'))).toBe(true);
  });

  test('pausing stands its open batches still and resuming opens those again; completing waits for them (R27)', async () => {
    const scene = await makeWorkScene(t.db, { cases: 2, project: { status: 'active' } });
    const running = await makeBatch(scene);
    const stopped = await makeBatch(scene);
    await pauseBatch(scene.sponsor, { batchId: stopped, reason: 'A question about the protocol.' });
    const states = async () =>
      Promise.all([running, stopped].map(async (id) => (await getBatch(t.db, id)).status));
    const decide = (decision: 'paused' | 'resumed' | 'completed') =>
      decideProject(scene.sponsor, { projectId: scene.project.id, decision });
    expect(await decide('paused')).toEqual({ status: 'paused' });
    expect(await states()).toEqual(['paused', 'paused']);
    await expect(decide('completed')).rejects.toMatchObject({ reason: 'batches_live' });
    expect(await decide('resumed')).toEqual({ status: 'active' });
    expect(await states()).toEqual(['open', 'paused']);
  });

  test('protected data waits for the agreement between sponsor and platform, named with where to sign it (R18)', async () => {
    await makeGateReady(t.db, clock);
    await makePlatform(t.db, clock);
    const made = await createProject(manager, { ...form, dataClass: 'phi' });
    await makeSignedProtocol(t.db, { ...by(), projectId: made.id });
    await makeDataset(t.db, { ...by(), projectId: made.id, cases: 1, dataClass: 'phi' });
    const missing = await missingToStartWork(t.db, made.id, clock.now(), 'panel');
    expect(missing.map((one) => one.code)).toEqual(['services_missing', 'agreement_missing']);
    expect(missing[1]).toMatchObject({
      href: '/sponsor/agreements',
      message: expect.stringMatching(/business associate agreement/i),
    });
  });

  test('a published project is frozen, and moves only along its lifecycle', async () => {
    const made = await createProject(manager, form);
    await transact(manager, (tx) => advanceProject(tx, { projectId: made.id, event: 'call_opened' }));
    const { project } = await viewProject(manager, { projectId: made.id });
    expect(project.status).toBe('open');
    await expect(
      updateProject(manager, { ...form, projectId: made.id, seenUpdatedAt: project.updatedAt }),
    ).rejects.toMatchObject({ reason: 'project_published' });
    await expect(decideProject(manager, { projectId: made.id, decision: 'paused' })).rejects.toMatchObject({
      reason: 'project_state',
    });
    const both = await Promise.allSettled([
      transact(manager, (tx) => advanceProject(tx, { projectId: made.id, event: 'awarded' })),
      transact(manager, (tx) => advanceProject(tx, { projectId: made.id, event: 'awarded' })),
    ]);
    expect(both.some((one) => one.status === 'fulfilled')).toBe(true);
    expect(await decideProject(manager, { projectId: made.id, decision: 'paused' })).toEqual({
      status: 'paused',
    });
  });
});
