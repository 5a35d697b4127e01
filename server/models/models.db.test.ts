import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeCall, pilotTermsOf } from '#db/seed/factories/bids.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import { makePilot, readPilotBatch } from '#db/seed/factories/pilots.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { readSteps } from '#db/seed/factories/read-steps.ts';
import {
  makeBatch,
  makeReaders,
  makeWorker,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { wholeContent } from '#db/testing/whole-content.ts';
import type { OrgContext } from '#server/command/context.ts';
import { finalFactsOf } from '#server/labels/reads.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { createBatch } from '#server/work/create-batch.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { openBatch } from '#server/work/open-batch.ts';
import { previewBatch } from '#server/work/preview-batch.ts';
import type { CreateBatchInput } from '#server/work/schemas.ts';
import type { CaseFilter } from '#server/work/selection-schemas.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import type { ModelFailure } from './failure-schema.ts';
import { checkModel, importModel } from './import-model.ts';
import { modelComparison, modelLine } from './schemas.ts';
import { compareModel, viewModels } from './view-models.ts';
import { withdrawModel } from './withdraw-model.ts';

process.env.READROOM_GOLD_SECRET ??= 'a secret for tests only';

const csv = (...lines: readonly (readonly string[])[]) => lines.map((line) => line.join(',')).join('\n');
const importOf = (scene: WorkScene, text: string, version = '1') => ({
  projectId: scene.project.id,
  datasetId: scene.dataset.id,
  name: 'Net',
  version,
  text,
});
const relabelOf = (scene: WorkScene, filter: CaseFilter): CreateBatchInput => ({
  projectId: scene.project.id,
  datasetId: scene.dataset.id,
  name: 'Again',
  kind: 'relabel',
  vendorOrgId: scene.vendorOrg.id,
  overlap: 1,
  pricePerReadMinor: 120n,
  goldMode: 'none',
  filter,
});
const mlLeadOf = ({ db, sponsorOrg: org, clock }: WorkScene) =>
  makeMember(db, { org, roles: ['ml_lead'], clock });

describe('what a model got wrong, read again', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let modelId: string;
  /** The sponsor's id of the case that was labelled so. */
  const labelled: Record<string, string> = {};
  const named = (index: number) => scene.dataset.cases[index]!.externalId;

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 8 });
    scene = await makeWorkScene(t.db, {
      cases: 9,
      caseAt: (i) => ({ split: i < 7 ? 'train' : 'test' }),
      gold: { 5: { grade: ['1', '2'] }, 7: { grade: ['3'] } },
    });
    // Five of the training cases get a label each, from 0 to 4.
    const caseIds = scene.dataset.cases.slice(0, 5).map((one) => one.id);
    const batchId = await makeBatch(scene, { overlap: 1, caseIds });
    const [reader] = await makeReaders(scene, batchId, 1);
    for (let grade = 0; grade < 5; grade += 1) {
      const [lease] = (await claimNextTasks(reader!, { batchId, tier: 'label', limit: 1 })).leases;
      const label = { leaseId: lease!.leaseId, labelId: randomUUID(), answers: { grade: String(grade) } };
      await submitLabel(reader!, { batchId, ...label, activeMs: 1000 });
    }
    await readSteps(scene).settle(batchId);
    for (const { caseId, values } of await finalFactsOf(t.db, [batchId]))
      labelled[values.grade!] = scene.dataset.cases.find((one) => one.id === caseId)!.externalId;
    const answers = csv(
      ['case_id', 'grade', 'confidence'],
      [labelled[0]!, '0', '0.9'],
      [labelled[1]!, '3', '0.95'],
      [labelled[2]!, '1', '0.4'],
      [labelled[3]!, '', '0.9'],
      [labelled[4]!, '0', ''],
      [named(5), '2', '0.99'],
      [named(6), '4', '0.99'],
      [named(7), '1', '0.8'],
    );
    ({ modelId } = await importModel(scene.sponsor, importOf(scene, answers)));
  });
  afterAll(() => t.drop());

  const look = (failure: Partial<ModelFailure>, filter: CaseFilter = { split: 'train' }) =>
    previewBatch(
      scene.sponsor,
      relabelOf(scene, { ...filter, modelFailure: { modelId, field: 'grade', ...failure } }),
    );
  /** Which cases a batch of the failures has, by what they are labelled as. */
  async function chosen(failure: Partial<ModelFailure>): Promise<string[]> {
    const modelFailure = { modelId, field: 'grade', ...failure };
    const { batchId } = await createBatch(scene.sponsor, relabelOf(scene, { split: 'train', modelFailure }));
    const rows = await t.sql<{ id: string }[]>`select c.external_id as id from tasks k
      join cases c on c.id = k.case_id where k.batch_id = ${batchId}`;
    const ids = rows.map((row) => row.id);
    expect((await look(failure)).population).toBe(ids.length);
    return Object.keys(labelled).filter((label) => ids.includes(labelled[label]!));
  }

  test('are exactly the cases on which its answer differs from the final label, else from gold; no answer is none', async () => {
    expect(await chosen({})).toEqual(['1', '2', '4']);
    expect(await chosen({ missed: '1' })).toEqual(['1']);
    expect(await chosen({ claimed: '0' })).toEqual(['4']);
    expect(await chosen({ claimed: '1' })).toEqual(['2']);
    expect(await chosen({ byAtLeast: 2 })).toEqual(['1', '4']);
    expect(await chosen({ confidence: { is: 'at_least', value: 0.95 } })).toEqual(['1']);
    expect(await chosen({ confidence: { is: 'at_most', value: 0.4 } })).toEqual(['2']);
    // Gold accepts what it said of the sixth; nobody knows what the seventh is.
    const { population, warnings, faults } = await look({});
    expect([population, faults]).toEqual([3, []]);
    expect(warnings).toEqual([
      {
        code: 'batch.model_not_compared',
        message:
          'Of 7 cases that fit otherwise, 1 has no answer of the model and 1 has no known answer in this field: no failures.',
      },
    ]);
    expect((await look({ missed: '1', claimed: '0' })).faults.map((one) => one.code)).toEqual([
      'batch.no_cases',
    ]);
    // What is quarantined (R24) stays out of it as of everything.
    const id = scene.dataset.cases.find((one) => one.externalId === labelled[4])!.id;
    await t.admin`update assets set quarantined_at = now() where case_id = ${id}`;
    expect((await look({})).population).toBe(2);
    await t.admin`update assets set quarantined_at = null where case_id = ${id}`;
  });

  test('of test data they are read by named people alone, and it is said that they lean', async () => {
    const preview = await look({}, { split: 'test' });
    expect(preview).toMatchObject({ population: 1, isSequestered: true, faults: [] });
    expect(preview.warnings.map((one) => one.code)).toEqual([
      'batch.model_not_compared',
      'batch.model_on_test',
    ]);
    const modelFailure = { modelId, field: 'grade' };
    const { batchId } = await createBatch(scene.sponsor, relabelOf(scene, { split: 'test', modelFailure }));
    await openBatch(scene.sponsor, { batchId });
    await expect(joinBatch(await makeWorker(scene), { batchId, tier: 'label' })).rejects.toMatchObject({
      details: [{ code: 'batch.not_listed' }],
    });
    // Failures of two splits are in no batch together.
    expect((await look({}, {})).faults.map((one) => one.code)).toContain('batch.splits_mixed');
    // Nor do they leak: a patient who is trained on as well.
    await t.admin`update cases set patient_key = 'patient-1' where external_id = ${named(7)}`;
    expect((await look({}, { split: 'test' })).faults.map((one) => one.code)).toEqual([
      'batch.patients_leak',
    ]);
    await t.admin`update cases set patient_key = 'patient-8' where external_id = ${named(7)}`;
  });

  test('the comparison counts them against final labels alone, test data apart and not for who trains', async () => {
    const { parts } = modelComparison.parse(await compareModel(scene.sponsor, { modelId, field: 'grade' }));
    expect(parts).toMatchObject([
      { isTest: false, differing: 3, silent: 1, unlabelled: 2, differ: { value: 0.75, n: 4 } },
      { isTest: true, differing: 0, silent: 0, unlabelled: 1, differ: { value: null, n: 0 } },
    ]);
    const [zero, one] = parts[0]!.classes;
    expect(zero).toMatchObject({ label: 'No cancer', misses: 0, falseAlarms: 1, falseAlarm: { n: 2 } });
    expect(one).toMatchObject({ misses: 1, falseAlarms: 1, missed: { value: 1, n: 1 } });
    const mlLead = await mlLeadOf(scene);
    expect((await compareModel(mlLead, { modelId })).parts.map((part) => part.isTest)).toEqual([false]);
    // No gold is in it: with an answer to one case alone, it could be asked which is.
    const alone = csv(['case_id', 'grade'], [named(5), '4']);
    const { modelId: asking } = await importModel(mlLead, importOf(scene, alone, 'asking'));
    expect((await compareModel(mlLead, { modelId: asking })).parts).toMatchObject([
      { differ: { value: null, n: 0 }, unlabelled: 1 },
    ]);
  });

  test('a model of somebody else, of another dataset, withdrawn, or without the field or a confidence is refused', async () => {
    const codes = async (failure: Partial<ModelFailure>, at = scene) =>
      (
        await previewBatch(
          at.sponsor,
          relabelOf(at, { modelFailure: { modelId, field: 'grade', ...failure }, split: null }),
        )
      ).faults.map((one) => one.code);
    const other = await makeWorkScene(t.db, { cases: 2 });
    expect(await codes({}, other)).toContain('batch.model_unknown');
    expect(await codes({ modelId: randomUUID() })).toContain('batch.model_unknown');
    expect(await codes({ field: 'size' })).toContain('batch.model_field');
    const plain = csv(['case_id', 'grade'], [named(0), '4']);
    const bare = await importModel(scene.sponsor, importOf(scene, plain, 'bare'));
    expect(await codes({ modelId: bare.modelId, confidence: { is: 'at_most', value: 1 } })).toContain(
      'batch.model_confidence',
    );
    const withdraw = () =>
      withdrawModel(scene.sponsor, { modelId: bare.modelId, reason: 'The wrong column was read.' });
    await withdraw();
    expect(await codes({ modelId: bare.modelId })).toContain('batch.model_withdrawn');
    await expect(withdraw()).rejects.toMatchObject({ kind: 'conflict', reason: 'model_withdrawn' });
    const lines = modelLine.array().parse(await viewModels(scene.sponsor, { projectId: scene.project.id }));
    expect(lines.find((one) => one.id === bare.modelId)).toMatchObject({
      answers: 1,
      withdrawnReason: 'The wrong column was read.',
    });
    // Its version stays taken.
    await expect(importModel(scene.sponsor, importOf(scene, plain, 'BARE'))).rejects.toMatchObject({
      reason: 'model_taken',
    });
    await expect(viewModels(other.sponsor, { projectId: scene.project.id })).rejects.toMatchObject({
      kind: 'not_found',
    });
  });

  test('a test reference has none of it (R5)', async () => {
    const at = await makeWorkScene(t.db, {
      cases: 2,
      gold: { 0: { grade: ['1'] } },
      project: { intendedUse: 'test_reference' },
    });
    const text = csv(['case_id', 'grade'], [at.dataset.cases[0]!.externalId, '3']);
    const { modelId: own } = await importModel(at.sponsor, importOf(at, text));
    const filter = { modelFailure: { modelId: own, field: 'grade' } };
    const asked = { ...relabelOf(at, filter), overlap: 3 };
    expect((await previewBatch(at.sponsor, asked)).faults.map((one) => one.code)).toEqual([
      'batch.model_on_reference',
    ]);
    await expect(createBatch(at.sponsor, asked)).rejects.toMatchObject({ reason: 'batch_invalid' });
  });

  test('nothing is known of a pilot while it is read (R15)', async () => {
    const at = await makeWorkScene(t.db, {
      cases: 6,
      fields: [gradeField()],
      gold: Object.fromEntries(Array.from({ length: 6 }, (_, i) => [i, { grade: ['1'] }])),
    });
    const terms = pilotTermsOf({ cases: 6, overlap: 2, goldMode: 'embedded' });
    const callId = await makeCall(t.db, { projectId: at.project.id, terms, clock: at.clock });
    const { batchId, people } = await makePilot(at, callId);
    await readPilotBatch(batchId, people, { most: 3 });
    await readSteps(at).settle(batchId);
    const text = csv(['case_id', 'grade'], ...at.dataset.cases.map((one) => [one.externalId, '4']));
    const { modelId: own } = await importModel(at.sponsor, importOf(at, text));
    const counted = async () => {
      const filter: CaseFilter = { finalLabel: 'has', modelFailure: { modelId: own, field: 'grade' } };
      const { population } = await previewBatch(at.sponsor, relabelOf(at, filter));
      const { parts } = await compareModel(at.sponsor, { modelId: own });
      expect(parts[0]!.differ.n).toBe(population);
      return population;
    };
    expect(await counted()).toBe(0);
    await closeBatch(at.sponsor, { batchId, reason: 'Enough.' });
    expect(await counted()).toBeGreaterThan(0);
  });
});

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
