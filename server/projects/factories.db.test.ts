import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeDataset } from '#db/seed/factories/datasets.ts';
import { makeGold } from '#db/seed/factories/gold.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { makeSignedProtocol } from '#db/seed/factories/protocols.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { newId } from '#server/core/ids.ts';
import { getCaseWithAssets, getDataset, listCaseIds, listCases } from '#server/datasets/reads.ts';
import { listActiveGold } from '#server/gold/reads.ts';
import { findSignedProtocol, getProtocolVersion } from '#server/protocols/reads.ts';
import { getProject, getProjectForOrg } from './reads.ts';

describe('what the factories write, the reads give back', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
  });
  afterAll(() => t.drop());

  test('project, signed protocol, dataset and gold come back parsed', async () => {
    const org = await makeOrganisation(t.db, { kind: 'sponsor' });
    const owner = await makeMember(t.db, { org, roles: ['sponsor_owner'] });
    const by = { orgId: org.id, createdBy: owner.actor.personId };
    const project = await makeProject(t.db, by);
    expect(await getProject(t.db, project.id)).toEqual(project);
    await expect(getProjectForOrg(t.db, newId(), project.id)).rejects.toMatchObject({ kind: 'not_found' });

    const protocol = await makeSignedProtocol(t.db, { ...by, projectId: project.id });
    expect(await getProtocolVersion(t.db, protocol.id)).toEqual(protocol);
    expect((await findSignedProtocol(t.db, project.id))?.id).toBe(protocol.id);

    const dataset = await makeDataset(t.db, { ...by, projectId: project.id, cases: 2500 });
    expect((await getDataset(t.db, dataset.id)).caseCount).toBe(2500);
    expect(await listCaseIds(t.db, dataset.id)).toEqual(dataset.cases.map((one) => one.id));
    expect(await listCaseIds(t.db, dataset.id, { externalIds: ['3', '5'] })).toEqual([
      dataset.cases[2]!.id,
      dataset.cases[4]!.id,
    ]);
    const page = await listCases(t.db, dataset.id, { after: 9, limit: 10 });
    expect(page.map((one) => one.position)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    const first = await getCaseWithAssets(t.db, dataset.id, dataset.cases[0]!.id);
    expect(first.assets.map((asset) => asset.id)).toEqual([dataset.cases[0]!.assetId]);

    const items = [{ caseId: dataset.cases[0]!.id, answers: { grade: ['2', '3'] } }];
    await makeGold(t.db, { projectId: project.id, datasetId: dataset.id, items });
    expect(await listActiveGold(t.db, project.id, dataset.id)).toMatchObject(items);
  });
});
