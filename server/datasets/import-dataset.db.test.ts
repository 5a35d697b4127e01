import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { makeProtocol } from '#db/seed/factories/protocols.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { readStoredFile } from '#server/files/read-file.ts';
import { countGold } from '#server/gold/reads.ts';
import { listDocuments } from './document-queries.ts';
import { type ImportDatasetInput, importDataset } from './import-dataset.ts';
import { lookForIdentifiers } from './look-for-identifiers.ts';
import { getCaseWithAssets, getDataset, listCases } from './reads.ts';
import { SAFE_HARBOR_ITEMS } from './schemas.ts';

const HEAD = 'case_id,patient_key,site,split,text:report';
const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);

describe('importing cases', () => {
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

  const load = (content: string | Uint8Array, change: Partial<ImportDatasetInput> = {}) =>
    importDataset(manager, {
      projectId,
      name: 'Biopsies',
      dataClass: 'public',
      legalBasis: 'licence',
      evidence: {
        kind: 'licence',
        issuer: 'Hospital',
        reference: 'CC0-1.0',
        issuedOn: null,
        expiresOn: null,
        sha256: null,
      },
      format: 'csv',
      fileName: 'cases.csv',
      content,
      ...change,
    });
  const counts = async () => {
    const [row] = await t.sql`select
      (select count(*)::int from datasets where project_id = ${projectId}) as datasets,
      (select count(*)::int from cases c join datasets d on d.id = c.dataset_id where d.project_id = ${projectId}) as cases,
      (select count(*)::int from gold_items where project_id = ${projectId}) as gold,
      (select count(*)::int from files where org_id = ${manager.actor.orgId}) as files`;
    return row;
  };

  test('de-identified data comes with its whole checklist or with the document, which is kept and named by its hash', async () => {
    const by = { orgId: manager.actor.orgId, createdBy: manager.actor.personId };
    const text = `${HEAD}\nc1,p1,north,,Benign.\n`;
    const evidence = {
      issuer: 'Dr Ada Expert',
      reference: 'ED-9',
      issuedOn: '2026-01-05',
      expiresOn: '2099-01-01',
      sha256: null,
    };
    const document = {
      bytes: new TextEncoder().encode('%PDF-1.7\nan opinion'),
      fileName: 'opinion.pdf',
      scope: 'Reports of one site',
    };
    const expert = {
      projectId: (await makeProject(t.db, { ...by, dataClass: 'deidentified_expert' })).id,
      dataClass: 'deidentified_expert' as const,
      evidence: { ...evidence, kind: 'expert_determination' as const },
    };
    await expect(load(text, expert)).rejects.toMatchObject({
      reason: 'evidence_invalid',
      details: [{ path: 'document' }],
    });
    const { datasetId } = await load(text, { ...expert, document });
    const sha256 = createHash('sha256').update(document.bytes).digest('hex');
    expect((await getDataset(t.db, datasetId)).evidence).toMatchObject({ reference: 'ED-9', sha256 });
    expect((await listDocuments(t.db, [datasetId])).get(datasetId)).toMatchObject([
      { kind: 'expert_determination', scope: 'Reports of one site', sha256, expiresOn: '2099-01-01' },
    ]);
    const listed = {
      projectId: (await makeProject(t.db, { ...by, dataClass: 'deidentified_safe_harbor' })).id,
      dataClass: 'deidentified_safe_harbor' as const,
      evidence: { ...evidence, kind: 'safe_harbor_checklist' as const, checklist: [...SAFE_HARBOR_ITEMS] },
    };
    await expect(load(text, listed)).rejects.toMatchObject({ details: [{ path: 'noActualKnowledge' }] });
    const cut = { ...listed.evidence, checklist: ['names' as const] };
    await expect(load(text, { ...listed, evidence: cut, noActualKnowledge: true })).rejects.toMatchObject({
      details: [{ path: 'evidence.checklist' }],
    });
    await load(text, { ...listed, noActualKnowledge: true });
  });

  test('a file is looked through before it is imported: hints by kind, nothing kept, and a DICOM file is called one', async () => {
    const text = `case_id,patient_key,site,text:report,context:dob\nc1,p1,north,Call 555-123-4567.,1960\n`;
    const look = await lookForIdentifiers(manager, { projectId, format: 'csv', text, imageNames: [] });
    expect(look).toMatchObject({ cases: 1, problems: 0 });
    expect(look.hints.map((hint) => hint.item).sort()).toEqual(['dates_and_ages', 'telephone']);
    expect(JSON.stringify(look)).not.toContain('555');
    const broken = await lookForIdentifiers(manager, {
      projectId,
      format: 'csv',
      text: 'a,b\n1\n',
      imageNames: [],
    });
    expect(broken).toMatchObject({ cases: 0, hints: [] });
    expect(broken.problems).toBeGreaterThan(0);
    expect(await counts()).toMatchObject({ datasets: 0, files: 0 });
    const dicom = new Uint8Array(200);
    dicom.set(new TextEncoder().encode('DICM'), 128);
    const file = 'case_id,patient_key,site,image:slide\nc1,p1,north,a.dcm\n';
    await expect(load(file, { images: [{ name: 'a.dcm', bytes: dicom }] })).rejects.toMatchObject({
      details: [{ message: expect.stringContaining('is a DICOM file') }],
    });
  });

  test('cases, texts, images, gold and the file itself are stored with their checksums', async () => {
    const file = [
      'case_id,patient_key,site,split,text:report,image:slide,subgroup:sex,gold:grade,gold_source',
      'c1,p1,north,train,Benign.,a.png,F,0,pathology',
      'c2,p2,south,test,Cancer.,a.png,M,3|4,panel',
      'c3,p3,south,test,,a.png,M,,',
    ].join('\r\n');
    const imported = await load(file, { images: [{ name: 'a.png', bytes: png }] });
    expect(imported.sha256).toBe(createHash('sha256').update(file).digest('hex'));
    const dataset = await getDataset(t.db, imported.datasetId);
    expect(dataset).toMatchObject({ caseCount: 3, assetCount: 5, composition: imported.composition });
    const cases = await listCases(t.db, dataset.id, { limit: 10 });
    expect(cases.map((one) => [one.externalId, one.position, one.split, one.subgroups])).toEqual([
      ['c1', 0, 'train', { sex: 'F' }],
      ['c2', 1, 'test', { sex: 'M' }],
      ['c3', 2, 'test', { sex: 'M' }],
    ]);
    const { assets } = await getCaseWithAssets(t.db, dataset.id, cases[0]!.id);
    expect(assets.map(({ kind, name, mediaType }) => [kind, name, mediaType])).toEqual([
      ['image', 'slide', 'image/png'],
      ['text', 'report', 'text/plain'],
    ]);
    const stored = await readStoredFile(t.db, assets[0]!.fileId!);
    expect(Buffer.from(stored.bytes).equals(Buffer.from(png))).toBe(true);
    expect(stored.sha256).toBe(assets[0]!.sha256);
    expect(assets[1]!.sha256).toBe(createHash('sha256').update('Benign.').digest('hex'));
    expect(await countGold(t.db, projectId)).toMatchObject({ agreed: 2, active: 0 });
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['one bad line among good ones', () => load(`${HEAD}\nc1,p1,s,,x\nc2,,s,,y\n`), 'import_invalid'],
    ['an empty file', () => load(''), 'file_empty'],
    [
      'a zero character inside JSON',
      () => load('{"case_id":"c1","patient_key":"p\\u0000","site":"s","text:r":"x"}', { format: 'jsonl' }),
      'import_invalid',
    ],
    [
      'a wrong encoding',
      () => load(Uint8Array.from([...Buffer.from(`${HEAD}\nc1,p1,`), 0xe9, 10])),
      'file_encoding',
    ],
    [
      'another data class than the project',
      () => load(`${HEAD}\nc1,p1,s,,x\n`, { dataClass: 'phi' }),
      'data_class_differs',
    ],
    [
      'no evidence',
      () =>
        load(`${HEAD}\nc1,p1,s,,x\n`, {
          evidence: {
            kind: 'licence',
            issuer: '',
            reference: '',
            issuedOn: null,
            expiresOn: null,
            sha256: null,
          },
        }),
      'evidence_invalid',
    ],
    [
      'an image that no case names',
      () => load(`${HEAD}\nc1,p1,s,,x\n`, { images: [{ name: 'a.png', bytes: png }] }),
      'import_invalid',
    ],
    [
      'an image that is none',
      () =>
        load('case_id,patient_key,site,image:v\nc1,p1,s,a.png\n', {
          images: [{ name: 'a.png', bytes: new TextEncoder().encode('<svg/>') }],
        }),
      'import_invalid',
    ],
    [
      'a project of somebody else',
      () => load(`${HEAD}\nc1,p1,s,,x\n`, { projectId: manager.actor.orgId }),
      'project_not_found',
    ],
  ])('%s: refused, and nothing is stored', async (_name, attempt, reason) => {
    await expect(attempt()).rejects.toMatchObject({ reason });
    expect(await counts()).toEqual({ datasets: 0, cases: 0, gold: 0, files: 0 });
  });

  test('a failure in the middle of storing leaves nothing half done', async () => {
    const file = 'case_id,patient_key,site,text:r,gold:grade,gold_source\nc1,p1,s,x,1,panel\n';
    await load(file);
    const before = await counts();
    await t.admin`alter table assets add constraint no_boom check (text <> 'boom') not valid`;
    await expect(load(`${HEAD}\nc1,p1,s,,fine\nc2,p2,s,,boom\n`)).rejects.toThrow();
    await t.admin`alter table assets drop constraint no_boom`;
    expect(await counts()).toEqual(before);
  });

  test('20,000 cases are imported in one go', async () => {
    const rows = Array.from(
      { length: 20_000 },
      (_, i) => `c${i},p${i},site${i % 7},train,Report number ${i}.`,
    );
    const { composition } = await load(`${HEAD}\n${rows.join('\n')}\n`);
    expect(composition.cases).toBe(20_000);
    expect(composition.sites).toHaveLength(7);
    expect(await counts()).toMatchObject({ cases: 20_000 });
  });
});
