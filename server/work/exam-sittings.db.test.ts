import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makePlatform } from '#db/seed/factories/agreements.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import {
  makeBatch,
  makeReaders,
  makeWorker,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { untilWaiting } from '#db/testing/until-waiting.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { defineExam } from '#server/credentials/define-exam.ts';
import { listActiveGold } from '#server/gold/reads.ts';
import { takeBackGold } from '#server/gold/take-back-gold.ts';
import { disputeGoldItem } from '#server/gold/withdraw-gold-item.ts';
import { listNotices } from '#server/notifications/reads.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { closeIncident } from './close-incident.ts';
import { concludeExams } from './conclude-exam.ts';
import { listAttempts, lockPasses } from './exam-queries.ts';
import { viewMyExams } from './exam-views.ts';
import { flagCase } from './flag-case.ts';
import { decideHeldPass, viewHeldPasses } from './held-passes.ts';
import { joinBatch } from './join-batch.ts';
import { findReader } from './reads.ts';
import { regradeExams } from './regrade-exam.ts';
import { sitExam } from './sit-exam.ts';
import { submitLabel } from './submit-label.ts';

const REASON = 'The biopsy says something else.';
/** All of 18 cases clear it, of 17 not; 19 of 20 neither. */
const PASS_LEVEL = 8200;

