import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { makeProtocol } from '#db/seed/factories/protocols.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { HOUR, manualClock } from '#server/core/clock.ts';
import type { AppError } from '#server/core/errors.ts';
import { viewCaseFlow } from '#server/work/case-flow.ts';
import { createBatch } from '#server/work/create-batch.ts';
import { getBatch } from '#server/work/reads.ts';
import {
  confirmIntake,
  decideFindings,
  reopenIntake,
  reportCase,
  requireAssets,
  takeBackFindings,
} from './decide-intake.ts';
import { type ImportDatasetInput, importDataset } from './import-dataset.ts';
import { lockIntake, reopenDecided } from './intake-queries.ts';
import { viewFindings, viewIntake } from './view-intake.ts';

const refusalOf = (promise: Promise<unknown>) =>
  promise.then(
    () => ({ reason: 'none', message: 'no refusal' }),
    (error: AppError) => error,
  );

describe('intake', () => {
  let t: TestDatabase;
  let manager: OrgContext;
  let projectId: string;
  const folder = mkdtempSync(path.join(tmpdir(), 'readroom-files-'));
  beforeAll(async () => {
    process.env.READROOM_FILES_DIR = folder;
    t = await createTestDatabase(inject('adminUrl'));
  });
  afterAll(async () => {
    await t.drop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    const org = await makeOrganisation(t.db, { kind: 'sponsor' });
    manager = await makeMember(t.db, { org, roles: ['project_manager'] });
    const by = { orgId: org.id, createdBy: manager.actor.personId };
    projectId = (await makeProject(t.db, by)).id;
    await makeProtocol(t.db, { ...by, projectId });
  });
  const load = (lines: string[], change: Partial<ImportDatasetInput> = {}) =>
    importDataset(manager, {
      projectId,
      name: 'Cases',
      dataClass: 'public',
      legalBasis: 'licence',
      evidence: {
        kind: 'licence',
        issuer: 'H',
        reference: 'CC0',
        issuedOn: null,
        expiresOn: null,
        sha256: null,
      },
      format: 'csv',
      fileName: 'cases.csv',
      content: ['case_id,patient_key,site,subgroup:sex,text:report', ...lines].join('\n'),
      ...change,
    });
  const lines = [
    '1,p1,north,F,Round nodule',
    '2,p2,north,M,No nodule',
    '3,p3,south,F,No nodule',
    '4,p4,south,M,..',
  ];
  const batch = (datasetId: string) =>
    createBatch(manager, {
      projectId,
      datasetId,
      name: 'B',
      kind: 'self_label',
      pricePerReadMinor: 0n,
      overlap: 2,
    });
  const states = async (datasetId: string) =>
    (await viewFindings(manager, { datasetId, limit: 100 })).items.map(
      (one) => `${one.externalId} ${one.code} ${one.decision}`,
    );

  test('clean cases ask nothing of anybody: the accepted set is the whole, and a batch can be made at once', async () => {
    const { datasetId, findings } = await load(lines.slice(0, 2));
    expect(findings).toBe(0);
    expect(await viewIntake(manager, { datasetId })).toMatchObject({
      status: 'frozen',
      cases: 2,
      excluded: 0,
      kinds: [],
      canReopen: true,
    });
    await batch(datasetId);
    expect(await viewIntake(manager, { datasetId })).toMatchObject({ canReopen: false });
  });

  test('R24: a copy of what is shut is shut from the beginning, in whatever project of the sponsor, and that is said', async () => {
    const first = await load(lines.slice(0, 2));
    await t.sql`update assets set quarantined_at = now() where dataset_id = ${first.datasetId} and text = 'Round nodule'`;
    const by = { orgId: manager.actor.orgId, createdBy: manager.actor.personId };
    const other = (await makeProject(t.db, by)).id;
    const { datasetId, composition } = await load(['7,p7,west,F,Round nodule', '8,p8,west,M,Flat nodule'], {
      projectId: other,
    });
    expect(composition.warnings[0]).toEqual({
      code: 'quarantined_copies',
      message: expect.stringMatching(
        /^1 case holds the very content .* it is quarantined and stays out of batches\.$/,
      ),
    });
    const shut =
      await t.sql`select text from assets where dataset_id = ${datasetId} and quarantined_at is not null`;
    expect(shut.map((row) => row.text)).toEqual(['Round nodule']);
    // Not of another sponsor, who is told nothing of what others have.
    const org = await makeOrganisation(t.db, { kind: 'sponsor' });
    manager = await makeMember(t.db, { org, roles: ['project_manager'] });
    const theirs = (await makeProject(t.db, { orgId: org.id, createdBy: manager.actor.personId })).id;
    const untouched = await load(lines.slice(0, 1), { projectId: theirs });
    expect(
      await t.sql`select 1 from assets where dataset_id = ${untouched.datasetId} and quarantined_at is not null`,
    ).toEqual([]);
  });

  test('findings wait for a person; confirming freezes and counts by reason and subgroup, and batches draw from the rest', async () => {
    const { datasetId, findings } = await load(lines);
    expect(findings).toBe(2);
    expect(await states(datasetId)).toEqual(['3 duplicate null', '4 unreadable null']);
    const page = await viewFindings(manager, { datasetId, limit: 1 });
    const [first] = page.items;
    const rest = await viewFindings(manager, { datasetId, limit: 1, after: page.next ?? undefined });
    expect([...page.items, ...rest.items].map((one) => one.code)).toEqual(['duplicate', 'unreadable']);
    expect(rest.next, 'nothing comes after the last').toBeNull();
    expect(first).toMatchObject({ other: { externalId: '2' }, source: 'automatic' });
    expect((await refusalOf(batch(datasetId))).message).toContain('findings that wait for a decision');
    expect(await refusalOf(confirmIntake(manager, { datasetId }))).toMatchObject({
      reason: 'intake_undecided',
      message: expect.stringContaining('2 findings'),
    });
    const duplicate = { caseId: first!.caseId, code: first!.code };
    expect(
      await decideFindings(manager, {
        datasetId,
        findings: [duplicate],
        decision: 'keep',
        note: 'Another day',
      }),
    ).toEqual({ decided: 1 });
    await decideFindings(manager, { datasetId, findings: [duplicate], decision: null });
    await decideFindings(manager, { datasetId, findings: [duplicate], decision: 'keep' });
    await decideFindings(manager, { datasetId, allOpenOf: 'unreadable', decision: 'exclude' });
    expect(await confirmIntake(manager, { datasetId })).toEqual({ accepted: 3, excluded: 1 });
    const { batchId } = await batch(datasetId);
    expect((await getBatch(t.db, batchId)).taskCount).toBe(3);
    expect(await viewCaseFlow(manager, { datasetId })).toEqual({
      found: 4,
      excluded: [{ reason: 'unreadable', cases: 1 }],
      accepted: 3,
      isFrozen: true,
      inBatch: 0,
      final: 0,
      unusable: 0,
      subgroups: expect.arrayContaining([
        { dimension: 'site', value: 'south', found: 2, excluded: 1 },
        { dimension: 'subgroup:sex', value: 'M', found: 2, excluded: 1 },
        { dimension: 'subgroup:sex', value: 'F', found: 2, excluded: 0 },
      ]),
    });
    expect(
      await refusalOf(decideFindings(manager, { datasetId, findings: [duplicate], decision: 'exclude' })),
    ).toMatchObject({ reason: 'intake_frozen' });
    expect(await refusalOf(reopenIntake(manager, { datasetId }))).toMatchObject({ reason: 'intake_in_use' });
    expect(
      (
        await refusalOf(
          createBatch(manager, {
            projectId,
            datasetId,
            name: 'C',
            kind: 'self_label',
            pricePerReadMinor: 0n,
            caseIds: [(await caseIds(datasetId)).get('4')!],
          }),
        )
      ).message,
    ).toContain('kept out at intake');
  });
  const caseIds = async (datasetId: string) => {
    const rows = await t.sql<
      { id: string; name: string }[]
    >`select id, external_id as name from cases where dataset_id = ${datasetId}`;
    return new Map(rows.map((row) => [row.name, row.id]));
  };

  test('what was decided at once is taken back at once, but not what somebody decided anew since', async () => {
    const blank = ['5,p5,north,F,..', '6,p6,north,M,....', '7,p7,south,F,......'];
    const { datasetId } = await load(blank);
    const ids = await caseIds(datasetId);
    const clock = manualClock('2026-11-02T09:00:00Z');
    const at = clock.now();
    const by = manager.actor.personId;
    const act = { datasetId, by, at, decision: 'exclude' as const };
    const left = async () => (await viewIntake(manager, { datasetId })).together;
    const early = { ...manager, clock };
    expect(await decideFindings(early, { datasetId, allOpenOf: 'unreadable', decision: 'exclude' })).toEqual({
      decided: 3,
    });
    expect(await left()).toEqual([
      { by, at, name: expect.any(String), decision: 'exclude', codes: ['unreadable'], findings: 3 },
    ]);
    clock.advance(HOUR);
    const one = { caseId: ids.get('6')!, code: 'unreadable' as const };
    await decideFindings(early, { datasetId, findings: [one], decision: 'keep', note: 'Read aloud' });
    expect(await refusalOf(takeBackFindings(manager, { ...act, at: clock.now() }))).toMatchObject({
      reason: 'nothing_to_take_back',
    });
    expect(await takeBackFindings(manager, act)).toEqual({ takenBack: 2 });
    expect(await states(datasetId)).toEqual([
      '5 unreadable null',
      '6 near_duplicate null',
      '6 unreadable keep',
      '7 near_duplicate null',
      '7 unreadable null',
    ]);
    expect(await left(), 'a decision on one case has its own button').toEqual([]);
    expect(await refusalOf(takeBackFindings(manager, act))).toMatchObject({ reason: 'nothing_to_take_back' });
    const audits = await t.sql`select detail from audit_events
      where action = 'datasets.findings_taken_back' and subject_id = ${datasetId}`;
    expect(audits.map((row) => row.detail)).toEqual([
      { takenBack: 2, decision: 'exclude', decidedBy: by, decidedAt: at.toISOString() },
    ]);
  });

  test('decisions of a frozen intake, and of another organisation, are not taken back', async () => {
    const { datasetId } = await load(['5,p5,north,F,..', '6,p6,north,M,....']);
    const clock = manualClock('2026-11-02T09:00:00Z');
    await decideFindings({ ...manager, clock }, { datasetId, allOpenOf: 'unreadable', decision: 'exclude' });
    const act = { datasetId, by: manager.actor.personId, at: clock.now(), decision: 'exclude' as const };
    const elsewhere = await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'sponsor' }),
      roles: ['project_manager'],
    });
    expect(await refusalOf(takeBackFindings(elsewhere, act))).toMatchObject({ kind: 'not_found' });
    const inSql = (orgId: string) => t.db.transaction((tx) => reopenDecided(tx, { ...act, orgId }));
    expect(await inSql(elsewhere.actor.orgId), 'the statement itself knows whose it is').toBe(0);
    await confirmIntake(manager, { datasetId, undecided: 'keep' });
    expect(await refusalOf(takeBackFindings(manager, act))).toMatchObject({ reason: 'intake_frozen' });
    expect(await inSql(manager.actor.orgId), 'and that it is frozen').toBe(0);
    await reopenIntake(manager, { datasetId });
    expect(await takeBackFindings(manager, act)).toEqual({ takenBack: 2 });
  });

  test('a person can keep a case out that no check finds, ask for a view, and open an unused intake again', async () => {
    const { datasetId } = await load(lines.slice(0, 2));
    await reportCase(manager, { datasetId, externalId: '2', code: 'wrong_anatomy', note: 'A knee' });
    expect(await viewIntake(manager, { datasetId })).toMatchObject({ status: 'open' });
    expect(
      await refusalOf(reportCase(manager, { datasetId, externalId: 'none', code: 'other', note: 'x' })),
    ).toMatchObject({ reason: 'case_not_found' });
    expect(await confirmIntake(manager, { datasetId })).toEqual({ accepted: 1, excluded: 1 });
    await reopenIntake(manager, { datasetId });
    expect(await requireAssets(manager, { datasetId, names: ['lateral'] })).toEqual({ found: 2 });
    expect(await states(datasetId)).toEqual([
      '1 missing_view null',
      '2 missing_view null',
      '2 wrong_anatomy exclude',
    ]);
    expect(await requireAssets(manager, { datasetId, names: ['report'] })).toEqual({ found: 0 });
    expect(await confirmIntake(manager, { datasetId, undecided: 'keep' })).toEqual({
      accepted: 1,
      excluded: 1,
    });
  });

  test('content of another dataset of the project, and patients of another split, are found across datasets', async () => {
    const head = 'case_id,patient_key,site,split,text:report';
    await load([], { content: `${head}\na,p1,n,train,First report\nb,p2,n,train,Second report` });
    const second = await load([], {
      content: `${head}\nc,p1,n,test,Third report\nd,p9,n,test,Second report\ne,p8,n,test,Fifth report`,
    });
    expect(await states(second.datasetId)).toEqual(['c patient_split null', 'd duplicate null']);
    await confirmIntake(manager, { datasetId: second.datasetId, undecided: 'exclude' });
    const { batchId } = await createBatch(manager, {
      projectId,
      datasetId: second.datasetId,
      name: 'T',
      kind: 'self_label',
      pricePerReadMinor: 0n,
      overlap: 2,
    });
    expect(await getBatch(t.db, batchId)).toMatchObject({
      taskCount: 1,
      split: 'test',
      // Of test data that is the sponsor’s panel alone.
      allowedEngagementIds: null,
    });
  });

  test('of imports of the same cases at once the first is the accepted set, and all others have their findings', async () => {
    const made = await Promise.all(Array.from({ length: 4 }, () => load(lines.slice(0, 2))));
    expect(made.map((one) => one.findings).sort()).toEqual([0, 2, 2, 2]);
    const stands = await t.sql`
      select intake_status as status, count(*)::int as n from datasets where project_id = ${projectId} group by 1 order by 1`;
    expect([...stands]).toEqual([
      { status: 'frozen', n: 1 },
      { status: 'open', n: 3 },
    ]);
  });

  test('imports into other projects wait for none: each project has its own turn', async () => {
    const by = { orgId: manager.actor.orgId, createdBy: manager.actor.personId };
    const other = (await makeProject(t.db, by)).id;
    await t.db.transaction(async (tx) => {
      await lockIntake(tx, projectId);
      expect(await load(lines.slice(0, 2), { projectId: other })).toMatchObject({ findings: 0 });
    });
  });

  test('R3: follow-ups of test patients without a column of splits wait for a decision, and are in no batch when kept', async () => {
    const head = 'case_id,patient_key,site,split,text:report';
    await load([], { content: `${head}\na,p1,n,test,First report\nb,p2,n,train,Second report` });
    const later = await load([], {
      content:
        'case_id,patient_key,site,text:report\nc,p1,n,Third report\nd,p9,n,First report\ne,p2,n,Fifth report',
    });
    expect(await states(later.datasetId)).toEqual(['c patient_split null', 'd duplicate null']);
    const { items } = await viewFindings(manager, { datasetId: later.datasetId, limit: 10 });
    for (const { says } of items) expect(says).toContain('in the split “test”; this one is in no split.');
    await confirmIntake(manager, { datasetId: later.datasetId, undecided: 'keep' });
    const refused = await refusalOf(batch(later.datasetId));
    expect(refused.message).toContain('1 patient has cases in the split “test” of this project too.');
    expect(refused.message).toContain('1 case has a copy in the split “test” of this project too.');
    await reopenIntake(manager, { datasetId: later.datasetId });
    await decideFindings(manager, {
      datasetId: later.datasetId,
      findings: items.map(({ caseId, code }) => ({ caseId, code })),
      decision: 'exclude',
    });
    await confirmIntake(manager, { datasetId: later.datasetId, undecided: 'keep' });
    const { batchId } = await batch(later.datasetId);
    expect(await getBatch(t.db, batchId)).toMatchObject({ taskCount: 1, split: null });
  });

  test('images are decoded at import: broken and blank ones are proposals, good ones pass', async () => {
    const noise = (seed: number) =>
      sharp(
        Buffer.from(
          Array.from({ length: 128 * 128 }, (_, i) => (Math.imul(i + seed, 2654435761) >>> 24) & 255),
        ),
        { raw: { width: 128, height: 128, channels: 1 } },
      )
        .png()
        .toBuffer();
    const good = await noise(1);
    const blank = await sharp({ create: { width: 100, height: 100, channels: 3, background: '#000' } })
      .png()
      .toBuffer();
    const images = [
      { name: 'good.png', bytes: good },
      { name: 'blank.png', bytes: blank },
      { name: 'half.png', bytes: good.subarray(0, good.length >> 1) },
    ];
    const { datasetId } = await load([], {
      content: 'case_id,patient_key,site,image:frontal\n1,p1,n,good.png\n2,p2,n,blank.png\n3,p3,n,half.png',
      images,
      requiredAssets: ['frontal'],
    });
    expect(await states(datasetId)).toEqual(['2 unreadable null', '3 corrupt null']);
  });
});
