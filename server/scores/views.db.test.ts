import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { DAY } from '#server/core/clock.ts';
import { viewDecisionCase } from '#server/labels/label-views.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { submitAdjudication } from '#server/labels/submit-adjudication.ts';
import { submitReview } from '#server/labels/submit-review.ts';
import { policyPreset } from '#server/projects/presets.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { checkReads } from './check-reads.ts';
import { listConfusedTasks } from './confused-queries.ts';
import { openRootCause } from './open-root-cause.ts';
import { checksView } from './read-check-schemas.ts';
import { tallyLabels } from './tally-labels.ts';
import { viewChecks } from './view-checks.ts';
import { viewConfusion } from './view-confusion.ts';
import { viewContinuous } from './view-continuous.ts';
import { confusionView, continuousView } from './view-schemas.ts';

/** Forty cases of grade 1, gold for ten; of three readers the third says 3 on every second case. */
describe('pages on running scores', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let batchId: string;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, {
      cases: 40,
      fields: [
        gradeField(),
        {
          key: 'size',
          label: 'Size',
          type: 'number',
          unit: 'mm',
          definition: 'Longest axis.',
          required: false,
        },
        { key: 'note', label: 'Note', type: 'text', definition: 'Own words.', required: false },
      ],
      gold: Object.fromEntries(Array.from({ length: 10 }, (_, n) => [n, { grade: ['1'] }])),
      project: {
        qualityPolicy: {
          ...policyPreset('training'),
          adjudication: {
            ...policyPreset('training').adjudication,
            noMajority: false,
            anyDisagreement: true,
          },
        },
      },
    });
    batchId = await makeBatch(scene, {
      goldMode: 'embedded',
      seed: 11,
      reviewShareBasisPoints: 10_000,
      isAdjudicated: true,
    });
    const people = await makeReaders(scene, batchId, 3);
    for (let n = 0; n < 40; n += 1) {
      for (const [index, who] of people.entries())
        await read(who, {
          grade: index === 2 && n % 2 === 0 ? '3' : '1',
          confidence: index === 2 ? 5 : 4,
          n,
        });
      if (n === 19) scene.clock.advance(DAY);
    }
    await tallyLabels(system(), { batchId });
  });
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  async function read(who: OrgContext, one: { grade: string; confidence: number; n: number }): Promise<void> {
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    // Some clicks at the end of the third reader's work.
    const activeMs = one.confidence === 5 && one.n >= 34 ? 300 : 15_000 + 400 * one.n;
    scene.clock.advance(activeMs);
    await submitLabel(who, {
      batchId,
      leaseId: leases[0]!.leaseId,
      labelId: randomUUID(),
      // Everybody in their own words, which no comparison may take for disagreement.
      answers: { grade: one.grade, size: sizeOf(one), note: `Words of ${who.actor.personId}` },
      confidence: one.confidence,
      activeMs,
    });
  }

  /** The third reader gives one size in four in centimetres. */
  const sizeOf = ({ confidence, n }: { confidence: number; n: number }) =>
    (confidence === 5 && n % 4 === 0 ? 0.1 : 1) * (12 + n);

  test('day by day, by reader, pair and stated confidence, from counts alone', async () => {
    const view = continuousView.parse(await viewContinuous(scene.sponsor, { batchId }));
    expect(view.days).toHaveLength(2);
    // On a divided case the two others of a right reader are tied: left out and counted (R8).
    expect(view.days.map((day) => day.consensus.n)).toEqual([20, 20]);
    expect(view.readers.map((reader) => reader.consensus.n)).toEqual([20, 20, 40]);
    expect(view.readers[2]).toMatchObject({ alias: 'R03', consensus: { value: 0.5 } });
    expect(view.pairs.map((pair) => `${pair.first} ${pair.second}`).sort()).toHaveLength(3);
    expect(view.calibration.reference).toBe('gold');
    const sure = (alias: string) =>
      view.calibration.readers
        .find((one) => one.alias === alias)
        ?.levels.filter((level) => level.share.n > 0);
    expect(sure('R01')).toMatchObject([{ confidence: 4, share: { value: 1, n: 10 } }]);
    expect(sure('R03')?.[0]).toMatchObject({ confidence: 5, share: { n: 10 } });
    expect(view.whole.method).toContain('krippendorff_alpha:ordinal');
  });

  test('confusions against gold, others and finals, with the cases of a figure side by side', async () => {
    const all = confusionView.parse(await viewConfusion(scene.sponsor, { batchId }));
    expect(all.reference).toBe('gold');
    // Of 30 reads on ten cases; the share is by case, and of one reader by read.
    expect(all).toMatchObject({ reads: 30, share: { n: 10 } });
    const wrong = all.cells.find((cell) => cell.truth === '1' && cell.answer === '3')!;
    expect(all.share.value).toBeCloseTo(1 - wrong.n / 30, 12);
    const third = await viewConfusion(scene.sponsor, { batchId, alias: 'R03' });
    expect(third).toMatchObject({ reads: 10, share: { value: 1 - wrong.n / 10, n: 10 } });
    const chosen = confusionView.parse(
      await viewConfusion(scene.sponsor, {
        batchId,
        reference: 'others',
        truth: '1',
        answer: '3',
        alias: 'R03',
      }),
    );
    expect(chosen.chosen).toMatchObject({ n: 20 });
    expect(chosen.chosen!.cases).toHaveLength(20);
    expect(chosen.chosen!.cases[0]!.reads.map((one) => one.answer)).toEqual(['1', '1', '3']);
    const onGold = await viewConfusion(scene.sponsor, { batchId, truth: '1', answer: '3' });
    expect(onGold.chosen!.cases).toHaveLength(wrong.n);
    expect(onGold.chosen!.cases.every((one) => one.gold.includes('1'))).toBe(true);
    // However many reads there are, so many windows of the newest are looked at; the answer says how far it came.
    const of = { batchId, field: 'grade', reference: 'others', truth: '1', answer: '3' } as const;
    const find = (limit: number, windows: number) =>
      listConfusedTasks(t.db, { ...of, readerId: null, isNumber: false, limit }, { window: 15, windows });
    const whole = await find(100, 1000);
    expect(whole).toMatchObject({ newestReads: null });
    expect(new Set(whole.taskIds)).toHaveProperty('size', 20);
    const part = await find(100, 4);
    expect(part.newestReads).toBe(60);
    expect(part.taskIds.length).toBeLessThan(20);
    expect(whole.taskIds.slice(0, part.taskIds.length)).toEqual(part.taskIds);
    expect((await find(3, 1000)).taskIds).toEqual(whole.taskIds.slice(0, 3));
    await expect(viewConfusion(scene.sponsor, { batchId, alias: 'R99' })).rejects.toMatchObject({
      reason: 'reader_not_found',
    });
  });

  test('flags the odd mix and the clicks with how right the person is, and rejects nothing', async () => {
    const before =
      await t.sql`select count(*)::int as n from slots where batch_id = ${batchId} and status = 'rejected'`;
    await checkReads(system(), { batchId });
    await checkReads(system(), { batchId });
    const { checks } = checksView.parse(await viewChecks(scene.sponsor, { projectId: scene.project.id }));
    expect(new Set(checks.map((check) => `${check.alias} ${check.kind}`))).toEqual(
      new Set(['R03 label_mix', 'R03 too_fast', 'R03 unit']),
    );
    expect(checks.find((check) => check.kind === 'unit')).toMatchObject({
      fieldLabel: 'Size',
      evidence: { factor: 10, own: { n: 80, value: 0.25 }, others: { n: 40, value: 0 } },
    });
    expect(checks.find((check) => check.kind === 'label_mix')).toMatchObject({
      evidence: { own: { n: 40 } },
      accuracy: { n: 10 },
    });
    expect(
      await t.sql`select count(*)::int as n from slots where batch_id = ${batchId} and status = 'rejected'`,
    ).toEqual(before);
  });

  test('reviewers are held against the panel, and the panel against most readers', async () => {
    await settleTasks(system(), { batchId });
    const [reviewer] = await makeReaders(scene, batchId, 1, 'review');
    for (let n = 0; n < 40; n += 1) {
      const { leases } = await claimNextTasks(reviewer!, { batchId, tier: 'review', limit: 1 });
      if (!leases[0]) break;
      const seen = await viewDecisionCase(reviewer!, { batchId, leaseId: leases[0].leaseId });
      const decisions = seen.reads.map((one) => ({ labelId: one.labelId, outcome: 'accept' as const }));
      const leaseId = leases[0].leaseId;
      await submitReview(reviewer!, { batchId, leaseId, labelId: randomUUID(), decisions, activeMs: 10 });
      scene.clock.advance(1000);
    }
    await settleTasks(system(), { batchId });
    const [judge] = await makeReaders(scene, batchId, 1, 'adjudicate');
    let decided = 0;
    for (let n = 0; n < 40; n += 1) {
      const { leases } = await claimNextTasks(judge!, { batchId, tier: 'adjudicate', limit: 1 });
      if (!leases[0]) break;
      await submitAdjudication(judge!, {
        batchId,
        leaseId: leases[0].leaseId,
        labelId: randomUUID(),
        answers: { grade: '1' },
        rationale: 'One gland only.',
        activeMs: 10,
      });
      decided += 1;
    }
    expect(decided).toBeGreaterThan(5);
    const view = checksView.parse(await viewChecks(scene.sponsor, { projectId: scene.project.id }));
    expect(view.reviewers).toMatchObject([{ alias: 'V01', changed: { value: 0 } }]);
    // The reviewer accepted every read; of a case with two right and one wrong the panel overturns one acceptance.
    expect(view.reviewers[0]!.overturned.value).toBeCloseTo(1 / 3);
    // What the reviewers let pass is held against gold as soon as pathology has answered.
    expect(view.reviewers[0]!.onGold).toMatchObject({ value: null, reason: 'no_data' });
    await t.sql`insert into gold_items
      (id, project_id, gold_set_id, dataset_id, case_id, status, source, answers, unanimous, created_at, updated_at)
      select gen_random_uuid(), g.project_id, g.gold_set_id, g.dataset_id, c.id, 'active', 'pathology', g.answers,
        'imported', g.created_at, g.updated_at
      from (select * from gold_items where project_id = ${scene.project.id} limit 1) g
      join cases c on c.dataset_id = g.dataset_id
        and not exists (select 1 from gold_items o where o.case_id = c.id)`;
    const later = checksView.parse(await viewChecks(scene.sponsor, { projectId: scene.project.id }));
    const { decided: nDecided, onGold } = later.reviewers[0]!;
    const [wrong] =
      await t.sql`select count(*)::int as n from reviews r join labels l on l.batch_id = r.batch_id
      and l.id = r.label_id where r.batch_id = ${batchId} and l.answers ->> 'grade' = '3'`;
    expect(onGold).toMatchObject({ n: nDecided, value: expect.closeTo(1 - wrong!.n / nDecided) });
    expect(view.reviewers[0]!.agreement).toMatchObject({ value: null, reason: 'no_data' });
    expect(view.adjudicators).toMatchObject([{ decided, againstMost: { value: 0, n: decided } }]);
  });

  test('are blind to another sponsor, and to a pilot while it is read (R15)', async () => {
    const other = await makeWorkScene(t.db, { cases: 1, clock: scene.clock });
    for (const call of [
      () => viewContinuous(other.sponsor, { batchId }),
      () => viewConfusion(other.sponsor, { batchId }),
      () => viewChecks(other.sponsor, { projectId: scene.project.id }),
    ])
      await expect(call()).rejects.toMatchObject({ kind: 'not_found' });
    const pilot = await makeBatch(scene, { kind: 'pilot' });
    await expect(viewContinuous(scene.sponsor, { batchId: pilot })).rejects.toMatchObject({
      reason: 'pilot_withheld',
    });
    await expect(openRootCause(scene.sponsor, { batchId: pilot, field: 'grade' })).rejects.toMatchObject({
      reason: 'pilot_withheld',
    });
  });
});
