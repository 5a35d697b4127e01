import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { readSteps } from '#db/seed/factories/read-steps.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { spyOnStatements } from '#db/testing/statement-spy.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import type { ReviewRule } from '#server/projects/tier-schemas.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { viewReading } from '#server/work/reading-views.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { viewDecisionCase } from './label-views.ts';
import { withOrdinals } from './read-ordinals.ts';
import { listTaskReads } from './settle-queries.ts';
import { settleTasks } from './settle-tasks.ts';
import { submitReview } from './submit-review.ts';

const ALL = { sampleRateBasisPoints: 10_000 };
type Given = { grade: string; confidence?: number | null };

describe('which cases go to review, through the settling job', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, {
      cases: 4,
      fields: [gradeField()],
      caseAt: (index) => ({ subgroups: { site: index === 2 ? 'north' : 'south' } }),
    });
  });
  afterAll(() => t.drop());

  const settle = (batchId: string) =>
    settleTasks(systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() }), {
      batchId,
    });
  const claim = async (who: OrgContext, batchId: string, tier: 'label' | 'review') =>
    (await claimNextTasks(who, { batchId, tier, limit: 1 })).leases[0];
  /** Two people read all four cases; `given` says what each answers to the case at a place of the dataset. */
  async function readBy(batchId: string, given: (place: number, reader: number) => Given): Promise<void> {
    for (const [reader, who] of (await makeReaders(scene, batchId, 2)).entries())
      for (
        let lease = await claim(who, batchId, 'label');
        lease;
        lease = await claim(who, batchId, 'label')
      ) {
        const [row] =
          await t.sql`select t.case_id from slots s join tasks t on t.batch_id = s.batch_id and t.id = s.task_id
          where s.batch_id = ${batchId} and s.lease_id = ${lease.leaseId}`;
        const { grade, confidence } = given(placeOf(row!.case_id), reader);
        const answer = {
          labelId: randomUUID(),
          answers: { grade },
          activeMs: 10,
          confidence: confidence === undefined ? 4 : confidence,
        };
        await submitLabel(who, { batchId, leaseId: lease.leaseId, ...answer });
      }
  }
  const placeOf = (caseId: string) => scene.dataset.cases.findIndex((one) => one.id === caseId);
  /** Places of the cases in review with the reason on their slot, and how the others stand. */
  async function routed(
    batchId: string,
  ): Promise<{ place: number; reason: string | null; status: string }[]> {
    const rows = await t.sql`select t.case_id, t.status, s.reason from tasks t
      left join slots s on s.batch_id = t.batch_id and s.task_id = t.id and s.tier = 'review'
      where t.batch_id = ${batchId}`;
    return rows
      .map((row) => ({ place: placeOf(row.case_id), reason: row.reason, status: row.status }))
      .sort((a, b) => a.place - b.place);
  }
  const final = (place: number) => ({ place, reason: null, status: 'final' });
  const inReview = (place: number, reason: string) => ({ place, reason, status: 'in_review' });

  const rules: [string, ReviewRule, (place: number, reader: number) => Given, number][] = [
    [
      'low agreement',
      { kind: 'low_agreement', agreementBelow: 0.6, ...ALL },
      (place, reader) => ({ grade: place === 1 ? String(reader) : '2' }),
      1,
    ],
    [
      'low confidence',
      { kind: 'low_confidence', confidenceAtMost: 2, ...ALL },
      (place, reader) => ({ grade: '2', confidence: place === 3 && reader === 1 ? 2 : 4 }),
      3,
    ],
    [
      'a confidence that was left out',
      { kind: 'low_confidence', confidenceAtMost: 1, ...ALL },
      (place, reader) => ({ grade: '2', confidence: place === 1 && reader === 0 ? null : 2 }),
      1,
    ],
    [
      'a rare class',
      { kind: 'rare_class', field: 'grade', value: '4', ...ALL },
      (place) => ({ grade: place === 0 ? '4' : '2' }),
      0,
    ],
    ['a subgroup', { kind: 'subgroup', column: 'site', value: 'north', ...ALL }, () => ({ grade: '2' }), 2],
  ];
  test.each(rules)(
    '%s sends its case, with the reason on the slot, and no other',
    async (_, rule, given, sent) => {
      const batchId = await makeBatch(scene, { overlap: 2, reviewRules: [rule] });
      await readBy(batchId, given);
      await settle(batchId);
      expect(await routed(batchId)).toEqual(
        [0, 1, 2, 3].map((place) => (place === sent ? inReview(place, rule.kind) : final(place))),
      );
      // Who reviews is told why, and nothing of who read it (R21).
      const [reviewer] = await makeReaders(scene, batchId, 1, 'review');
      const lease = (await claim(reviewer!, batchId, 'review'))!;
      const seen = await viewDecisionCase(reviewer!, { batchId, leaseId: lease.leaseId });
      expect(seen).toMatchObject({ reason: rule.kind });
      expect(seen.reads.map((read) => read.name)).toEqual(['Reader A', 'Reader B']);
      const decisions = seen.reads.map((read) => ({ labelId: read.labelId, outcome: 'accept' as const }));
      const decided = { batchId, leaseId: lease.leaseId, labelId: randomUUID(), activeMs: 1, decisions };
      await submitReview(reviewer!, decided);
      await settle(batchId);
      // What was accepted is not sent by the same rule again.
      expect((await routed(batchId)).map((one) => one.status)).toEqual(['final', 'final', 'final', 'final']);
    },
  );

  test('a reader learns that a confidence left out counts as low where a rule asks for it, and only there', async () => {
    const asked = async (rule: ReviewRule) => {
      const batchId = await makeBatch(scene, { overlap: 2, reviewRules: [rule] });
      const [reader] = await makeReaders(scene, batchId, 1);
      return (await viewReading(reader!, { batchId, tier: 'label' })).isUnsaidConfidenceLow;
    };
    expect(await asked({ kind: 'low_confidence', confidenceAtMost: 2, ...ALL })).toBe(true);
    expect(await asked({ kind: 'new_annotator', firstReads: 1, ...ALL })).toBe(false);
  });

  test('the first reads of a person, in the order in which they were handed in', async () => {
    const batchId = await makeBatch(scene, {
      overlap: 2,
      reviewRules: [{ kind: 'new_annotator', firstReads: 1, ...ALL }],
    });
    await readBy(batchId, () => ({ grade: '2' }));
    await settle(batchId);
    const first = await t.sql`select distinct on (annotator_id) t.case_id from labels l
      join tasks t on t.batch_id = l.batch_id and t.id = l.task_id where l.batch_id = ${batchId}
      order by annotator_id, submitted_at, l.id`;
    const expected = new Set(first.map((row) => placeOf(row.case_id)));
    const sent = (await routed(batchId)).filter((one) => one.status === 'in_review');
    expect(new Set(sent.map((one) => one.place))).toEqual(expected);
    expect(sent.every((one) => one.reason === 'new_annotator')).toBe(true);
  });

  test('where all that a person has read is among their first reads, nothing of the batch is looked through to know it', async () => {
    const reviewRules = [
      { kind: 'new_annotator' as const, firstReads: 4, ...ALL },
      { kind: 'new_annotator' as const, firstReads: 9, ...ALL },
    ];
    const batchId = await makeBatch(scene, { overlap: 2, reviewRules });
    await readBy(batchId, () => ({ grade: '2' }));
    const spy = spyOnStatements(t.url);
    const walked = async (least: number) => {
      const from = spy.said.length;
      const reads = await withOrdinals(spy.db, {
        batchId,
        reads: await listTaskReads(spy.db, { batchId, taskIds: null }),
        least,
        most: 9,
      });
      const walks = spy.said.slice(from).filter((text) => text.includes('r.joined_at')).length;
      return { walks, ordinals: reads.map((read) => read.ordinal).sort() };
    };
    // Four each: the last of them at the latest, as far as anybody asks.
    expect(await walked(4)).toEqual({ walks: 0, ordinals: [4, 4, 4, 4, 4, 4, 4, 4] });
    expect(await walked(3)).toEqual({ walks: 2, ordinals: [1, 1, 2, 2, 3, 3, 4, 4] });
    await spy.end();
    await settle(batchId);
    expect(await routed(batchId)).toEqual([0, 1, 2, 3].map((place) => inReview(place, 'new_annotator')));
  });

  test('R7: a case whose known answer was withdrawn is reviewed like any other', async () => {
    const known = await makeWorkScene(t.db, {
      cases: 2,
      fields: [gradeField()],
      gold: { 0: { grade: ['2'] }, 1: { grade: ['2'] } },
    });
    const at = readSteps(known);
    const batchId = await makeBatch(known, {
      overlap: 1,
      goldMode: 'embedded',
      reviewShareBasisPoints: 10_000,
    });
    const [reader] = await makeReaders(known, batchId, 1);
    for (let n = 0; n < 2; n += 1) await at.read(reader!, batchId, '2');
    const wrong = (await at.tasksOf(batchId))[0]!.id;
    await t.admin`update gold_answers set withdrawn_at = now(),
      uncounted_to = '00000000-0000-0000-0000-000000000000' where batch_id = ${batchId} and task_id = ${wrong}`;
    await at.settle(batchId);
    const stands = (await at.tasksOf(batchId)).map((one) => [one.id === wrong, one.status]);
    expect(stands).toEqual([
      [true, 'in_review'],
      [false, 'final'],
    ]);
  });

  test('several rules and the plain share are all named; a sample of a rule is the same whenever it is asked', async () => {
    const batchId = await makeBatch(scene, {
      overlap: 2,
      reviewShareBasisPoints: 10_000,
      reviewRules: [
        { kind: 'rare_class', field: 'grade', value: '4', ...ALL },
        { kind: 'low_agreement', agreementBelow: 1, ...ALL },
      ],
    });
    await readBy(batchId, (place, reader) => ({ grade: place === 0 && reader === 0 ? '4' : '2' }));
    await settle(batchId);
    await settle(batchId);
    expect(await routed(batchId)).toEqual([
      inReview(0, 'share rare_class low_agreement'),
      inReview(1, 'share'),
      inReview(2, 'share'),
      inReview(3, 'share'),
    ]);
  });
});
