import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeDataset } from '#db/seed/factories/datasets.ts';
import { answersFile as csv, importOf, mlLeadOf } from '#db/seed/factories/models.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { makeProtocol } from '#db/seed/factories/protocols.ts';
import { makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { wholeContent } from '#db/testing/whole-content.ts';
import type { OrgContext } from '#server/command/context.ts';
import { checkModel, importModel } from './import-model.ts';
import { viewModels } from './view-models.ts';

process.env.READROOM_GOLD_SECRET ??= 'a secret for tests only';

describe('importing a model’s answers', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 8 });
    scene = await makeWorkScene(t.db, { cases: 4, caseAt: (i) => ({ split: i < 3 ? 'train' : 'test' }) });
  });
  afterAll(() => t.drop());

  const good = csv(['case_id', 'grade', 'confidence'], ['1', '2', '0.75'], ['2', '0', ''], ['3', '', '0.5']);

  test('what is checked is what is kept, with an event that names no case', async () => {
    const before = await wholeContent(t);
    const check = await checkModel(scene.sponsor, importOf(scene, good));
    expect(await wholeContent(t)).toEqual(before);
    expect(check).toMatchObject({ answers: 2, empty: 1, tests: 0, confidences: 1, without: 2 });
    expect(check.fields).toEqual([
      {
        ...{ key: 'grade', label: 'Grade group', answered: 2 },
        values: [
          { label: 'No cancer', n: 1 },
          { label: 'Grade group 2', n: 1 },
        ],
      },
    ]);
    const { modelId, answers } = await importModel(scene.sponsor, importOf(scene, good));
    expect(answers).toBe(2);
    expect(
      await t.sql`select answers, confidence from model_answers where model_id = ${modelId} order by confidence`,
    ).toMatchObject([
      { answers: { grade: '2' }, confidence: 0.75 },
      { answers: { grade: '0' }, confidence: null },
    ]);
    const [event] = await t.sql`select detail from audit_events where action = 'models.imported'`;
    expect(event!.detail).toMatchObject({ answers: 2, tests: 0 });
    // A version's answers never change, whoever asks.
    await expect(t.sql`update model_answers set confidence = 1`).rejects.toThrow(/permission denied/);
    await expect(t.sql`delete from model_answers`).rejects.toThrow(/permission denied/);
  });

  test('is all or nothing: whatever is wrong is said by line before anything is kept', async () => {
    const mlLead = await mlLeadOf(scene);
    const owner: OrgContext = scene.sponsor;
    const unread = await makeWorkScene(t.db, { cases: 1 });
    const cases: [OrgContext, string, object][] = [
      [owner, csv(['case_id', 'grade'], ['1', '1'], ['77', '1']), { code: 'case_unknown', line: 3 }],
      [owner, csv(['case_id', 'grade'], ['1', '1'], ['1', '2']), { code: 'case_twice', line: 3 }],
      [owner, csv(['case_id', 'grade'], ['1', '7']), { code: 'answer_invalid', line: 2 }],
      [
        owner,
        csv(['case_id', 'grade', 'confidence'], ['1', '1', '2']),
        { code: 'confidence_range', line: 2 },
      ],
      [owner, csv(['case_id', 'grade']), { code: 'file_empty' }],
      [mlLead, csv(['case_id', 'grade'], ['1', '1'], ['4', '1']), { code: 'case_of_test', line: 3 }],
    ];
    const before = await wholeContent(t);
    for (const [who, text, detail] of cases) {
      const refusal = { reason: 'model_invalid', details: [expect.objectContaining(detail)] };
      await expect(importModel(who, importOf(scene, text, 'bad'))).rejects.toMatchObject(refusal);
      await expect(checkModel(who, importOf(scene, text, 'bad'))).rejects.toMatchObject(refusal);
    }
    const foreign = { ...importOf(scene, good, 'bad'), datasetId: unread.dataset.id };
    await expect(importModel(scene.sponsor, foreign)).rejects.toMatchObject({ kind: 'not_found' });
    await expect(importModel(unread.sponsor, importOf(scene, good, 'bad'))).rejects.toMatchObject({
      kind: 'not_found',
    });
    await expect(importModel(scene.sponsor, importOf(scene, good))).rejects.toMatchObject({
      reason: 'model_taken',
    });
    expect(await wholeContent(t)).toEqual(before);
    // Who makes batches of test data brings in what was answered on it.
    const onTest = csv(['case_id', 'grade'], ['4', '1']);
    expect(await importModel(scene.sponsor, importOf(scene, onTest, 'on test'))).toMatchObject({
      answers: 1,
    });
  });

  test('a draft of the protocol is nothing to check against: it changes in place', async () => {
    const { db, clock, sponsor } = scene;
    const by = { orgId: sponsor.actor.orgId, createdBy: sponsor.actor.personId, clock };
    const project = await makeProject(db, by);
    await makeProtocol(db, { ...by, projectId: project.id });
    const dataset = await makeDataset(db, { ...by, projectId: project.id, cases: 3 });
    const input = { ...importOf(scene, good), projectId: project.id, datasetId: dataset.id };
    const refusal = { kind: 'precondition', reason: 'model_without_protocol' };
    await expect(checkModel(sponsor, input)).rejects.toMatchObject(refusal);
    await expect(importModel(sponsor, input)).rejects.toMatchObject(refusal);
  });

  test('a confidence too small for its column is kept as 0', async () => {
    const text = csv(['case_id', 'grade', 'confidence'], ['1', '2', '1e-60'], ['2', '0', '1e-45']);
    const { modelId } = await importModel(scene.sponsor, importOf(scene, text, 'tiny'));
    const rows = await t.sql`select confidence from model_answers where model_id = ${modelId} order by 1`;
    expect(rows[0]).toMatchObject({ confidence: 0 });
    expect(rows).toHaveLength(2);
  });

  test('a list that is cut says so, and those that are withdrawn take no place among those in use', async () => {
    const at = await makeWorkScene(t.db, { cases: 1 });
    const text = csv(['case_id', 'grade'], ['1', '2']);
    const { modelId } = await importModel(at.sponsor, importOf(at, text));
    await t.admin`insert into models (id, project_id, dataset_id, protocol_version_id, name, version, fields, answer_count, test_count,
        confidence_count, sha256, created_by, created_at, withdrawn_at, withdrawn_by, withdrawn_reason)
      select gen_random_uuid(), project_id, dataset_id, protocol_version_id, name, 'v' || n, fields, answer_count, test_count,
        confidence_count, sha256, created_by, created_at + interval '1 minute', created_at + interval '1 hour', created_by, 'Wrong column.'
      from models, generate_series(1, 200) n where id = ${modelId}`;
    const list = (isInUse: boolean) => viewModels(at.sponsor, { projectId: at.project.id, isInUse });
    const all = await list(false);
    expect([all.models.length, all.isCut]).toEqual([200, true]);
    expect(await list(true)).toMatchObject({ models: [{ id: modelId }], isCut: false });
  });

  test('of the same version at once, one is kept', async () => {
    const once = () => importModel(scene.sponsor, importOf(scene, good, 'at once'));
    const ends = await Promise.allSettled(Array.from({ length: 6 }, once));
    expect(ends.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    for (const one of ends)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ reason: 'model_taken' });
    const [row] = await t.sql`select count(*)::int as n from models where version = 'at once'`;
    expect(row!.n).toBe(1);
  });
});
