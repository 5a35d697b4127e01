import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readSteps } from '#db/seed/factories/read-steps.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { viewCaseFlow } from './case-flow.ts';

describe('the flow of cases from the file to final labels (STARD)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 8 });
  });
  afterAll(() => t.drop());

  const flow = async () => {
    const { inBatch, final, unusable } = await viewCaseFlow(scene.sponsor, { datasetId: scene.dataset.id });
    return { inBatch, final, unusable };
  };
  const cases = (from: number, to: number) => scene.dataset.cases.slice(from, to).map((one) => one.id);

  test('counts final labels that there are, and cases of batches that were opened', async () => {
    const at = readSteps(scene);
    // What is read to make gold, or to qualify people, is done without a final label.
    const panel = await makeBatch(scene, { overlap: 1, caseIds: cases(0, 2) });
    const [reader] = (await makeReaders(scene, panel, 1)) as [OrgContext];
    await at.read(reader, panel, '2');
    await t.admin`update batches set kind = 'self_label' where id = ${panel}`;
    await at.settle(panel);
    expect((await at.tasksOf(panel)).map((one) => one.status).sort()).toEqual(['final', 'open']);
    expect(await flow()).toEqual({ inBatch: 2, final: 0, unusable: 0 });

    const work = await makeBatch(scene, { overlap: 1, caseIds: cases(2, 5) });
    const [other] = (await makeReaders(scene, work, 1)) as [OrgContext];
    await at.read(other, work, '2');
    await at.settle(work);
    await t.admin`update tasks set status = 'unusable' where batch_id = ${work} and id =
      (select id from tasks where batch_id = ${work} and status = 'open' limit 1)`;
    expect(await flow()).toEqual({ inBatch: 5, final: 1, unusable: 1 });

    // A pilot that was ordered, never opened, and ended with its call: nobody could read anything of it.
    const pilot = await makeBatch(scene, { overlap: 1, caseIds: cases(5, 8), isDraft: true });
    await t.admin`update batches set kind = 'pilot', status = 'settled' where id = ${pilot}`;
    expect(await flow()).toEqual({ inBatch: 5, final: 1, unusable: 1 });
  });
});
