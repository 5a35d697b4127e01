import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { tablesWithoutBatch } from '#db/testing/batch-of-statement.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { checkMuch, fillElsewhere, readMuch } from '#db/testing/hostile-batch.ts';
import { type HotSpy, listTooMuch, spyOnHot } from '#db/testing/hot-spy.ts';
import { overstate, PLAN_MODES } from '#db/testing/plan-rows.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { MINUTE } from '#server/core/clock.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { SLOT_BASE } from '#server/work/rules.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { viewDecisionCase } from './label-views.ts';
import { rejectLabel } from './reject-label.ts';
import { settleTasks } from './settle-tasks.ts';
import { submitAdjudication } from './submit-adjudication.ts';
import { submitAudit } from './submit-audit.ts';
import { submitReview } from './submit-review.ts';

/*
 * Every statement that reviewers, auditors and the panel send, as it is sent: in a batch that the planner's statistics know nothing of,
 * where the author has read 50,000 cases, and each of them has reviewed, audited or decided as many.
 */

const CASES = 8;
/** Statements that look over batches, and why they may: once a minute for a person. */
const OVER_BATCHES = [
  /from readers r\s+where r.annotator_id = \$1 and r.active_day/, // Active minutes of a day, whatever was read.
  /from readers r join batches o on o.id = r.batch_id/, // Batches that were joined before.
  /with met as \(\s+select g\.id, max/, // Gold that was met elsewhere in the project.
];

describe('what the clicks of reviewers, auditors and the panel ask of the database', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let spy: HotSpy;
  let batchId: string;

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), {
      max: 10,
      leavesBroken: {
        rules: 'all',
        because: 'makes fifty thousand reads, reviews, audits and decisions by hand, without their labels',
      },
    });
    scene = await makeWorkScene(t.db, { cases: CASES, fields: [gradeField()] });
    await t.admin.unsafe(
      'analyze slots, tasks, readers, terms, slot_releases, labels, reviews, final_labels',
    );
    spy = spyOnHot(t.url);
    batchId = await makeBatch(scene, {
      ...{ overlap: 2, prefetch: 20, reviewShareBasisPoints: 10_000, isAdjudicated: true },
      audit: { maxErrorRate: 0.2, confidence: 0.95, expectedErrorRate: 0 },
    });
    await decideAll();
  }, 120_000);
  afterAll(async () => {
    await spy.end();
    await t.drop();
  });

  const settle = async () => {
    const ctx = systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
    for (let pass = 0; pass < 2; pass += 1) await settleTasks(ctx, { batchId });
  };
  const asSpied = (who: OrgContext): OrgContext => ({ ...who, db: spy.db });

  async function decideAll(): Promise<void> {
    const [author, second] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    const [reviewer] = (await makeReaders(scene, batchId, 1, 'review')) as [OrgContext];
    const [auditor] = (await makeReaders(scene, batchId, 1, 'audit')) as [OrgContext];
    const [decider] = (await makeReaders(scene, batchId, 1, 'adjudicate')) as [OrgContext];
    for (const who of [author, second]) await readCases(who);
    await readMuch(t.sql, { batchId, personId: author.actor.personId, overlap: 2, held: 40, isWide: false });
    await fillElsewhere(t.sql, { batchId, personId: author.actor.personId });
    // What was made by hand is out of work, so that the jobs in between take the batch's own cases.
    await t.sql`update tasks set status = 'unusable' where batch_id = ${batchId} and sort_key >= 100`;
    for (const [who, tier, slotNo] of [
      [reviewer, 'review', SLOT_BASE.review],
      [auditor, 'audit', SLOT_BASE.audit],
      [decider, 'adjudicate', SLOT_BASE.adjudicate],
    ] as const)
      await checkMuch(t.sql, { batchId, personId: who.actor.personId, tier, slotNo });
    await settle();
    // So that their eligibility is looked at again as well.
    scene.clock.advance(2 * MINUTE);
    await review(asSpied(reviewer));
    await settle();
    await audit(asSpied(auditor));
    await decide(asSpied(decider));
    const [label] =
      await t.sql`select label_id as id from slots where batch_id = ${batchId} and tier = 'label' and status = 'submitted'
      and label_id is not null limit 1`;
    await spy.during(() =>
      rejectLabel(
        { ...scene.sponsor, db: spy.db },
        {
          ...{
            batchId,
            labelId: label!.id as string,
            reason: 'no_effort' as const,
            evidence: 'Two seconds.',
          },
        },
      ),
    );
  }

  async function readCases(who: OrgContext): Promise<void> {
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: CASES });
    expect(leases).toHaveLength(CASES);
    for (const { leaseId } of leases)
      await submitLabel(who, {
        batchId,
        leaseId,
        labelId: randomUUID(),
        answers: { grade: '2' },
        activeMs: 1,
      });
  }

  /** One case of each outcome; the rest are accepted with a fix, which makes them final. */
  async function review(who: OrgContext): Promise<void> {
    const outcomes = ['accept', 'return', 'another', 'reject'];
    await spy.during(async () => {
      for (let place = 0; place < CASES - 1; place += 1) {
        const { leases } = await claimNextTasks(who, { batchId, tier: 'review', limit: 1 });
        const leaseId = leases[0]!.leaseId;
        const { reads } = await viewDecisionCase(who, { batchId, leaseId });
        const outcome = outcomes[place] ?? 'fix_accept';
        const decisions = reads.map(({ labelId }) => ({
          ...{ labelId, comment: 'Look again.' },
          ...(outcome === 'another'
            ? { outcome: 'return' as const, to: 'another' as const }
            : { outcome: outcome as 'accept' }),
          ...(outcome === 'reject' ? { reason: 'no_effort' as const } : {}),
        }));
        const fixedAnswers = outcome === 'fix_accept' ? { grade: '3' } : null;
        await submitReview(who, {
          batchId,
          leaseId,
          labelId: randomUUID(),
          decisions,
          fixedAnswers,
          activeMs: 1,
        });
      }
    });
  }

  async function audit(who: OrgContext): Promise<void> {
    await spy.during(async () => {
      for (const outcome of ['agree', 'disagree'] as const) {
        const { leases } = await claimNextTasks(who, { batchId, tier: 'audit', limit: 1 });
        const leaseId = leases[0]!.leaseId;
        await viewDecisionCase(who, { batchId, leaseId });
        const wrong = {
          answers: { grade: '1' },
          errorKind: 'mislabel' as const,
          comment: 'It is the other.',
        };
        const said = outcome === 'agree' ? { outcome } : { outcome, ...wrong };
        await submitAudit(who, { batchId, leaseId, labelId: randomUUID(), activeMs: 1, ...said });
      }
    });
  }

  async function decide(who: OrgContext): Promise<void> {
    await spy.during(async () => {
      const { leases } = await claimNextTasks(who, { batchId, tier: 'adjudicate', limit: 1 });
      const leaseId = leases[0]!.leaseId;
      await viewDecisionCase(who, { batchId, leaseId });
      const answers = { grade: '1' };
      const labelId = randomUUID();
      await submitAdjudication(who, {
        batchId,
        leaseId,
        labelId,
        answers,
        rationale: 'As the auditor says.',
        activeMs: 1,
      });
    });
  }

  test('Citus: every hot table that a statement names is held to one batch', () => {
    expect(spy.statements().length).toBeGreaterThan(35);
    const astray = spy
      .statements()
      .filter(({ query }) => !OVER_BATCHES.some((known) => known.test(query)))
      .map(({ query }) => ({ query, without: tablesWithoutBatch(query) }));
    expect(astray.filter((one) => one.without.length > 0)).toEqual([]);
  });

  test.each(PLAN_MODES)(
    'none touches more than 100 rows, whatever the planner believes (%s)',
    async (mode) => {
      expect(await listTooMuch(t.admin, spy.statements(), mode, () => 100)).toEqual([]);
    },
  );
  test.each(PLAN_MODES)(
    'nor when it takes the tables for fifty times as full as they are (%s)',
    async (mode) => {
      await overstate(t.admin);
      expect(await listTooMuch(t.admin, spy.statements(), mode, () => 100)).toEqual([]);
    },
  );
});
