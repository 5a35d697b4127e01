import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import {
  makeBatch,
  makeReaders,
  makeWorker,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { HOUR, manualClock, plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { defineExam } from '#server/credentials/define-exam.ts';
import { listQualifications } from '#server/credentials/reads.ts';
import { listActiveGold } from '#server/gold/reads.ts';
import { takeBackGold } from '#server/gold/take-back-gold.ts';
import { disputeGoldItem } from '#server/gold/withdraw-gold-item.ts';
import { listNotices } from '#server/notifications/reads.ts';
import { viewNeeds } from '#server/projects/view-needs.ts';
import { decisionDue } from '#server/scores/reads.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { viewMyExams } from './exam-views.ts';
import { dueAtSql } from './held-pass-queries.ts';
import { decideHeldPass, viewHeldPasses } from './held-passes.ts';
import { joinBatch } from './join-batch.ts';
import { findReader } from './reads.ts';
import { regradeExams } from './regrade-exam.ts';
import { remindOfFlags } from './remind-of-flags.ts';
import { sitExam } from './sit-exam.ts';
import { skipTask } from './skip-task.ts';
import { submitLabel } from './submit-label.ts';

const REASON = 'The biopsy says something else.';

const GENERAL = {
  title: 'Grading',
  subjectKind: 'anatomy' as const,
  subject: 'Prostate',
  retryAfterDays: 7,
  maxAttempts: 2,
  validMonths: 12,
  entryRule: { anyOf: [] },
  pricePerReadMinor: 100n,
  currency: 'USD',
};

/** A known answer that turns out wrong after an exam was marked (R7). */
describe('an exam that was marked by a wrong answer', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    process.env.READROOM_GOLD_SECRET ??= 'a secret for tests only';
    t = await createTestDatabase(inject('adminUrl'), { max: 12 });
  });
  afterAll(() => t.drop());
  const itemOf = async ({ project, dataset }: WorkScene, position: number) =>
    (await listActiveGold(t.db, project.id)).find((item) => item.caseId === dataset.cases[position]?.id)!
      .goldItemId;
  const system = (s: WorkScene) =>
    systemContext({ db: t.db, clock: s.clock, name: 'test', requestId: newId() });

  /** An exam of 20 cases: gold says 2 of the last and 1 of the others. */
  async function examScene(passLevelBasisPoints: number, isGeneral = false) {
    const gold = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [i, { grade: [i === 19 ? '2' : '1'] }]),
    );
    const s = await makeWorkScene(t.db, { cases: 20, fields: [gradeField()], gold });
    const general = isGeneral ? await defineExam(s.sponsor, { ...GENERAL, passLevelBasisPoints }) : null;
    const batchId = await makeBatch(s, {
      kind: 'exam',
      goldMode: 'embedded',
      overlap: 4,
      ...(general
        ? { generalExamId: general.examId, vendorOrgId: null }
        : { claimRules: { passLevelBasisPoints } }),
    });
    const begin = async () => {
      if (general === null) return (await makeReaders(s, batchId, 1))[0]!;
      const who = await makeWorker(s);
      await sitExam(who, { examId: general.examId });
      return who;
    };
    /** Reads it all: 1 to everything, but 3 to the first so many. */
    const sit = async (wrong: number, skipsLast = false) => {
      const who = await begin();
      for (;;) {
        const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
        const leaseId = leases[0]?.leaseId;
        if (leaseId === undefined) return who;
        const [at] =
          await t.sql`select c.position from slots s join tasks t on t.batch_id = s.batch_id and t.id = s.task_id
            join cases c on c.id = t.case_id where s.lease_id = ${leaseId}`;
        const position = Number(at?.position) - (await first(s));
        if (skipsLast && position === 19) await skipTask(who, { batchId, leaseId, reason: 'unreadable' });
        else
          await submitLabel(who, {
            batchId,
            leaseId,
            labelId: newId(),
            answers: { grade: position < wrong ? '3' : '1' },
            activeMs: 1000,
          });
      }
    };
    const withdraw = async (position: number) => {
      const goldItemId = await itemOf(s, position);
      await disputeGoldItem(s.sponsor, { goldItemId, reason: REASON });
      await takeBackGold(system(s), { batchId, goldItemId });
      return () => takeBackGold(system(s), { batchId, goldItemId });
    };
    const markings = async (who: OrgContext) => {
      const rows = await t.sql`select cases, correct, verdict, regrade from exam_attempts
          where batch_id = ${batchId} and annotator_id = ${who.actor.personId} order by revision`;
      return rows.map((row) => [row.correct, row.cases, row.verdict, row.regrade]);
    };
    const notices = async (who: OrgContext) =>
      (await listNotices(t.db, who.actor.personId, { limit: 20 })).items.map((one) => one.kind);
    const holds = async (who: OrgContext) =>
      (await listQualifications(t.db, who.actor.personId)).filter(
        (one) => one.kind === 'exam' && (one.validUntil === null || one.validUntil > s.clock.now()),
      ).length;
    return { s, batchId, sit, withdraw, markings, notices, holds };
  }
  const first = async (s: WorkScene) => {
    const [row] = await t.sql`select min(position)::int as at from cases where dataset_id = ${s.dataset.id}`;
    return Number(row?.at);
  };

  const at = (s: WorkScene, now: Date) => ({ ...system(s), clock: manualClock(now) });
  /** Two passes of one exam that wait: one note before they are due and one after, however often, and on the home page (R26). */
  async function remindedOfPasses(s: WorkScene, dueAt: Date): Promise<void> {
    const told = async (now: Date) => {
      await Promise.all([remindOfFlags(at(s, now)), remindOfFlags(at(s, now))]);
      const { items } = await listNotices(t.db, s.sponsor.actor.personId, { limit: 50 });
      return items.filter((one) => one.kind.startsWith('exam_pass.')).map(({ kind, title }) => [kind, title]);
    };
    const need = async (now: Date) =>
      (await viewNeeds({ ...s.sponsor, clock: manualClock(now) })).needs.find((one) =>
        one.href.endsWith('/quality/inbox#passes'),
      )?.why;
    const due = ['exam_pass.due', expect.stringMatching(/^2 passes of .* due soon$/)];
    const overdue = ['exam_pass.overdue', expect.stringMatching(/^2 passes of .* overdue$/)];
    expect(await told(plus(dueAt, -5 * HOUR))).toEqual([]);
    expect(await need(plus(dueAt, -HOUR))).not.toContain('overdue');
    expect(await told(plus(dueAt, -HOUR))).toEqual([due]);
    expect(await told(plus(dueAt, HOUR))).toEqual([overdue, due]);
    expect(await told(plus(dueAt, 24 * HOUR))).toHaveLength(2);
    expect(await need(plus(dueAt, HOUR))).toContain(
      'They are overdue: a person decides within a business day',
    );
  }

  test('R26: a pass in doubt is due in SQL when it is due by the rule, on each day of a week', async () => {
    for (let hour = 0; hour < 7 * 24; hour += 5) {
      const found = plus(new Date('2026-03-02T00:30:00Z'), hour * HOUR);
      const [row] = await t.db.execute<{ due: string }>(
        sql`select ${dueAtSql(sql`${found.toISOString()}::timestamptz`)} as due`,
      );
      expect(new Date(row!.due)).toEqual(decisionDue(found));
    }
  });

  test('R7: whoever missed the pass by the wrong answer passes at once, others stay as they were, and nothing is marked twice', async () => {
    const { s, batchId, sit, withdraw, markings, notices, holds } = await examScene(8200);
    // Right in all but the one that is wrong in itself: 19 of 20 does not clear 82 %, 19 of 19 does.
    const [near, far] = [await sit(0), await sit(3)];
    const skipped = await sit(0, true);
    expect(await markings(near)).toEqual([[19, 20, 'inconclusive', null]]);
    expect([await holds(near), await holds(far)]).toEqual([0, 0]);
    const again = await withdraw(19);
    const passed = [
      [19, 20, 'inconclusive', null],
      [19, 19, 'pass', 'recounted'],
    ];
    for (let time = 0; time < 2; time += 1) {
      // A case that was given up does not count against them either.
      for (const who of [near, skipped]) expect(await markings(who)).toEqual(passed);
      expect(await markings(far)).toEqual([
        [16, 20, 'inconclusive', null],
        [16, 19, 'inconclusive', 'recounted'],
      ]);
      expect([await holds(near), await holds(far)]).toEqual([1, 0]);
      await Promise.all([again(), again()]);
    }
    expect((await notices(near)).filter((kind) => kind === 'work.exam_regraded_pass')).toHaveLength(1);
    expect(await notices(far)).not.toContain('work.exam_regraded_pass');
    expect(await viewMyExams(near)).toMatchObject([
      { attempt: 1, verdict: 'pass', correct: 19, cases: 19, regrade: 'recounted', retryFrom: null },
    ]);
    // The pass is one for eligibility too: there is no second try.
    const retry = await makeBatch(s, {
      kind: 'exam',
      filter: { gold: 'only' },
      goldMode: 'embedded',
      overlap: 4,
      claimRules: { passLevelBasisPoints: 5000 },
    });
    await expect(joinBatch(near, { batchId: retry, tier: 'label' })).rejects.toMatchObject({
      details: [{ code: 'exam.passed' }],
    });
    await expect(t.sql`delete from exam_attempts where batch_id = ${batchId}`).rejects.toThrow(
      /permission denied/,
    );
  });

  test('R26: a pass that would be lost holds until a person has decided, who keeps it or ends it with a reason', async () => {
    const { s, batchId, sit, withdraw, markings, notices, holds } = await examScene(6900);
    // 18 of 20 clears 69 %, 16 of 18 does not.
    const people = [await sit(1), await sit(1)] as const;
    const [kept, taken] = people;
    expect(await markings(kept)).toEqual([[18, 20, 'pass', null]]);
    await withdraw(10);
    await withdraw(11);
    const inbox = async () => (await viewHeldPasses(s.sponsor, { projectId: s.project.id })).passes;
    const open = await inbox();
    expect(open.map((one) => [one.status, one.before, one.now.correct, one.now.cases])).toEqual(
      people.map(() => ['open', { correct: 18, cases: 20 }, 16, 18]),
    );
    for (const who of people) {
      expect(await holds(who)).toBe(1);
      expect(await viewMyExams(who)).toMatchObject([{ verdict: 'pass', correct: 18, isInDoubt: true }]);
      expect(await notices(who)).toContain('work.exam_regraded_waits');
    }
    expect(await notices(s.sponsor)).toContain('work.exam_pass_in_doubt');
    await remindedOfPasses(s, open[0]!.dueAt);
    const decide = (who: OrgContext, decision: 'kept' | 'taken', by = s.sponsor) =>
      findReader(t.db, { batchId, annotatorId: who.actor.personId, tier: 'label' }).then((row) =>
        decideHeldPass(by, {
          batchId,
          alias: row!.alias,
          revision: open[0]!.revision,
          decision,
          reason: REASON,
        }),
      );
    const stranger = (await makeWorkScene(t.db, { cases: 1, fields: [gradeField()] })).sponsor;
    await expect(decide(kept, 'taken', stranger)).rejects.toMatchObject({ kind: 'not_found' });
    const self = { ...s.sponsor, actor: { ...s.sponsor.actor, personId: kept.actor.personId } };
    await expect(decide(kept, 'kept', self)).rejects.toMatchObject({ kind: 'forbidden', reason: 'own_pass' });
    // The page offers a decision only to who may take it.
    const offered = async (by: OrgContext) =>
      (await viewHeldPasses(by, { projectId: s.project.id })).passes.map((one) => [one.isOwn, one.mayDecide]);
    expect(await offered(s.sponsor)).toEqual([
      [false, true],
      [false, true],
    ]);
    expect((await offered(self)).toSorted()).toEqual([
      [false, true],
      [true, false],
    ]);
    const reader = { ...s.sponsor, actor: { ...s.sponsor.actor, capabilities: new Set(['quality.read']) } };
    expect(await offered(reader as OrgContext)).toEqual([
      [false, false],
      [false, false],
    ]);
    await decide(kept, 'kept');
    const twice = await Promise.allSettled([
      decide(taken, 'taken'),
      decide(taken, 'taken'),
      decide(taken, 'taken'),
    ]);
    expect(twice.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect((await markings(kept)).at(-1)).toEqual([16, 18, 'pass', 'kept']);
    expect((await markings(taken)).at(-1)).toEqual([16, 18, 'inconclusive', 'taken']);
    expect(await holds(taken)).toBe(0);
    expect(await viewMyExams(taken)).toMatchObject([
      { verdict: 'inconclusive', regrade: 'taken', isInDoubt: false },
    ]);
    // Either reads why.
    for (const [who, words] of [
      [kept, `your pass stays. ${REASON}`],
      [taken, `your pass has ended. ${REASON}`],
    ] as const) {
      const { items } = await listNotices(t.db, who.actor.personId, { limit: 20 });
      expect(items.filter((one) => one.title.endsWith(words))).toHaveLength(1);
    }
    expect(await notices(taken)).toContain('work.exam_pass_taken');
    expect([await holds(kept), (await inbox()).filter((one) => one.status === 'open')]).toEqual([1, []]);
    expect(await remindOfFlags(at(s, plus(open[0]!.dueAt, HOUR)))).toBe(0);
    // Nothing new is counted, so nobody is asked again.
    expect(await regradeExams(system(s), { batchId })).toEqual({ regraded: 0 });
  });

  test('R27: a pass of a general exam that is ended takes its credential with it; one that is won gives one', async () => {
    const { s, batchId, sit, withdraw, markings } = await examScene(6900, true);
    const credentials = (who: OrgContext) =>
      t.sql`select status from credentials where person_id = ${who.actor.personId} and kind = 'general_exam'`;
    const [loses, wins] = [await sit(1), await sit(2)];
    expect([await markings(loses), await markings(wins)]).toEqual([
      [[18, 20, 'pass', null]],
      [[17, 20, 'inconclusive', null]],
    ]);
    expect([[...(await credentials(loses))], [...(await credentials(wins))]]).toEqual([
      [{ status: 'verified' }],
      [],
    ]);
    // Without the two that the second missed they are right in all but one; then the first has none left to lose.
    for (const position of [0, 1]) await withdraw(position);
    expect((await markings(wins)).at(-1)).toEqual([17, 18, 'pass', 'recounted']);
    expect([...(await credentials(wins))]).toEqual([{ status: 'verified' }]);
    for (const position of [5, 6, 7, 8, 9, 10, 11]) await withdraw(position);
    expect((await markings(loses)).at(-1)).toEqual([10, 11, 'inconclusive', 'waits']);
    expect([...(await credentials(loses))]).toEqual([{ status: 'verified' }]);
    const { passes } = await viewHeldPasses(s.sponsor, { projectId: s.project.id });
    expect(passes).toHaveLength(2);
    // What is gone already does not end: the words say so, and R27 has nothing to close.
    await t.sql`update credentials set status = 'expired'
      where person_id = ${wins.actor.personId} and kind = 'general_exam'`;
    for (const { alias, revision } of passes)
      await decideHeldPass(s.sponsor, { batchId, alias, revision, decision: 'taken', reason: REASON });
    for (const [who, status, words] of [
      [loses, 'revoked', 'your pass has ended'],
      [wins, 'expired', 'no pass that you hold now rests on it'],
    ] as const) {
      expect((await markings(who)).at(-1)?.[3]).toBe('taken');
      expect([...(await credentials(who))]).toEqual([{ status }]);
      const { items } = await listNotices(t.db, who.actor.personId, { limit: 20 });
      expect(items.find((one) => one.kind === 'work.exam_pass_taken')?.title).toContain(words);
    }
  });
});
