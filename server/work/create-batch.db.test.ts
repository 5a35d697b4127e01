import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeDataset } from '#db/seed/factories/datasets.ts';
import { makeBatch, makeWorker, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { untilWaiting } from '#db/testing/until-waiting.ts';
import { systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import type { AppError } from '#server/core/errors.ts';
import { runOnce } from '#server/jobs/run-jobs.ts';
import { allowReaders, viewAllowable } from './allow-readers.ts';
import { createBatch } from './create-batch.ts';
import { discardBatch, removeDiscarded } from './discard-batch.ts';
import { loadBatchJob } from './jobs.ts';
import { joinBatch } from './join-batch.ts';
import { loadBatch, loadChunk } from './load-batch.ts';
import { advanceLoad, nextOfLoad } from './load-queries.ts';
import { openBatch } from './open-batch.ts';
import { previewBatch } from './preview-batch.ts';
import { getBatch, listBatches } from './reads.ts';
import type { CreateBatchInput } from './schemas.ts';
import { selection } from './selection-schemas.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

const messageOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no refusal',
    (error: AppError) => error.message,
  );

/** 60 cases: 40 of split train (10 of them rare), 20 of split test; two sites; gold at 0 (train) and 45 (test). */
const caseAt = (i: number) => ({
  patientKey: `p${i}`,
  split: i < 40 ? 'train' : 'test',
  subgroups: { sex: i % 4 === 0 ? 'F' : 'M' },
  context: { history: i === 3 ? 'Persistent Cough' : 'none' },
});

describe('making a batch from a filter', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 12 });
    scene = await makeWorkScene(t.db, {
      cases: 60,
      caseAt,
      gold: { 0: { grade: ['2'] }, 45: { grade: ['3'] } },
    });
  });
  afterAll(() => t.drop());

  const input = (more: Partial<CreateBatchInput> = {}): CreateBatchInput => ({
    projectId: scene.project.id,
    datasetId: scene.dataset.id,
    name: 'From a filter',
    kind: 'production',
    vendorOrgId: scene.vendorOrg.id,
    pricePerReadMinor: 100n,
    overlap: 2,
    goldMode: 'none',
    split: 'train',
    ...more,
  });
  const indexesOf = async (batchId: string) => {
    const rows = await t.sql<{ externalId: string; stratum: number | null }[]>`
      select c.external_id as "externalId", k.stratum from tasks k
      join cases c on c.dataset_id = ${scene.dataset.id} and c.id = k.case_id
      where k.batch_id = ${batchId} order by c.position`;
    return rows.map((row) => ({ index: Number(row.externalId) - 1, stratum: row.stratum }));
  };

  test('what is previewed is what is made: an oversampled draw with its strata and weights', async () => {
    const wanted = input({
      seed: 77,
      sampling: { kind: 'stratified', by: ['subgroup:sex'], allocation: { kind: 'equal', count: 16 } },
    });
    const seen = await previewBatch(scene.sponsor, wanted);
    expect(seen).toMatchObject({
      population: 40,
      chosen: 16,
      split: 'train',
      isSequestered: false,
      faults: [],
    });
    expect(seen.strata).toEqual([
      { key: 'F', population: 10, drawn: 8, weight: 1.25 },
      { key: 'M', population: 30, drawn: 8, weight: 3.75 },
    ]);
    expect(seen.composition.find((one) => one.name === 'subgroup:sex')?.values).toEqual([
      { value: 'M', cases: 8, population: 30 },
      { value: 'F', cases: 8, population: 10 },
    ]);
    const { batchId, isLoaded } = await createBatch(scene.sponsor, wanted);
    expect(isLoaded).toBe(true);
    const made = await indexesOf(batchId);
    expect(made).toHaveLength(16);
    for (const { index, stratum } of made) expect(stratum).toBe(index % 4 === 0 ? 0 : 1);
    const again = await createBatch(scene.sponsor, wanted);
    expect(await indexesOf(again.batchId)).toEqual(made);
    const batch = await getBatch(t.db, batchId);
    expect(selection.parse(batch.selection).strata).toEqual(
      seen.strata?.map(({ weight: _w, ...one }) => one),
    );
    expect(batch).toMatchObject({
      taskCount: 16,
      slotCount: 32,
      loadState: 'complete',
      loadedCount: 16,
      split: 'train',
    });
    expect(seen.ceilingMinor).toBeGreaterThan(0n);
  });

  test('site, subgroup, words of the context, a list of ids and gold choose cases', async () => {
    const of = async (
      filter: NonNullable<CreateBatchInput['filter']>,
      more: Partial<CreateBatchInput> = {},
    ) => (await previewBatch(scene.sponsor, input({ filter, ...more }))).chosen;
    expect(await of({ sites: ['north'] })).toBe(20);
    expect(await of({ subgroups: { sex: ['F'] } })).toBe(10);
    expect(await of({ context: [{ name: 'history', contains: 'cough' }] })).toBe(1);
    expect(await of({ externalIds: ['1', '2', '39'] })).toBe(3);
    expect(await of({ gold: 'only' })).toBe(1);
    expect(await of({ classes: [{ field: 'grade', values: ['2'] }] })).toBe(1);
    expect(await of({ finalLabel: 'has' })).toBe(0);
  });

  test('refusals say what is wrong: mixed splits, unknown ids, a stratum too small, nothing that fits', async () => {
    const refused = (more: Partial<CreateBatchInput>) => messageOf(createBatch(scene.sponsor, input(more)));
    expect(await refused({ split: undefined })).toContain(
      'A batch draws from one split. These cases are in train (40), test (20)',
    );
    expect(
      await refused({ caseIds: [scene.dataset.cases[1]!.id, scene.dataset.cases[50]!.id], split: undefined }),
    ).toContain('one split');
    expect(await refused({ filter: { externalIds: ['1', 'no such', 'nor this'] } })).toContain(
      '2 of the 3 case ids in the list are not in this dataset',
    );
    expect(
      await refused({
        sampling: { kind: 'stratified', by: ['subgroup:sex'], allocation: { kind: 'equal', count: 30 } },
      }),
    ).toContain('“F” has 10 of the 15 cases asked for');
    expect(await refused({ filter: { sites: ['west'] } })).toContain('No cases are chosen.');
    expect(await refused({ excludePriorReaders: 'listed' })).toContain('Choose the batches');
    const stranger = await makeWorkScene(t.db, { cases: 1 });
    const theirs = await makeBatch(stranger);
    expect(await refused({ filter: { work: { batchIds: [theirs] } } })).toContain('no such earlier batch');
    expect(await refused({ datasetId: stranger.dataset.id, split: undefined })).toContain('no such dataset');
  });

  test('a protocol version of another project is no choice, and nothing of it is told', async () => {
    const secret = {
      key: 'secret',
      label: 'Secret',
      type: 'boolean' as const,
      definition: 'd',
      required: true,
    };
    const other = await makeWorkScene(t.db, { cases: 1, fields: [secret] });
    const rule = { kind: 'rare_class' as const, field: 'nowhere', value: 'x', sampleRateBasisPoints: 10_000 };
    const wanted = input({ protocolVersionId: other.protocol.id, reviewRules: [rule] });
    const { faults } = await previewBatch(scene.sponsor, wanted);
    expect(faults).toMatchObject([{ code: 'batch.protocol_other', path: 'protocolVersionId' }]);
    expect(JSON.stringify(faults)).not.toContain('secret');
    await expect(createBatch(scene.sponsor, wanted)).rejects.toMatchObject({
      reason: 'batch_invalid',
      details: [{ code: 'batch.protocol_other' }],
    });
  });

  test('a patient with cases in two splits of the project keeps both batches from being made', async () => {
    const more = await makeDataset(t.db, {
      projectId: scene.project.id,
      orgId: scene.sponsorOrg.id,
      createdBy: scene.sponsor.actor.personId,
      cases: 3,
      caseAt: (i) => ({ patientKey: `q${i}`, split: 'train' }),
    });
    const other = await makeDataset(t.db, {
      projectId: scene.project.id,
      orgId: scene.sponsorOrg.id,
      createdBy: scene.sponsor.actor.personId,
      cases: 2,
      caseAt: (i) => ({ patientKey: `q${i}`, split: 'tune' }),
    });
    expect(await messageOf(createBatch(scene.sponsor, input({ datasetId: more.id })))).toContain(
      '2 patients have cases in the split “tune” of this project too.',
    );
    expect(
      await messageOf(createBatch(scene.sponsor, input({ datasetId: other.id, split: 'tune' }))),
    ).toContain('2 patients have');
    await t.sql`update cases set excluded_reason = 'patient_split' where dataset_id = ${other.id}`;
    expect(await messageOf(createBatch(scene.sponsor, input({ datasetId: more.id })))).toBe('no refusal');
  });

  test('R3: a patient or a content of test data in cases without a split keeps them from being read, and either way round', async () => {
    const make = (split: string | null, key: string) =>
      makeDataset(t.db, {
        projectId: scene.project.id,
        orgId: scene.sponsorOrg.id,
        createdBy: scene.sponsor.actor.personId,
        cases: 3,
        caseAt: (i) => ({ patientKey: `${key}${i}`, split }),
      });
    const of = (datasetId: string, split?: string) =>
      messageOf(createBatch(scene.sponsor, input({ datasetId, split })));
    const follow = await make(null, 'followed-');
    expect(await of(follow.id)).toBe('no refusal');
    const tested = await make('test', 'followed-');
    expect(await of(follow.id)).toMatch(
      /3 patients have cases in the split “test” of this project too\. .*These cases are in no split: .*exclude them at intake/,
    );
    expect(await of(tested.id, 'test')).toContain('3 patients have cases in no split of this project too.');
    // The same content under other names: what a person kept at intake is still no way round the split.
    await t.sql`update cases set patient_key = 'other-' || position where dataset_id = ${follow.id}`;
    expect(await of(follow.id)).toBe('no refusal');
    const sha256 = 'a'.repeat(64);
    await t.sql`update cases set content_sha256 = ${sha256} where dataset_id in ${t.sql([follow.id, tested.id])} and position = 0`;
    expect(await of(follow.id)).toContain('1 case has a copy in the split “test” of this project too.');
    expect(await of(tested.id, 'test')).toContain('1 case has a copy in no split of this project too.');
    await t.sql`update cases set excluded_reason = 'duplicate' where dataset_id = ${follow.id} and position = 0`;
    expect([await of(follow.id), await of(tested.id, 'test')]).toEqual(['no refusal', 'no refusal']);
    // Two training splits may have the same words said of two patients.
    const tuned = await make('tune', 'tuned-');
    const trained = await make('train', 'trained-');
    await t.sql`update cases set content_sha256 = ${'b'.repeat(64)} where dataset_id in ${t.sql([tuned.id, trained.id])} and position = 0`;
    expect(await of(tuned.id, 'tune')).toBe('no refusal');
  });

  test('gold is dealt from the batch’s own split only', async () => {
    const { batchId } = await createBatch(
      scene.sponsor,
      input({ goldMode: 'dealt', goldShareBasisPoints: 1000 }),
    );
    expect(await getBatch(t.db, batchId)).toMatchObject({ taskCount: 39, goldCount: 1 });
    const [row] = await t.sql`select g.answers from gold_answers g where g.batch_id = ${batchId}`;
    expect(row?.answers).toEqual({ grade: ['2'] });
  });

  test('test data is read only by people who are named; others are told so when they join', async () => {
    const { batchId } = await createBatch(scene.sponsor, input({ split: 'test' }));
    await openBatch(scene.sponsor, { batchId });
    const [named, other] = [await makeWorker(scene), await makeWorker(scene)];
    const join = (who: typeof named) => messageOf(joinBatch(who, { batchId, tier: 'label' }));
    expect(await join(named)).toContain('cannot take this work');
    const { people, isSequestered } = await viewAllowable(scene.sponsor, { batchId });
    expect(isSequestered).toBe(true);
    const engagementId = people.find(
      (one) => one.person === `P-${named.actor.personId.slice(-6)}`,
    )!.engagementId;
    await allowReaders(scene.sponsor, { batchId, engagementIds: [engagementId] });
    expect(await join(named)).toBe('no refusal');
    const refusal = await joinBatch(other, { batchId, tier: 'label' }).catch((error: AppError) => error);
    expect(refusal).toMatchObject({ details: [{ code: 'batch.not_listed' }] });
    expect(await messageOf(allowReaders(scene.sponsor, { batchId, engagementIds: null }))).toContain(
      'is test data',
    );
    expect(
      await messageOf(allowReaders(scene.sponsor, { batchId, engagementIds: [randomUUID()] })),
    ).toContain('not engaged');
  });
});

