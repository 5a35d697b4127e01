import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ensureAgreement, makePlatform } from '#db/seed/factories/agreements.ts';
import { makeCredential } from '#db/seed/factories/credentials.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeBatch, makeWorker, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { DAY } from '#server/core/clock.ts';
import { closeExam, defineExam, viewNamedExams } from '#server/credentials/define-exam.ts';
import { expireCredentials } from '#server/credentials/expire-credentials.ts';
import type { DefineExamInput } from '#server/credentials/general-exam-schemas.ts';
import { readWallet } from '#server/credentials/read-wallet.ts';
import { snapshotCredentials } from '#server/credentials/reads.ts';
import { listMeeting } from '#server/credentials/rule-sql.ts';
import { evaluateCredentialRule } from '#server/credentials/rules.ts';
import { type CredentialRule, claimCredentialInput } from '#server/credentials/schemas.ts';
import { findEngagements } from '#server/staffing/reads.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { cloneBatch } from './clone-batch.ts';
import { listAttempts } from './exam-queries.ts';
import { joinBatch } from './join-batch.ts';
import { openBatch } from './open-batch.ts';
import { listMyWork } from './reading-views.ts';
import { findReader } from './reads.ts';
import { sitExam } from './sit-exam.ts';
import { submitLabel } from './submit-label.ts';
import { viewGeneralExams, viewOwnExams } from './view-general-exams.ts';

/** Cases 0–59 have a known answer: 2. */
const KNOWN = 60;

