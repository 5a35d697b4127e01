import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { writableColumns } from '#db/testing/writable-columns.ts';
import { measureNow } from '#server/analytics/measure-now.ts';
import { viewDashboard } from '#server/analytics/view-dashboard.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { newId } from '#server/core/ids.ts';
import { latestScores } from '#server/scores/reads.ts';
import { scoreFromCounts } from '#server/scores/score-from-counts.ts';
import { tallyLabels } from '#server/scores/tally-labels.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { findReader, listReaders, mapReaders, pagesOfReaders } from './reads.ts';
import { requestRepeats } from './request-repeats.ts';
import { submitLabel } from './submit-label.ts';

describe('a batch with more readers than a list holds', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let batchId: string;
  let last: OrgContext;
  /** Beside those who read: whoever has joined before them. */
  const CROWD = 5000;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 3 });
    batchId = await makeBatch(scene, { overlap: 3 });
    const [first] = await makeReaders(scene, batchId, 1);
    const columns = await writableColumns(t.sql, 'readers');
    await t.sql`insert into readers (${t.sql.unsafe(columns)}) select ${t.sql.unsafe(columns)} from (select (jsonb_populate_record(r, jsonb_build_object('annotator_id', gen_random_uuid(),
        'reader_no', 1 + n, 'alias', 'C' || n))).* from readers r cross join generate_series(1, ${CROWD}) n
      where r.batch_id = ${batchId}) copied`;
    [last] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    for (const who of [first!, last]) {
      const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 2 });
      scene.clock.advance(60_000);
      for (const { leaseId } of leases)
        await submitLabel(who, {
          batchId,
          leaseId,
          labelId: newId(),
          answers: { grade: '1' },
          activeMs: 30_000,
        });
    }
  });
  afterAll(() => t.drop());
  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: newId() });
  const annotatorId = () => last.actor.personId;

  test('is gone through to the end, each reader once', async () => {
    expect(await listReaders(t.db, batchId, 'label')).toHaveLength(CROWD);
    const ids = await mapReaders(t.db, { batchId, tier: 'label' }, (row) => row.annotatorId);
    expect(new Set(ids)).toHaveLength(CROWD + 2);
    expect(ids).toHaveLength(CROWD + 2);
    const sizes: number[] = [];
    for await (const page of pagesOfReaders(t.db, { batchId, tier: 'label' }, (CROWD + 2) / 2))
      sizes.push(page.length);
    expect(sizes).toEqual([(CROWD + 2) / 2, (CROWD + 2) / 2]);
  });

  test('is measured with whoever joined last, from its reads and from its counts', async () => {
    expect(await measureNow(scene.sponsor, { batchId })).toEqual({ reads: 4 });
    const own = async () =>
      (await latestScores(t.db, batchId)).filter(
        (row) => row.metric === 'throughput' && row.subjectId === annotatorId(),
      );
    expect(await own()).toMatchObject([{ n: 2 }]);
    scene.clock.advance(60_000);
    await tallyLabels(system(), { batchId });
    expect(await scoreFromCounts(system(), { batchId })).toBe(true);
    expect(await own()).toMatchObject([{ n: 2, method: 'reads_per_active_hour;readers' }]);
    const whole = (await latestScores(t.db, batchId)).find(
      (row) => row.metric === 'throughput' && row.subjectKind === 'batch',
    );
    expect(whole?.n).toBe(4);
    const { batches } = await viewDashboard(scene.sponsor, { projectId: scene.project.id });
    expect(batches[0]?.activeMs).toBe(4 * 30_000);
  });

  test('asks whoever joined last for repeats by the name they are known by', async () => {
    const reader = await findReader(t.db, { batchId, annotatorId: annotatorId(), tier: 'label' });
    await requestRepeats(scene.sponsor, { batchId, alias: reader!.alias, rounds: 2, afterDays: 1 });
    expect(await findReader(t.db, { batchId, annotatorId: annotatorId(), tier: 'label' })).toMatchObject({
      repeats: 2,
      repeatRounds: 2,
    });
  });
});