describe('loading in chunks', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 12 });
    scene = await makeWorkScene(t.db, { cases: 4000, gold: { 0: { grade: ['2'] }, 3999: { grade: ['3'] } } });
  });
  afterAll(() => t.drop());
  // 250 tasks a chunk at overlap 100, so 32 chunks: the job's.
  const large = (more: Partial<CreateBatchInput> = {}) =>
    createBatch(scene.sponsor, {
      projectId: scene.project.id,
      datasetId: scene.dataset.id,
      name: 'Large',
      kind: 'production',
      pricePerReadMinor: 1n,
      overlap: 20,
      isAdjudicated: false,
      reviewShareBasisPoints: 0,
      goldMode: 'dealt',
      goldShareBasisPoints: 100,
      ...more,
    });
  const counts = async (batchId: string) => {
    const [row] = await t.sql`select
      (select count(*)::int from tasks where batch_id = ${batchId} and not is_dealt_gold) as tasks,
      (select count(*)::int from tasks where batch_id = ${batchId} and is_dealt_gold) as dealt,
      (select count(*)::int from slots where batch_id = ${batchId}) as slots,
      (select count(distinct (lane, sort_key))::int from slots where batch_id = ${batchId}) as places,
      (select count(*)::int from gold_answers where batch_id = ${batchId}) as gold,
      (select count(*)::int from batch_loads where batch_id = ${batchId}) as loads`;
    return row;
  };
  const worker = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });

  test('a large draft is loaded by a job, cannot be opened before it is whole, survives a crash, and two loaders do it once', async () => {
    const { batchId, isLoaded } = await large();
    expect(isLoaded).toBe(false);
    expect(await counts(batchId)).toMatchObject({ tasks: 0, slots: 0, loads: 1 });
    const [job] = await t.sql`select 1 as n from graphile_worker.jobs where key = ${`load-batch:${batchId}`}`;
    expect(job).toEqual({ n: 1 });
    await transact(worker(), (tx) => loadChunk(tx, batchId));
    expect(await getBatch(t.db, batchId)).toMatchObject({ loadState: 'loading', loadedCount: 1250 });
    expect(await messageOf(openBatch(scene.sponsor, { batchId }))).toContain('1,250 of 4,000');
    // A process dies within a chunk: nothing of that chunk is there.
    await transact(worker(), async (tx) => {
      await loadChunk(tx, batchId);
      throw new Error('the process is gone');
    }).catch(() => {});
    expect(await counts(batchId)).toMatchObject({ tasks: 1250, slots: 25_000 });
    await Promise.all([loadBatch(worker(), { batchId }), loadBatch(worker(), { batchId })]);
    expect(await counts(batchId)).toEqual({
      tasks: 3998,
      dealt: 2,
      slots: 79_960,
      places: 79_960,
      gold: 2,
      loads: 0,
    });
    expect(await getBatch(t.db, batchId)).toMatchObject({ loadState: 'complete', loadedCount: 4000 });
    await openBatch(scene.sponsor, { batchId });
  });

  test('who gives up a draft in the middle of a chunk waits for it, and holds nothing that the chunk needs to end', async () => {
    const { batchId } = await large();
    const { promise: held, resolve: hold } = Promise.withResolvers<void>();
    const chunk = t.db.transaction(async (tx) => {
      await nextOfLoad(tx, { batchId, overlap: 20, limit: 10 });
      hold();
      await untilWaiting(t, 1);
      await tx.execute(sql`select 1 from batches where id = ${batchId} for update nowait`);
      await advanceLoad(tx, { batchId, by: 10 });
    });
    await held;
    await Promise.all([chunk, discardBatch(scene.sponsor, { batchId })]);
    expect(await getBatch(t.db, batchId)).toMatchObject({ loadState: 'discarding', loadedCount: 10 });
  });

  test('a draft can be given up while it loads or after; nothing of it stays, and an opened one is refused', async () => {
    const { batchId } = await large();
    await transact(worker(), (tx) => loadChunk(tx, batchId));
    await discardBatch(scene.sponsor, { batchId });
    await loadBatch(worker(), { batchId });
    expect((await counts(batchId))?.tasks).toBe(1250);
    expect((await listBatches(t.db, scene.project.id)).map((one) => one.id)).not.toContain(batchId);
    expect(await messageOf(openBatch(scene.sponsor, { batchId }))).toBe('There is no such batch.');
    await removeDiscarded(worker(), { batchId });
    expect(await counts(batchId)).toEqual({ tasks: 0, dealt: 0, slots: 0, places: 0, gold: 0, loads: 0 });
    expect(await messageOf(getBatch(t.db, batchId))).toBe('There is no such batch.');
    // Its loading job, still in the queue, ends without an error: it would be tried again twenty-five times.
    await runOnce(t.db, scene.clock, loadBatchJob, { batchId });
    expect(await counts(batchId)).toEqual({ tasks: 0, dealt: 0, slots: 0, places: 0, gold: 0, loads: 0 });
    const open = await makeBatch(scene, { caseLimit: 3 });
    expect(await messageOf(discardBatch(scene.sponsor, { batchId: open }))).toContain('is open');
    await removeDiscarded(worker(), { batchId: open });
    expect((await counts(open))?.tasks).toBe(3);
  });
});
