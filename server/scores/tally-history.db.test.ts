import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ensureAgreement } from '#db/seed/factories/agreements.ts';
import { makeOrganisation } from '#db/seed/factories/identity.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, HOUR, MINUTE } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { viewDecisionCase } from '#server/labels/label-views.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { submitReview } from '#server/labels/submit-review.ts';
import type { Answers, LabelField } from '#server/protocols/schemas.ts';
import { exclusionsOf, type Measurement } from '#server/quality/measurement.ts';
import { amendLabel } from '#server/work/amend-label.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { takeBackFrom } from '#server/work/withdraw-gold.ts';
import { measureBatch } from './measure-batch.ts';
import { checkRunning } from './recount-batch.ts';
import { runningScoresOf } from './running-reads.ts';
import { tallyLabels } from './tally-labels.ts';

const option = (value: string) => ({ value, label: value });
const open = { definition: 'For a test.', required: false };
const FIELDS: LabelField[] = [
  gradeField(),
  { key: 'seen', label: 'Seen', type: 'boolean', ...open },
  {
    key: 'findings',
    label: 'Findings',
    type: 'multi_label',
    options: ['a', 'b', 'c'].map(option),
    ...open,
  },
  { key: 'size', label: 'Size', type: 'number', unit: 'mm', min: 0, max: 30, ...open },
  { key: 'note', label: 'Note', type: 'text', ...open },
];

/** One answer to every field, or to some: `n` says which. */
function answersOf(grade: string, n: number): Answers {
  return {
    grade,
    ...(n % 3 === 0 ? {} : { seen: n % 2 === 0 }),
    ...(n % 4 === 0 ? {} : { findings: [['a'], ['a', 'b'], ['c']][n % 3] ?? [] }),
    ...(n % 5 === 0 ? {} : { size: [0, 2.5, 30][n % 3] ?? 0 }),
    note: 'Free words.',
  };
}

const step = fc.record({
  who: fc.nat({ max: 3 }),
  what: fc.constantFrom(
    ...[
      'read',
      'read',
      'read',
      'read',
      'read',
      'read',
      'read',
      'read',
      'amend',
      'reject',
      'return',
      'reject in review',
      'fix',
    ],
    ...['accept', 'settle', 'tally', 'tally', 'sleep', 'night', 'withdraw'],
  ),
  grade: fc.constantFrom('0', '1', '2', '3'),
  pick: fc.nat({ max: 40 }),
});
const histories = fc.array(step, { minLength: 45, maxLength: 70 });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

