import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { HOUR, MINUTE } from '#server/core/clock.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { checkRunning } from '#server/scores/recount-batch.ts';
import { METHOD_VERSION } from '#server/scores/rules.ts';
import { tallyLabels } from '#server/scores/tally-labels.ts';
import { viewBatch, viewBatches } from '#server/work/batch-views.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { getBatch } from '#server/work/reads.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { measureNow } from './measure-now.ts';
import { listScoreCandidates } from './queries.ts';
import { renewScores } from './renew-scores.ts';
import { rollUp } from './roll-up.ts';
import { dashboardView, qualityView } from './schemas.ts';
import { scoreLiveBatches } from './score-live-batches.ts';
import { viewDashboard } from './view-dashboard.ts';
import { viewQuality } from './view-quality.ts';

/** Six cases, gold for four of them: grade 1; three readers, of whom the third says 2 on everything. */
describe('what a sponsor watches', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let batchId: string;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
    scene = await makeWorkScene(t.db, {
      cases: 6,
      fields: [gradeField()],
      gold: { 0: { grade: ['1'] }, 1: { grade: ['1'] }, 2: { grade: ['1'] }, 3: { grade: ['1'] } },
    });
    batchId = await makeBatch(scene, { goldMode: 'embedded' });
    const people = await makeReaders(scene, batchId, 3);
    for (let round = 0; round < 6; round += 1) {
      for (const [index, who] of people.entries()) await readNext(who, index === 2 ? '2' : '1');
      scene.clock.advance(HOUR - 3 * MINUTE);
    }
  });
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  async function readNext(who: OrgContext, grade: string): Promise<void> {
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    const leaseId = leases[0]!.leaseId;
    scene.clock.advance(MINUTE);
    await submitLabel(who, { batchId, leaseId, labelId: randomUUID(), answers: { grade }, activeMs: 60_000 });
  }
  const dashboard = async () =>
    dashboardView.parse(await viewDashboard(scene.sponsor, { projectId: scene.project.id }));
  const quality = async () => qualityView.parse(await viewQuality(scene.sponsor, { batchId }));

  test('counts reads by hour, time, gold and money from the raw rows', async () => {
    await rollUp(system());
    const { batches, readers, costs, lag } = await dashboard();
    expect(lag.lagMs).toBe(0);
    expect(batches[0]).toMatchObject({
      reads: 18,
      readsNeeded: 18,
      cases: 6,
      casesFinal: 0,
      activeMs: 1_080_000,
    });
    expect(batches[0]?.hours.map((hour) => hour.reads)).toEqual([3, 3, 3, 3, 3, 3]);
    // Submitted, but not among the running counts yet: neither "no gold" nor a figure.
    expect(batches[0]?.gold).toMatchObject({ value: null, reason: 'no_data' });
    expect(readers.map((reader) => reader.reads)).toEqual([6, 6, 6]);
    expect(costs).toMatchObject({ reads: 18, finalLabels: 0, perFinalLabelMinor: null });
  });

  test('names three costs once cases are settled, and divides the last by checked labels that are right (R12)', async () => {
    await settleTasks(system(), { batchId });
    const { costs, batches } = await dashboard();
    expect(batches[0]?.casesFinal).toBe(6);
    // 18 reads at 120 and 15 %, all accepted once their case is final; every checked final label is right.
    expect(costs).toMatchObject({
      totalMinor: 2484n,
      feeMinor: 324n,
      perReadMinor: 138,
      perFinalLabelMinor: 414,
      correctShare: 1,
      perCorrectLabelMinor: 414,
    });
  });

  test('a running batch is found however many others there are', async () => {
    const other = await makeWorkScene(t.db, { cases: 1, clock: scene.clock });
    const others = [await makeBatch(other), await makeBatch(other)];
    const found: string[] = [];
    for (let after: string | null = null; ; ) {
      const [one] = await listScoreCandidates(t.db, { since: scene.clock.now(), after, limit: 1 });
      if (one === undefined) break;
      found.push(one.batchId);
      after = one.batchId;
    }
    expect(found).toEqual([batchId, ...others]);
  });

  test('scores a running batch once until it has grown, and keeps each score as history', async () => {
    expect(await scoreLiveBatches(system(), { pageSize: 1 })).toBe(1);
    expect(await scoreLiveBatches(system())).toBe(0);
    const first = await quality();
    expect(first.history.reliability).toHaveLength(1);
    scene.clock.advance(HOUR);
    await measureNow(scene.sponsor, { batchId });
    const second = await quality();
    expect(second.history.reliability).toHaveLength(2);
    expect(second.figures.krippendorff_alpha?.value).toBeCloseTo(
      first.figures.krippendorff_alpha?.value ?? 9,
    );
  });

  test('a large batch is scored from its counts, without its reads in memory, with the same values', async () => {
    const raw = await quality();
    // Not counted yet: nothing is stored, and it comes up again.
    await t.admin`delete from scores`;
    expect(await scoreLiveBatches(system(), { rawReads: 10 })).toBe(0);
    expect(await t.sql`select 1 from scores`).toHaveLength(0);
    await tallyLabels(system(), { batchId });
    expect(await scoreLiveBatches(system(), { rawReads: 10 })).toBe(1);
    expect(await scoreLiveBatches(system(), { rawReads: 10 })).toBe(0);
    const [throughput] = await t.sql`select value, n, lower, upper, method from scores
      where metric = 'throughput' and subject_kind = 'batch'`;
    expect(throughput).toMatchObject({ value: 60, n: 18, method: 'reads_per_active_hour;readers' });
    const counted = await quality();
    expect(Object.keys(counted.figures)).toEqual(expect.arrayContaining(['krippendorff_alpha', 'accuracy']));
    for (const [metric, figure] of Object.entries(raw.figures)) {
      if (figure === null) continue;
      expect(counted.figures[metric as 'accuracy']?.value ?? null, metric).toEqual(
        figure.value === null ? null : expect.closeTo(figure.value, 9),
      );
    }
  });

  test('what another method has measured is measured anew by itself, and leaves the history (ADR 021)', async () => {
    expect(await renewScores(system())).toBe(0);
    // As before ADR 021: three reads of each of four cases with gold, counted as twelve; the batch has ended since.
    await t.admin`update scores set method_version = '1', n = 12 where metric = 'accuracy'`;
    await t.admin`update scores set method_version = '1' where metric <> 'accuracy'`;
    await t.admin`update score_marks set counted_as = '2 grade'`;
    const { status } = await getBatch(t.db, batchId);
    await t.admin`update batches set status = 'settled', settled_at = now() - interval '90 days' where id = ${batchId}`;
    expect((await quality()).history.reliability).toHaveLength(0);
    scene.clock.advance(HOUR);
    expect(await renewScores(system())).toBe(1);
    const { figures, history } = await quality();
    expect(figures.accuracy).toMatchObject({ n: 4 });
    expect(history.accuracy).toHaveLength(1);
    expect(history.measuredOtherwise).toBeGreaterThan(0);
    expect(await t.sql`select counted_as from score_marks where batch_id = ${batchId}`).toEqual([
      { counted_as: expect.stringMatching(new RegExp(`^${METHOD_VERSION} `)) },
    ]);
    expect(await checkRunning(t.db, batchId)).toEqual([]);
    expect(await renewScores(system())).toBe(0);
    await t.admin`update batches set status = ${status}, settled_at = null where id = ${batchId}`;
  });

  test('says how many reads on gold are right by case: three reads of one case are no three trials (ADR 021)', async () => {
    await tallyLabels(system(), { batchId });
    const { batches, vendors, readers } = await dashboard();
    // Two of three readers are right on each of four gold cases.
    const { gold } = batches[0]!;
    expect(gold).toMatchObject({ n: 4, reason: null });
    expect(gold.value).toBeCloseTo(8 / 12, 12);
    expect(vendors.map((one) => one.gold)).toEqual([gold]);
    // A reader reads a case once.
    expect(readers.map((reader) => reader.gold.n)).toEqual([4, 4, 4]);
  });

  test('shows readers by alias, their pairs, the confusion on gold and the hardest cases', async () => {
    await tallyLabels(system(), { batchId });
    const view = await quality();
    expect(view.readers.map((reader) => reader.accuracy.value)).toEqual([1, 1, 0]);
    expect(view.pairs).toHaveLength(3);
    expect(view.confusion).toEqual({
      reference: 'gold',
      cells: [
        { truth: '1', answer: '1', n: 8 },
        { truth: '1', answer: '2', n: 4 },
      ],
    });
    expect(view.hardest).toHaveLength(6);
    expect(view.hardest[0]?.reads.map((read) => read.answer)).toEqual(['1', '1', '2']);
    expect(view.hardest[0]?.final).toBe('1');
  });

  test('without gold compares answers with final labels, and says that accuracy has no reference (R8)', async () => {
    const bare = await makeBatch(scene, {});
    const view = await viewQuality(scene.sponsor, { batchId: bare });
    expect(view.confusion).toEqual({ reference: 'none', cells: [] });
    const { batches } = await dashboard();
    const line = batches.find((batch) => batch.batchId === bare);
    expect(line?.gold).toEqual({ value: null, interval: null, n: 0, reason: 'no_reference' });
  });

  test('shows and measures nothing of a pilot while it is read (R15)', async () => {
    const pilot = await makeBatch(scene, { kind: 'pilot' });
    for (const call of [
      () => measureNow(scene.sponsor, { batchId: pilot }),
      () => viewQuality(scene.sponsor, { batchId: pilot }),
    ])
      await expect(call()).rejects.toMatchObject({ reason: 'pilot_withheld' });
    const line = (await dashboard()).batches.find((batch) => batch.batchId === pilot);
    expect(line).toMatchObject({ gold: { value: null, reason: 'withheld' }, reliability: [] });
  });

  test('tells of a pilot that is read what it costs, and not how many of its labels are right (R15)', async () => {
    const before = (await dashboard()).costs;
    expect(before.correctShare).toBe(1);
    const pilot = await makeBatch(scene, { kind: 'pilot', goldMode: 'embedded' });
    const people = await makeReaders(scene, pilot, 3);
    // Everybody is wrong on the five cases that are read; the sixth keeps the pilot open.
    for (const who of people)
      for (let at = 0; at < 5; at += 1) {
        const { leases } = await claimNextTasks(who, { batchId: pilot, tier: 'label', limit: 1 });
        const read = { batchId: pilot, leaseId: leases[0]!.leaseId, labelId: randomUUID(), activeMs: 60_000 };
        await submitLabel(who, { ...read, answers: { grade: '3' } });
      }
    await settleTasks(system(), { batchId: pilot });
    const { costs, batches } = await dashboard();
    const line = batches.find((batch) => batch.batchId === pilot);
    expect(line).toMatchObject({
      status: 'open',
      casesFinal: 5,
      costs: { correctShare: null, perCorrectLabelMinor: null, perCorrectReason: 'withheld', reads: 15 },
    });
    expect(line?.costs.totalMinor).toBeGreaterThan(0n);
    // The project pays for the pilot, and its share of right labels is that of the other batches.
    expect(costs.totalMinor).toBe(before.totalMinor + (line?.costs.totalMinor ?? 0n));
    expect(costs).toMatchObject({ correctShare: 1, perCorrectReason: null });

    const own = [
      await viewBatch(scene.sponsor, { batchId: pilot }),
      ...(await viewBatches(scene.sponsor, { projectId: scene.project.id })),
    ];
    for (const { totals } of own) {
      expect(totals).toHaveProperty('submitted');
      expect(Object.keys(totals).filter((key) => key.startsWith('gold'))).toEqual([]);
    }
  });

  test('is blind to another sponsor', async () => {
    const other = await makeWorkScene(t.db, { cases: 1, clock: scene.clock });
    for (const call of [
      () => viewDashboard(other.sponsor, { projectId: scene.project.id }),
      () => viewQuality(other.sponsor, { batchId }),
      () => measureNow(other.sponsor, { batchId }),
    ])
      await expect(call()).rejects.toMatchObject({ kind: 'not_found' });
  });
});
