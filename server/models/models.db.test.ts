import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeCall, pilotTermsOf } from '#db/seed/factories/bids.ts';
import { answersFile as csv, importOf, mlLeadOf } from '#db/seed/factories/models.ts';
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
import { importModel } from './import-model.ts';
import { modelComparison, modelList } from './schemas.ts';
import { compareModel, viewModels } from './view-models.ts';
import { withdrawModel } from './withdraw-model.ts';

process.env.READROOM_GOLD_SECRET ??= 'a secret for tests only';

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
    const none = { missed: '1', claimed: '0' };
    expect((await look(none)).faults.map((one) => one.code)).toEqual(['batch.no_cases']);
    // Where nothing fits there is no split, and it is said of all.
    expect((await look(none, {})).warnings[0]?.message).toContain(
      'Of 9 cases that fit otherwise, 2 have no answer of the model and 1 has no known answer',
    );
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
    const asked = { projectId: scene.project.id, isInUse: false };
    const { models } = modelList.parse(await viewModels(scene.sponsor, asked));
    expect(models.find((one) => one.id === bare.modelId)).toMatchObject({
      answers: 1,
      withdrawnReason: 'The wrong column was read.',
    });
    // Its version stays taken.
    await expect(importModel(scene.sponsor, importOf(scene, plain, 'BARE'))).rejects.toMatchObject({
      reason: 'model_taken',
    });
    await expect(viewModels(other.sponsor, asked)).rejects.toMatchObject({ kind: 'not_found' });
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
    // Where nothing fits, what is asked for is not test data either.
    const never = { modelFailure: { ...filter.modelFailure, missed: '2' } };
    const { faults } = await previewBatch(at.sponsor, { ...relabelOf(at, never), overlap: 3 });
    expect(faults.map((one) => one.code)).toEqual(['batch.no_cases']);
  });

  test('known is the newest label of the project, whichever batches the cases are chosen from', async () => {
    const at = await makeWorkScene(t.db, { cases: 1 });
    const { read, settle } = readSteps(at);
    const [first] = [await readAs('1'), await readAs('3')];
    async function readAs(grade: string): Promise<string> {
      const batchId = await makeBatch(at, { overlap: 1 });
      const [reader] = await makeReaders(at, batchId, 1);
      await read(reader!, batchId, grade);
      await settle(batchId);
      return batchId;
    }
    const failures = async (grade: string) => {
      const text = csv(['case_id', 'grade'], ['1', grade]);
      const { modelId: own } = await importModel(at.sponsor, importOf(at, text, `says ${grade}`));
      const modelFailure = { modelId: own, field: 'grade' };
      return (await previewBatch(at.sponsor, relabelOf(at, { work: { batchIds: [first] }, modelFailure })))
        .population;
    };
    expect([await failures('1'), await failures('3')]).toEqual([1, 0]);
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
