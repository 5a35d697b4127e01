import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makePlatform } from '#db/seed/factories/agreements.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { holdTable } from '#db/testing/hold-table.ts';
import { untilWaiting } from '#db/testing/until-waiting.ts';
import type { OrgContext } from '#server/command/context.ts';
import { importDataset } from '#server/datasets/import-dataset.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { closeIncident } from './close-incident.ts';
import { flagCase } from './flag-case.ts';

describe('a copy that is imported while its content is shut, or opened again, goes the same way (R24)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let operator: OrgContext;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 8 });
    scene = await makeWorkScene(t.db, { cases: 1 });
    const platform = await makePlatform(t.db, scene.clock);
    operator = await makeMember(t.db, { org: platform, roles: ['operator'], clock: scene.clock });
  });
  afterAll(() => t.drop());

  const note = 'A name is burnt in.';

  /** Imports a data set of one case, of this text. */
  const load = async (text: string) =>
    importDataset(scene.sponsor, {
      projectId: scene.project.id,
      name: 'Cases',
      dataClass: scene.dataset.dataClass,
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
      content: `case_id,patient_key,site,text:report\n1,${randomUUID()},north,${text}`,
    });

  const isShut = async (datasetId: string) => {
    const [row] =
      await t.sql`select quarantined_at is not null as shut from assets where dataset_id = ${datasetId}`;
    return row?.shut as boolean;
  };

  /** A case that somebody holds: its text, and what shuts it and opens it again. */
  async function held() {
    const text = `Report ${randomUUID()}`;
    const { datasetId } = await load(text);
    const [one] = await t.sql`select id from cases where dataset_id = ${datasetId}`;
    const batchId = await makeBatch(scene, { datasetId, caseIds: [String(one?.id)], overlap: 1 });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    const report = () => flagCase(who, { batchId, leaseId: leases[0]!.leaseId, kind: 'phi_seen', note });
    const open = (flagId: string) =>
      closeIncident(operator, { batchId, flagId, outcome: 'false_alarm', note: 'Looked into.' });
    return { text, report, open };
  }

  test.each(['report', 'false alarm'])(
    'a %s that commits while the import stores its cases',
    async (what) => {
      const { text, report, open } = await held();
      const before = what === 'report' ? null : await report();
      const release = await holdTable(t, 'cases');
      const loading = load(text);
      await untilWaiting(t);
      await (before === null ? report() : open(before.flagId));
      await release();
      const { datasetId, composition } = await loading;
      expect(await isShut(datasetId)).toBe(before === null);
      const said = composition.warnings.some(({ code }) => code === 'quarantined_copies');
      expect(said).toBe(before === null);
      const [kept] = await t.sql`select composition from datasets where id = ${datasetId}`;
      expect(kept?.composition).toEqual(composition);
    },
  );

  test.each(['report', 'false alarm'])('a %s that comes when the import has looked already', async (what) => {
    const { text, report, open } = await held();
    const before = what === 'report' ? null : await report();
    const release = await holdTable(t, 'audit_events');
    const loading = load(text);
    await untilWaiting(t);
    const changing = before === null ? report() : open(before.flagId);
    await untilWaiting(t, 2);
    await release();
    const [{ datasetId }] = await Promise.all([loading, changing]);
    expect(await isShut(datasetId)).toBe(before === null);
  });
});