describe('running counts and scores over random histories', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let otherVendor: WorkScene;
  /** How often something went through, so that the histories are known to hold what they are meant to. */
  const happened = new Map<string, number>();

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, {
      cases: 6,
      fields: FIELDS,
      gold: {
        0: { grade: ['1'], findings: [['a', 'b']] },
        1: { grade: ['1', '2'], size: [2.5], seen: [true] },
      },
    });
    const vendorOrg = await makeOrganisation(t.db, { kind: 'vendor', clock: scene.clock });
    await ensureAgreement(t.db, { kind: 'services', org: vendorOrg, clock: scene.clock });
    otherVendor = { ...scene, vendorOrg };
  });
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });

  /** What a rule of the story refuses is no fault of the history. */
  async function allowed(what: string, action: Promise<unknown>): Promise<void> {
    try {
      await action;
      happened.set(what, (happened.get(what) ?? 0) + 1);
    } catch (error) {
      if (!(error instanceof AppError) || error.kind === 'bug') throw error;
    }
  }

  async function read(who: OrgContext, batchId: string, of: Step): Promise<string | null> {
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    if (!leases[0]) return null;
    const labelId = randomUUID();
    await submitLabel(who, {
      batchId,
      leaseId: leases[0].leaseId,
      labelId,
      answers: answersOf(of.grade, of.pick),
      confidence: 1 + (of.pick % 5),
      activeMs: 1000 + 100 * of.pick,
    });
    return labelId;
  }

  async function review(who: OrgContext, batchId: string, what: string): Promise<void> {
    // A case that has its reads waits for review once it was settled.
    await settleTasks(system(), { batchId });
    const { leases } = await claimNextTasks(who, { batchId, tier: 'review', limit: 1 });
    if (!leases[0]) return;
    const leaseId = leases[0].leaseId;
    const seen = await viewDecisionCase(who, { batchId, leaseId });
    const outcome = { return: 'return', accept: 'accept', fix: 'fix_accept' }[what] ?? 'reject';
    const decisions = seen.reads.map((one) => ({
      labelId: one.labelId,
      outcome: outcome as 'accept',
      comment: 'Look again.',
      ...(outcome === 'reject' ? { reason: 'no_effort' as const } : {}),
    }));
    const fixedAnswers = outcome === 'fix_accept' ? answersOf('2', 1) : null;
    await allowed(
      what,
      submitReview(who, { batchId, leaseId, labelId: randomUUID(), decisions, fixedAnswers, activeMs: 10 }),
    );
  }

  /** Takes one known answer of the batch out of force, as a dispute does (R7), and takes it back from who met it. */
  async function withdrawOne(batchId: string): Promise<void> {
    const [gold] =
      await t.sql`update gold_answers set withdrawn_at = ${scene.clock.now().toISOString()}, uncounted_to = '00000000-0000-0000-0000-000000000000'
      where batch_id = ${batchId} and withdrawn_at is null
        and task_id = (select min(task_id::text)::uuid from gold_answers where batch_id = ${batchId} and withdrawn_at is null)
      returning gold_item_id as "goldItemId"`;
    const of = { batchId, goldItemId: gold?.goldItemId as string, limit: 100 };
    if (gold) await transact(system(), (tx) => takeBackFrom(tx.db, of));
  }

  async function live(batchId: string, steps: readonly Step[]): Promise<void> {
    const people = [
      ...(await makeReaders(scene, batchId, 2)),
      ...(await makeReaders(otherVendor, batchId, 2)),
    ];
    const [reviewer] = await makeReaders(scene, batchId, 1, 'review');
    const labels: { who: OrgContext; id: string }[] = [];
    for (const one of steps) {
      const { what, pick } = one;
      const person = people[one.who]!;
      const label = labels[pick % Math.max(1, labels.length)];
      if (what === 'read') {
        const id = await read(person, batchId, one);
        if (id) labels.push({ who: person, id });
      } else if (what === 'amend' && label) {
        const newLabelId = randomUUID();
        const answers = answersOf(one.grade, pick + 1);
        const amend = { batchId, labelId: label.id, newLabelId, answers, activeMs: 1 };
        await allowed(
          what,
          amendLabel(label.who, amend).then(() => (label.id = newLabelId)),
        );
      } else if (what === 'reject' && label) {
        const because = { reason: 'no_effort' as const, evidence: 'Nothing was opened.' };
        await allowed(what, rejectLabel(scene.sponsor, { batchId, labelId: label.id, ...because }));
      } else if (['return', 'reject in review', 'fix', 'accept'].includes(what))
        await review(reviewer!, batchId, what);
      else if (what === 'settle') await settleTasks(system(), { batchId });
      else if (what === 'tally') await tallyLabels(system(), { batchId });
      else if (what === 'sleep') scene.clock.advance(2 * MINUTE);
      else if (what === 'night') scene.clock.advance(9 * HOUR);
      else if (what === 'withdraw' && pick < 8) await withdrawOne(batchId);
    }
  }

  test('whatever is read, amended, returned, rejected and settled, they equal those of the raw labels to the last bit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(2, 3), histories, async (overlap, steps) => {
        const batchId = await makeBatch(scene, {
          vendorOrgId: null,
          overlap,
          goldMode: 'embedded',
          reviewShareBasisPoints: 10_000,
        });
        await live(batchId, steps);
        await tallyLabels(system(), { batchId });
        expect(await checkRunning(t.db, batchId)).toEqual([]);
        await expectMeasured(batchId);
        // Closing lets returned reads stand as they were; settlement looks at every case once more.
        // A history that has read everything has closed it already.
        await allowed('close', closeBatch(scene.sponsor, { batchId, reason: 'end of the history' }));
        scene.clock.advance(30 * DAY);
        for (let round = 0; round < 3; round += 1) await settleTasks(system(), { batchId });
        await tallyLabels(system(), { batchId });
        expect(await checkRunning(t.db, batchId)).toEqual([]);
      }),
      { numRuns: 8, seed: 20261121, endOnFailure: true },
    );
    for (const what of ['close', 'amend', 'reject', 'return', 'reject in review', 'fix', 'accept'])
      expect([what, (happened.get(what) ?? 0) > 0]).toEqual([what, true]);
  }, 240_000);

  /** The stored scores of a batch and its readers equal those that `measureBatch` makes of the raw reads its own way. */
  async function expectMeasured(batchId: string): Promise<void> {
    const whole = await measureBatch(t.db, batchId, { resamples: 20 });
    if (whole.reads === 0) return;
    const stored = await runningScoresOf(t.db, { batchId, day: 'all' });
    for (const key of ['grade', 'seen', 'findings', 'size']) {
      const field = whole.fields.find((one) => one.field === key);
      const rows = stored.filter((row) => row.field === key);
      if (field) expectField(batchId, field, rows);
    }
  }

  function expectField(
    batchId: string,
    field: Awaited<ReturnType<typeof measureBatch>>['fields'][number],
    rows: Awaited<ReturnType<typeof runningScoresOf>>,
  ): void {
    const key = field.field;
    const find = (subjectId: string, metric: string, className = '') =>
      rows.find((row) => row.subjectId === subjectId && row.metric === metric && row.className === className);
    type Row = (typeof rows)[number] | undefined;
    const close = (value: number | undefined) => (value === undefined ? null : expect.closeTo(value, 8));
    const near = (row: Row, m: Pick<Measurement, 'value' | 'n'>) => {
      expect([key, row?.metric, row?.value ?? null, row?.n ?? 0]).toEqual([
        key,
        row?.metric,
        m.value === null ? null : expect.closeTo(m.value, 10),
        m.n,
      ]);
    };
    // Not only the value: interval, what was left out and why.
    const same = (row: Row, m: Measurement) => {
      near(row, m);
      if (row === undefined) return;
      const said = [row.lower, row.upper, row.exclusions, row.reason, row.method];
      expect([key, ...said]).toEqual([
        key,
        close(m.ci?.[0]),
        close(m.ci?.[1]),
        exclusionsOf(m),
        m.reason,
        m.method,
      ]);
    };
    near(find(batchId, 'krippendorff_alpha'), field.alpha);
    same(find(batchId, 'accuracy'), field.accuracy);
    same(find(batchId, 'consensus_agreement'), field.consensusAgreement.overall);
    for (const reader of field.readers) same(find(reader.readerId, 'accuracy'), reader.accuracy);
    if (field.scale === 'interval') return;
    // Of sets, the classes that no gold has are those that anybody answered anywhere.
    (key === 'findings' ? near : same)(find(batchId, 'balanced_accuracy'), field.balancedAccuracy);
    if (field.scale === 'ordinal') same(find(batchId, 'within_one'), field.withinOne);
    // Of the many sets that may be answered, running scores name those that were met on gold.
    const isMet = (className: string) => key !== 'findings' || find(batchId, 'sensitivity', className);
    for (const one of field.classes.filter((own) => isMet(own.className) || own.sensitivity.n > 0)) {
      same(find(batchId, 'sensitivity', one.className), one.sensitivity);
      same(find(batchId, 'specificity', one.className), one.specificity);
    }
  }
});