describe('general exams', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
    scene = await makeWorkScene(t.db, {
      cases: KNOWN + 4,
      gold: Object.fromEntries(Array.from({ length: KNOWN }, (_, i) => [i, { grade: ['2'] }])),
    });
  });
  afterAll(() => t.drop());

  let count = 0;
  const set = (more: Partial<DefineExamInput> = {}) => {
    count += 1;
    return defineExam(scene.sponsor, {
      title: `Chest basics ${count}`,
      subjectKind: 'anatomy',
      subject: 'Chest',
      passLevelBasisPoints: 8000,
      retryAfterDays: 7,
      maxAttempts: 2,
      validMonths: 12,
      entryRule: { anyOf: [] },
      pricePerReadMinor: 150n,
      currency: 'USD',
      ...more,
    });
  };
  /** A sitting of 20 gold cases for three people. */
  const sitting = (examId: string, more: object = {}) =>
    makeBatch(scene, {
      kind: 'exam',
      generalExamId: examId,
      vendorOrgId: null,
      overlap: 3,
      filter: { gold: 'only' },
      caseLimit: 20,
      ...more,
    });
  const reasons = (run: Promise<unknown>): Promise<string[]> =>
    run.then(
      () => [],
      (error: { reason: string; details?: { code: string }[] }) =>
        error.details?.length ? error.details.map((one) => one.code) : [error.reason],
    );
  async function readAll(who: OrgContext, batchId: string, wrong = 0): Promise<void> {
    for (let done = 0; ; ) {
      const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 3 });
      if (leases.length === 0) return;
      for (const { leaseId } of leases) {
        const grade = done < wrong ? '3' : '2';
        done += 1;
        await submitLabel(who, { batchId, leaseId, labelId: randomUUID(), answers: { grade }, activeMs: 10 });
      }
    }
  }
  const rule = (specialty: string): CredentialRule => ({
    anyOf: [{ kind: 'general_exam', specialty, minLevel: 'primary_source' }],
  });
  const meets = async (who: OrgContext, specialty: string) => {
    const now = scene.clock.now();
    const { personId } = who.actor;
    const held = (await snapshotCredentials(t.db, [personId], now)).get(personId)!;
    const inCode = evaluateCredentialRule(rule(specialty), held, now);
    const inSql = await listMeeting(t.db, { personIds: [personId], rule: rule(specialty), now });
    expect(inSql.has(personId)).toBe(inCode.allowed);
    return inCode;
  };

  test('somebody engaged takes it, is paid the exam’s price, and the pass meets every rule that names it until it ends', async () => {
    const { examId, specialty } = await set();
    const who = await makeWorker(scene);
    expect(await viewGeneralExams(who)).toMatchObject([
      { examId, isAllowed: false, reasons: [{ code: 'exam.no_sitting' }], cases: null },
    ]);
    const batchId = await sitting(examId);
    const before = await meets(who, specialty);
    expect(before).toMatchObject({
      allowed: false,
      reasons: [{ code: 'credential.missing', href: '/work/qualifications' }],
    });
    expect((await viewGeneralExams(who)).find((one) => one.examId === examId)).toMatchObject({
      isAllowed: true,
      cases: 20,
      leastRight: 20,
      pricePerReadMinor: 150n,
      passUntil: null,
    });
    expect(await sitExam(who, { examId })).toEqual({ batchId });
    // Beginning twice is beginning once.
    expect(await sitExam(who, { examId })).toEqual({ batchId });
    await readAll(who, batchId);
    const of = { annotatorId: who.actor.personId };
    expect(await listAttempts(t.db, { ...of, on: { generalExamId: examId } })).toMatchObject([
      { attempt: 1, cases: 20, correct: 20, verdict: 'pass', passLevel: 0.8 },
    ]);
    expect(await findReader(t.db, { batchId, ...of, tier: 'label' })).toMatchObject({ accruedMinor: 3000n });
    expect(await meets(who, specialty)).toMatchObject({ allowed: true });
    // It opens no work that asks for the exam on the protocol version.
    const work = await makeBatch(scene, { claimRules: { needsExam: true } });
    expect(await reasons(joinBatch(who, { batchId: work, tier: 'label' }))).toEqual(['exam.missing']);
    const wallet = await readWallet(t.db, who.actor.personId);
    expect(wallet.credentials).toMatchObject([
      {
        kind: 'general_exam',
        status: 'verified',
        level: 'primary_source',
        lastCheck: { status: 'validated' },
      },
    ]);
    expect(await reasons(sitExam(who, { examId }))).toEqual(['no_sitting']);
    scene.clock.advance(366 * DAY);
    expect((await meets(who, specialty)).allowed).toBe(false);
    await expireCredentials({ ...scene.sponsor, clock: scene.clock });
    expect((await readWallet(t.db, who.actor.personId)).credentials[0]?.status).toBe('expired');
  });

  test('a try that was no pass waits, meets other cases, and is counted; the year’s tries are all', async () => {
    const { examId, specialty } = await set();
    const [first, second] = [await sitting(examId), await sitting(examId)];
    const casesOf = async (batchId: string) =>
      (await t.sql`select case_id from tasks where batch_id = ${batchId}`).map((row) => row.case_id);
    const [a, b] = [await casesOf(first), await casesOf(second)];
    expect(a).toHaveLength(20);
    expect(a.filter((one) => b.includes(one))).toEqual([]);
    const who = await makeWorker(scene);
    await sitExam(who, { examId });
    await readAll(who, first, 3);
    expect(await reasons(sitExam(who, { examId }))).toEqual(['exam.wait']);
    scene.clock.advance(8 * DAY);
    expect(await sitExam(who, { examId })).toEqual({ batchId: second });
    // Under way: the first place elsewhere does not count, the one begun is gone on with.
    expect((await viewGeneralExams(who)).find((one) => one.examId === examId)).toMatchObject({
      hasBegun: true,
    });
    await readAll(who, second, 10);
    // A clone of a sitting has the same cases: places for others, not for them.
    const clone = await cloneBatch(scene.sponsor, { batchId: first, name: 'Again', cases: 'same' });
    await openBatch(scene.sponsor, { batchId: clone.batchId });
    const third = await sitting(examId);
    scene.clock.advance(8 * DAY);
    expect(await reasons(sitExam(who, { examId }))).toEqual(['exam.no_retry']);
    expect((await meets(who, specialty)).allowed).toBe(false);
    // A year after the first try it is open again.
    scene.clock.advance(360 * DAY);
    expect(await sitExam(who, { examId })).toEqual({ batchId: third });
    await readAll(who, third);
    expect(await listAttempts(t.db, { annotatorId: who.actor.personId })).toMatchObject([
      { attempt: 1 },
      { attempt: 2, verdict: 'fail' },
      { attempt: 3, verdict: 'pass' },
    ]);
    const own = (await viewOwnExams(scene.sponsor)).find((one) => one.examId === examId);
    expect(own).toMatchObject({ people: 1, passed: 1 });
    expect(own?.sittings.map((one) => one.taken)).toEqual([1, 1, 0, 1]);
  });

  test('the exam’s own rule says who may take it, not the project’s', async () => {
    const { examId } = await set({
      entryRule: { anyOf: [{ kind: 'technologist_certification', minLevel: 'self_claimed' }] },
    });
    await sitting(examId, {
      caseIds: scene.dataset.cases.slice(0, 17).map((one) => one.id),
      caseLimit: undefined,
    });
    const who = await makeWorker(scene);
    expect(await reasons(sitExam(who, { examId }))).toEqual(['credential.missing']);
    await makeCredential(t.db, { personId: who.actor.personId, kind: 'technologist_certification' });
    expect(await reasons(sitExam(who, { examId }))).toEqual([]);
  });

  test('the platform’s exam is for everybody: taking it engages as an examinee, which opens nothing else', async () => {
    const platform = await makePlatform(t.db, scene.clock);
    const maker = await makeMember(t.db, { org: platform, roles: ['project_manager'], clock: scene.clock });
    const { examId, specialty } = await defineExam(maker, {
      title: 'Hanging protocols',
      subjectKind: 'tool',
      subject: 'Viewer',
      passLevelBasisPoints: 7000,
      retryAfterDays: 0,
      maxAttempts: 1,
      validMonths: 24,
      entryRule: { anyOf: [] },
      pricePerReadMinor: 100n,
      currency: 'USD',
    });
    expect(specialty).toBe('Hanging protocols (tool: Viewer)');
    // The platform's own project over the scene's cases: owner of project and exam are the same.
    await t.admin`update projects set org_id = ${platform.id} where id = ${scene.project.id}`;
    const batchId = await sittingBy(maker, examId);
    const org = await makeOrganisation(t.db, { kind: 'independent', clock: scene.clock });
    await ensureAgreement(t.db, { kind: 'services', org, clock: scene.clock });
    const who = await makeMember(t.db, { org, roles: ['independent_annotator'], clock: scene.clock });
    expect(await viewNamedExams(who)).toContainEqual({ specialty, isOfPlatform: true });
    expect(await sitExam(who, { examId })).toEqual({ batchId });
    expect(await findEngagements(t.db, { personId: who.actor.personId })).toMatchObject([
      { role: 'examinee' },
    ]);
    const work = await makeBatch({ ...scene, sponsor: maker }, { vendorOrgId: null });
    expect(await reasons(joinBatch(who, { batchId: work, tier: 'label' }))).toEqual(['engagement.missing']);
    expect((await listMyWork(who)).map((line) => line.batchId)).toEqual([batchId]);
    await t.admin`update projects set org_id = ${scene.sponsorOrg.id} where id = ${scene.project.id}`;
  });
  const sittingBy = (maker: OrgContext, generalExamId: string) =>
    makeBatch(
      { ...scene, sponsor: maker },
      {
        kind: 'exam',
        generalExamId,
        vendorOrgId: null,
        overlap: 3,
        filter: { gold: 'only' },
        caseLimit: 17,
      },
    );

  test('what cannot be is refused: another’s exam, another kind, a name twice, a vendor’s, a pass that is claimed', async () => {
    const { examId } = await set({ title: 'Twice' });
    expect(await reasons(set({ title: 'twice' }))).toEqual(['exam.exists']);
    expect(await reasons(sitting(examId, { kind: 'production' }))).toContain('batch.exam_kind');
    expect(await reasons(sitting(randomUUID()))).toContain('batch.exam_unknown');
    expect(await reasons(sitting(examId, { vendorOrgId: scene.vendorOrg.id }))).toContain(
      'batch.exam_vendor',
    );
    const inEuro = await set({ currency: 'EUR' });
    expect(await reasons(sitting(inEuro.examId))).toContain('batch.exam_currency');
    const vendor = await makeMember(t.db, {
      org: scene.vendorOrg,
      roles: ['vendor_owner'],
      clock: scene.clock,
    });
    expect(await reasons(defineExam(vendor, { ...EXAM, title: 'A vendor’s' }))).toEqual(['exam_owner']);
    expect(await reasons(closeExam(vendor, { examId, reason: 'Mine' }))).toEqual(['exam_not_found']);
    const stranger = await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'independent', clock: scene.clock }),
      roles: ['independent_annotator'],
      clock: scene.clock,
    });
    expect(await reasons(sitExam(stranger, { examId }))).toEqual(['exam_not_found']);
    expect(
      claimCredentialInput.safeParse({ kind: 'general_exam', title: 'Chest', issuer: 'Me' }).success,
    ).toBe(false);
  });
  const EXAM: DefineExamInput = {
    title: 'X',
    subjectKind: 'modality',
    subject: 'CT',
    passLevelBasisPoints: 8000,
    retryAfterDays: 7,
    maxAttempts: 2,
    validMonths: 12,
    entryRule: { anyOf: [] },
    pricePerReadMinor: 0n,
    currency: 'USD',
  };

  test('six people take the last two places at once: two begin, the others are told, and both can finish', async () => {
    const { examId } = await set();
    const batchId = await sitting(examId, { overlap: 2 });
    const people = await Promise.all(Array.from({ length: 6 }, () => makeWorker(scene)));
    const answers = await Promise.all(people.map((who) => reasons(sitExam(who, { examId }))));
    const begun = people.filter((_, n) => answers[n]?.length === 0);
    expect(begun).toHaveLength(2);
    for (const answer of answers.filter((one) => one.length > 0))
      expect(['exam.full', 'no_sitting']).toContain(answer[0]);
    for (const who of begun) await readAll(who, batchId);
    const verdicts = await Promise.all(
      begun.map((who) => listAttempts(t.db, { annotatorId: who.actor.personId })),
    );
    expect(verdicts.flat().map((one) => one.verdict)).toEqual(['pass', 'pass']);
  });

  test('closed, it is not begun any more; who has begun finishes it and passes', async () => {
    const { examId, specialty } = await set();
    const batchId = await sitting(examId);
    const [begun, late] = [await makeWorker(scene), await makeWorker(scene)];
    await sitExam(begun, { examId });
    await closeExam(scene.sponsor, { examId, reason: 'Its cases are known.' });
    expect(await reasons(sitExam(late, { examId }))).toEqual(['exam.closed']);
    scene.clock.advance(2 * DAY);
    await readAll(begun, batchId);
    expect((await meets(begun, specialty)).allowed).toBe(true);
    expect(await reasons(closeExam(scene.sponsor, { examId, reason: 'Again' }))).toEqual(['exam_not_found']);
  });
});
