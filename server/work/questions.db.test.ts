import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { viewNeeds } from '#server/projects/view-needs.ts';
import { answerFlag } from './answer-flag.ts';
import { viewFlags } from './batch-views.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { flagCase } from './flag-case.ts';

describe('what readers say about cases (R24)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 4 });
  });
  afterAll(() => t.drop());

  test('waits for the sponsor with its case and without a name, soonest due first, until it is answered', async () => {
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [reader] = await makeReaders(scene, batchId, 1);
    const { leases } = await claimNextTasks(reader!, { batchId, tier: 'label', limit: 2 });
    await flagCase(reader!, {
      batchId,
      leaseId: leases[0]!.leaseId,
      kind: 'ask',
      note: 'Which grade is a mix?',
    });
    await flagCase(reader!, {
      batchId,
      leaseId: leases[1]!.leaseId,
      kind: 'incidental_finding',
      note: 'A second lesion.',
    });
    const projectId = scene.project.id;
    const asked = await viewFlags(scene.sponsor, { projectId });
    expect(asked.map((flag) => flag.kind)).toEqual(['incidental_finding', 'ask']);
    const externalIds = scene.dataset.cases.map((one) => one.externalId);
    for (const flag of asked) {
      expect(externalIds).toContain(flag.case.externalId);
      expect(Object.keys(flag.case).toSorted()).toEqual(['caseId', 'datasetId', 'externalId']);
    }
    expect(JSON.stringify(asked)).not.toContain(reader!.actor.personId);
    const questions = async () =>
      (await viewNeeds(scene.sponsor)).needs.filter((need) => need.id.endsWith('.questions'));
    expect(await questions()).toMatchObject([
      {
        title: expect.stringMatching(/^Answer 2 questions/),
        href: `/sponsor/projects/${projectId}/questions`,
      },
    ]);
    for (const flag of asked)
      await answerFlag(scene.sponsor, { batchId, flagId: flag.flagId, note: 'The higher.' });
    expect(await questions()).toEqual([]);
    expect((await viewFlags(scene.sponsor, { projectId })).map((flag) => flag.reply)).toEqual([
      'The higher.',
      'The higher.',
    ]);
  });

  test('is another sponsor’s business in no way', async () => {
    const org = await makeOrganisation(t.db, { kind: 'sponsor' });
    const stranger = await makeMember(t.db, { org, roles: ['sponsor_owner'] });
    await expect(viewFlags(stranger, { projectId: scene.project.id })).rejects.toMatchObject({
      kind: 'not_found',
    });
    expect((await viewNeeds(stranger)).needs).toEqual([]);
  });
});