describe('several sittings of one exam, some of which are marked anew (R7)', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    process.env.READROOM_GOLD_SECRET ??= 'a secret for tests only';
    t = await createTestDatabase(inject('adminUrl'), { max: 12 });
  });
  afterAll(() => t.drop());
  const system = (s: WorkScene) =>
    systemContext({ db: t.db, clock: s.clock, name: 'test', requestId: newId() });

  /** Three sittings of 20 cases each; gold says 2 of the last case of the first, which is wrong, and 1 of all others. */
  async function sittings(isGeneral: boolean, maxAttempts = 3) {
    const gold = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [i, { grade: [i === 19 ? '2' : '1'] }]),
    );
    const s = await makeWorkScene(t.db, { cases: 61, fields: [gradeField()], gold });
    const general = isGeneral
      ? await defineExam(s.sponsor, {
          title: 'Grading',
          subjectKind: 'anatomy',
          subject: 'Prostate',
          retryAfterDays: 7,
          maxAttempts,
          validMonths: 12,
          entryRule: { anyOf: [] },
          pricePerReadMinor: 100n,
          currency: 'USD',
          passLevelBasisPoints: PASS_LEVEL,
        })
      : null;
    const make = (from: number) =>
      makeBatch(s, {
        kind: 'exam',
        goldMode: 'embedded',
        overlap: 6,
        caseIds: s.dataset.cases.slice(from, from + 20).map((one) => one.id),
        ...(general
          ? { generalExamId: general.examId, vendorOrgId: null }
          : { claimRules: { passLevelBasisPoints: PASS_LEVEL } }),
      });
    const [first, second, third] = [await make(0), await make(20), await make(40)];
    /** Says 1 of every case, but 3 of the first so many, or reports what they show instead. The reports. */
    const sit = async (who: OrgContext, batchId: string, wrong = 0, reported = 0): Promise<string[]> => {
      const flagIds: string[] = [];
      if (general === null) await joinBatch(who, { batchId, tier: 'label' });
      else await sitExam(who, { examId: general.examId });
      for (let i = 0; ; i += 1) {
        const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
        const leaseId = leases[0]?.leaseId;
        if (leaseId === undefined) return flagIds;
        if (i < reported) {
          const note = 'A name is burnt in.';
          flagIds.push((await flagCase(who, { batchId, leaseId, kind: 'phi_seen', note })).flagId);
          continue;
        }
        const label = { labelId: newId(), answers: { grade: i < wrong ? '3' : '1' }, activeMs: 1000 };
        await submitLabel(who, { batchId, leaseId, ...label });
      }
    };
    const people = async (count: number) => {
      const made = await Promise.all(Array.from({ length: count }, () => makeWorker(s)));
      for (const who of made) await sit(who, first);
      s.clock.advance(8 * DAY);
      for (const who of made) await sit(who, second);
      s.clock.advance(DAY);
      return made;
    };
    const withdraw = async (batchId: string, ...positions: number[]) => {
      for (const position of positions) {
        const caseId = s.dataset.cases[position]?.id;
        const { goldItemId } = (await listActiveGold(t.db, s.project.id)).find(
          (one) => one.caseId === caseId,
        )!;
        await disputeGoldItem(s.sponsor, { goldItemId, reason: REASON });
        await takeBackGold(system(s), { batchId, goldItemId });
      }
    };
    const take = async (who: OrgContext, batchId: string) => {
      const row = await findReader(t.db, { batchId, annotatorId: who.actor.personId, tier: 'label' });
      const { passes } = await viewHeldPasses(s.sponsor, { projectId: s.project.id });
      const { alias, revision } = passes.find(
        (one) => one.batchId === batchId && one.alias === row!.alias && one.status === 'open',
      )!;
      await decideHeldPass(s.sponsor, { batchId, alias, revision, decision: 'taken', reason: REASON });
    };
    /** Passes that are in force: of which sitting, or since when. */
    const held = async (who: OrgContext) =>
      general
        ? (
            await t.sql`select issued_on::text as of from credentials where person_id = ${who.actor.personId}
              and kind = 'general_exam' and status = 'verified'`
          ).map((row) => row.of)
        : (
            await t.sql`select score ->> 'batchId' as of from qualifications where person_id = ${who.actor.personId}
              and kind = 'exam' and (valid_until is null or valid_until > ${s.clock.now().toISOString()})`
          ).map((row) => row.of);
    const verdicts = async (who: OrgContext) =>
      (await listAttempts(t.db, { annotatorId: who.actor.personId })).map((one) => one.verdict);
    const noticesOf = async (who: OrgContext, kind: string) =>
      (await listNotices(t.db, who.actor.personId, { limit: 100 })).items.filter((one) => one.kind === kind);
    const told = async (who: OrgContext) =>
      (await listNotices(t.db, who.actor.personId, { limit: 5 })).items.map((one) => one.title);
    return { s, first, second, third, sit, people, withdraw, take, held, verdicts, told, noticesOf };
  }
  test.each([false, true])(
    'whose pass is taken has that of an earlier one from then on, and loses it when that is taken as well (general exam: %s)',
    async (isGeneral) => {
      const { s, first, second, people, withdraw, take, held, verdicts, told } = await sittings(isGeneral);
      const [who] = (await people(1)) as [OrgContext];
      expect(await verdicts(who)).toEqual(['inconclusive', 'pass']);
      const bySecond = await held(who);
      const [sat] = await listAttempts(t.db, { annotatorId: who.actor.personId });
      await withdraw(first, 19);
      expect(await verdicts(who)).toEqual(['pass', 'pass']);
      // One pass is enough.
      expect(await held(who)).toEqual(bySecond);
      await withdraw(second, 20, 21, 22);
      s.clock.advance(DAY);
      await take(who, second);
      expect(await verdicts(who)).toEqual(['pass', 'inconclusive']);
      // Its answers passed before the taken pass was won: that of the sitting itself, so that nothing was read without one (R7, R27).
      expect(await held(who)).toEqual([isGeneral ? sat?.finishedAt.toISOString().slice(0, 10) : first]);
      expect((await told(who))[0]).toContain(`so that your pass stays. ${REASON}`);
      expect(await t.sql`select 1 from label_recalls where person_id = ${who.actor.personId}`).toHaveLength(
        0,
      );
      await withdraw(first, 0, 1);
      s.clock.advance(DAY);
      await take(who, first);
      expect(await held(who)).toEqual([]);
      expect((await told(who))[0]).toContain(`your pass has ended. ${REASON}`);
      if (isGeneral) return;
      const work = await makeBatch(s, { claimRules: { needsExam: true }, goldMode: 'none', caseLimit: 1 });
      await expect(joinBatch(who, { batchId: work, tier: 'label' })).rejects.toMatchObject({
        details: [{ code: 'exam.missing' }],
      });
    },
  );

  test('nobody is left without a pass when the earlier is marked anew at the moment in which the later is taken: they take turns', async () => {
    const { first, second, people, withdraw, take, held, verdicts } = await sittings(false);
    const [who] = (await people(1)) as [OrgContext];
    await withdraw(second, 20, 21, 22);
    const [isHeld, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holding = t.db.transaction(async (tx) => {
      await lockPasses(tx, who.actor.personId);
      isHeld.resolve();
      await end.promise;
    });
    await isHeld.promise;
    const both = Promise.all([withdraw(first, 19), take(who, second)]);
    await untilWaiting(t, 2, 'advisory');
    end.resolve();
    await Promise.all([holding, both]);
    expect(await verdicts(who)).toEqual(['pass', 'inconclusive']);
    expect(await held(who)).toEqual([first]);
  });

  test.each([false, true])(
    'one with too few cases left to pass on is no try, and the person is told (general exam: %s)',
    async (isGeneral) => {
      const { s, first, second, third, sit, withdraw, told } = await sittings(isGeneral, 1);
      const who = await makeWorker(s);
      const refused = (at: Promise<unknown>) =>
        at.then(
          () => [],
          (error: { details: { code: string }[] }) => error.details.map((one) => one.code),
        );
      await sit(who, first, 3);
      const finishedAt = s.clock.now();
      expect(await viewMyExams(who)).toMatchObject([{ isTry: true }]);
      expect(await refused(sit(who, second))).toEqual([isGeneral ? 'exam.no_retry' : 'exam.wait']);
      // 18 cases can be passed on, 17 cannot.
      await withdraw(first, 0, 1);
      expect(await viewMyExams(who)).toMatchObject([{ isTry: true, cases: 18 }]);
      await withdraw(first, 2);
      await withdraw(first, 3);
      expect(await viewMyExams(who)).toMatchObject([
        { isTry: false, cases: 16, retryFrom: isGeneral ? null : finishedAt },
      ]);
      expect((await told(who)).filter((title) => title.includes('does not count as a try'))).toHaveLength(1);
      // At once, and with all its tries left.
      await sit(who, second, 9);
      expect(await refused(sit(who, third))).toEqual([isGeneral ? 'exam.no_retry' : 'exam.wait']);
      if (isGeneral) return;
      const [last, ...others] = await viewMyExams(who);
      expect(last).toMatchObject({ batchId: second, isTry: true, retryFrom: plus(s.clock.now(), 7 * DAY) });
      expect(others.map((one) => one.retryFrom)).toEqual([null]);
      s.clock.advance(8 * DAY);
      await sit(who, third, 9);
      expect((await viewMyExams(who)).map((one) => one.retryFrom)).toEqual([null, null, null]);
      const fourth = await makeBatch(s, {
        kind: 'exam',
        goldMode: 'embedded',
        caseIds: s.dataset.cases.slice(4, 20).map((one) => one.id),
        claimRules: { passLevelBasisPoints: 5000 },
      });
      expect(await refused(sit(who, fourth))).toEqual(['exam.no_retry']);
    },
  );

  test.each([false, true])(
    'one whose reader reports PHI in cases instead of reading them is a try, until it is confirmed, of which they are told (R24; general exam: %s)',
    async (isGeneral) => {
      const { s, first, second, sit, noticesOf } = await sittings(isGeneral);
      const [who, other] = [await makeWorker(s), await makeWorker(s)];
      const platform = await makePlatform(t.db, s.clock);
      const operator = await makeMember(t.db, { org: platform, roles: ['operator'], clock: s.clock });
      const flagIds = await sit(who, first, 20, 5);
      await concludeExams(system(s));
      const [mine] = await viewMyExams(who);
      expect(mine).toMatchObject({ batchId: first, cases: 15, correct: 0, verdict: 'fail', isTry: true });
      await expect(sit(who, second)).rejects.toMatchObject({ details: [{ code: 'exam.wait' }] });
      // Whom another's reports have left with too few cases does not pay for them.
      await sit(other, first, 3);
      expect(await viewMyExams(other)).toMatchObject([{ cases: 15, isTry: false }]);
      const close = async (flagId: string | undefined, outcome: 'confirmed' | 'false_alarm') => {
        await closeIncident(operator, { batchId: first, flagId: flagId!, outcome, note: 'Looked into.' });
        return (await viewMyExams(who)).map((one) => one.isTry);
      };
      // 18 cases can be passed on, 17 cannot.
      expect(await close(flagIds[0], 'confirmed')).toEqual([true]);
      expect(await close(flagIds[1], 'confirmed')).toEqual([true]);
      expect(await close(flagIds[2], 'false_alarm')).toEqual([true]);
      expect([
        await noticesOf(who, 'work.exam_no_try'),
        await noticesOf(s.sponsor, 'work.exam_too_short'),
      ]).toEqual([[], []]);
      expect(await close(flagIds[3], 'confirmed')).toEqual([false]);
      const freed = await noticesOf(who, 'work.exam_no_try');
      expect(freed).toMatchObject([
        {
          title: expect.stringMatching(/does not count as a try; you can take it again on other cases$/),
          href: '/work/qualifications',
        },
      ]);
      // Whoever runs the exam learns that it cannot be passed any more.
      const short = await noticesOf(s.sponsor, 'work.exam_too_short');
      expect(short).toMatchObject([
        {
          title: expect.stringMatching(/17 of its cases are left, and it takes 18\. Close it/),
          href: `/sponsor/projects/${s.project.id}/batches/${first}`,
        },
      ]);
      // However many more go out, both are told once; the other's sitting was none from the beginning, as it was marked.
      expect(await close(flagIds[4], 'confirmed')).toEqual([false]);
      expect(await noticesOf(who, 'work.exam_no_try')).toEqual(freed);
      expect(await noticesOf(s.sponsor, 'work.exam_too_short')).toEqual(short);
      expect(await noticesOf(other, 'work.exam_no_try')).toEqual([]);
      // What was no alarm is not marked as wrong either.
      await regradeExams(system(s), { batchId: first });
      expect(await viewMyExams(who)).toMatchObject([{ cases: 15, regrade: null }]);
      await sit(who, second);
    },
  );

  test('what is confirmed by the report of another, in another batch, frees whoever reported the case too (R24)', async () => {
    const { s, first, sit, noticesOf } = await sittings(false);
    const [who] = [await makeWorker(s)];
    const platform = await makePlatform(t.db, s.clock);
    const operator = await makeMember(t.db, { org: platform, roles: ['operator'], clock: s.clock });
    const flagIds = await sit(who, first, 20, 3);
    const close = (batchId: string, flagId: string, outcome: 'confirmed' | 'false_alarm') =>
      closeIncident(operator, { batchId, flagId, outcome, note: 'Looked into.' });
    for (const flagId of flagIds) await close(first, flagId, 'false_alarm');
    const reported =
      await t.sql`select distinct t.case_id from case_flags f join tasks t on t.batch_id = f.batch_id
      and t.id = f.task_id where f.batch_id = ${first}`;
    const told = [];
    for (const { case_id } of reported) {
      const batchId = await makeBatch(s, { overlap: 1, goldMode: 'none', caseIds: [String(case_id)] });
      const [reader] = (await makeReaders(s, batchId, 1)) as [OrgContext];
      const { leases } = await claimNextTasks(reader, { batchId, tier: 'label', limit: 1 });
      const said = { batchId, leaseId: leases[0]!.leaseId, kind: 'phi_seen' as const, note: 'A name.' };
      await close(batchId, (await flagCase(reader, said)).flagId, 'confirmed');
      told.push((await noticesOf(who, 'work.exam_no_try')).length);
    }
    // 17 that were read, and no more than 18 could be passed on.
    expect(told).toEqual([0, 0, 1]);
    expect(await viewMyExams(who)).toMatchObject([{ cases: 17, isTry: false }]);
  });

  test('a withdrawn answer of a case that its reader had reported frees them as well, and they are told once (R7)', async () => {
    const { s, first, sit, withdraw, noticesOf } = await sittings(false);
    const who = await makeWorker(s);
    await sit(who, first, 20, 3);
    const reported =
      await t.sql`select distinct t.case_id from case_flags f join tasks t on t.batch_id = f.batch_id
      and t.id = f.task_id where f.batch_id = ${first}`;
    const places = reported.map((row) => s.dataset.cases.findIndex((one) => one.id === row.case_id));
    const told = [];
    for (const place of places) {
      await withdraw(first, place);
      told.push((await noticesOf(who, 'work.exam_no_try')).length);
    }
    expect(told).toEqual([0, 0, 1]);
    expect(await noticesOf(s.sponsor, 'work.exam_too_short')).toHaveLength(1);
    // Counted again, nothing changes in what they read themselves.
    expect(await viewMyExams(who)).toMatchObject([{ cases: 17, isTry: false, regrade: null }]);
  });

  test('whose pass is taken with too few cases left may try again at once, and is told', async () => {
    const { second, third, people, sit, withdraw, take, told, held } = await sittings(false);
    const [who] = (await people(1)) as [OrgContext];
    await withdraw(second, 20, 21, 22);
    await take(who, second);
    expect(await held(who)).toEqual([]);
    expect((await told(who))[0]).toContain('does not count as a try');
    await sit(who, third);
    expect(await held(who)).toEqual([third]);
  });
});
