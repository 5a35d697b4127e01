import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { systemClock } from '#server/core/clock.ts';
import { externalIdsOf } from '#server/datasets/reads.ts';
import { listFinalLabels, readsOfBatch } from '#server/labels/reads.ts';
import { checkLedger } from '#server/ledger/reads.ts';
import { dawidSkene } from '#server/quality/dawid-skene.ts';
import { buildRatingTable } from '#server/quality/rating-table.ts';
import { type Batch, listReaders, pagesOfBatches } from '#server/work/reads.ts';
import { FITNESS_FIELD } from './anaesthesia.ts';
import { seedDemo } from './demo.ts';

/** The classes that Dawid & Skene (1979) arrive at, patients 1 to 45. */
const PUBLISHED_CLASSES =
  '1 4 2 2 2 2 1 3 2 2 4 3 1 2 1 1 1 1 2 2 2 2 2 2 1 1 2 1 1 1 1 3 1 2 2 4 2 3 3 1 1 1 2 1 2'.split(' ');

/** Their table of error rates of observer 1: P(answer | true class), rows are true classes. */
const OBSERVER_1 = [
  [0.9074, 0.0926, 0, 0],
  [0.0703, 0.8766, 0.0531, 0],
  [0, 0.3388, 0.6612, 0],
  [0, 0, 0.5556, 0.4444],
];

describe('the demo', () => {
  let t: TestDatabase;
  const batchesIn = async (statuses: readonly Batch['status'][]): Promise<Batch[]> => {
    const all: Batch[] = [];
    for await (const page of pagesOfBatches(t.db, { statuses })) all.push(...page);
    return all;
  };
  beforeAll(async () => {
    process.env.READROOM_LOCAL_MAILBOX = '1';
    process.env.READROOM_GOLD_SECRET = 'a secret for this test alone';
    t = await createTestDatabase(inject('adminUrl'), { max: 8 });
    await seedDemo({ db: t.db, clock: systemClock, say: () => {} });
  }, 180_000);
  afterAll(() => t.drop());

  async function anaesthesia() {
    const batches = await batchesIn(['open', 'closing', 'settled']);
    const batch = batches.find((candidate) => candidate.kind === 'pilot' && candidate.overlap === 5);
    if (!batch) throw new Error('The pilot is missing.');
    return batch;
  }

  test('its consensus reproduces the published classes, from reads that were claimed and submitted', async () => {
    const batch = await anaesthesia();
    const finals = await listFinalLabels(t.db, batch.id, { limit: 100 });
    const names = await externalIdsOf(
      t.db,
      batch.datasetId,
      finals.map((final) => final.caseId),
    );
    const classes = new Map(
      finals.map((final) => [names.get(final.caseId), final.fields[FITNESS_FIELD]?.value]),
    );
    expect(PUBLISHED_CLASSES.map((_, i) => classes.get(`P${String(i + 1).padStart(2, '0')}`))).toEqual(
      PUBLISHED_CLASSES,
    );
    expect(finals.every((final) => final.method === 'dawid_skene')).toBe(true);
  });

  test('its reads give the published class mix, log-likelihood and error rates; observer 1 read three rounds (R23)', async () => {
    const reads = await readsOfBatch(t.db, (await anaesthesia()).id);
    expect(reads).toHaveLength(315);
    const table = buildRatingTable(
      reads.map((read) => ({
        item: read.taskId,
        rater: read.annotatorId,
        value: String(read.answers[FITNESS_FIELD]),
      })),
      { categories: ['1', '2', '3', '4'], duplicates: 'keep' },
    );
    const result = dawidSkene(table, { tolerance: 1e-12 });
    expect(result.logLikelihood).toBeCloseTo(-190.7309966, 3);
    for (const [index, expected] of [0.4, 0.4216, 0.1118, 0.0667].entries())
      expect(result.prior[index]).toBeCloseTo(expected, 3);
    const threeTimes = reads.find((read) => read.round === 3)?.annotatorId;
    const first = result.annotators.find((annotator) => annotator.rater === threeTimes);
    for (const [index, expected] of OBSERVER_1.flat().entries())
      expect(first?.confusion?.[index]).toBeCloseTo(expected, 3);
  });

  test('its running production waits for decisions: a reader in paid calibration, a batch out of tolerance (R26)', async () => {
    const [batch] = (await batchesIn(['open'])).filter((one) => one.kind === 'production');
    if (!batch) throw new Error('The production is missing.');
    const open = await t.sql`select subject_kind, done, due_at > now() as in_time from quality_proposals
      where batch_id = ${batch.id} and status = 'open' order by subject_kind`;
    expect(open).toContainEqual({ subject_kind: 'batch', done: 'told', in_time: true });
    expect(open).toContainEqual({ subject_kind: 'reader', done: 'calibration_only', in_time: true });
    const causes = await t.sql`select status from root_causes where batch_id = ${batch.id}`;
    expect(causes.map((one) => one.status)).toEqual(['open']);
    // The first reader, whose login the demo hands out, finds cases to read.
    const [first] = await listReaders(t.db, batch.id, 'label');
    const [left] = await t.sql`select count(*)::int as n from tasks k where k.batch_id = ${batch.id}
      and exists (select 1 from slots s where s.batch_id = k.batch_id and s.task_id = k.id and s.annotator_id is null)
      and not exists (select 1 from slots s where s.batch_id = k.batch_id and s.task_id = k.id
        and s.annotator_id = ${first?.annotatorId ?? null})`;
    expect(left?.n).toBeGreaterThanOrEqual(10);
  });

  test('what it leaves behind holds: the ledger is whole', async () => {
    expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
  });
});
