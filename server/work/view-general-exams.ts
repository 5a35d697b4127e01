import { z } from 'zod';
import type { OrgContext } from '#server/command/context.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import {
  findPass,
  type GeneralExam,
  listExamsOf,
  listOpenExams,
} from '#server/credentials/general-exam-reads.ts';
import { tryRefusal } from '#server/credentials/general-exam-rules.ts';
import { EXAM_SUBJECTS, type ownExam } from '#server/credentials/general-exam-schemas.ts';
import { snapshotCredentials } from '#server/credentials/reads.ts';
import { dayOf, describeCredentialRule, evaluateCredentialRule } from '#server/credentials/rules.ts';
import { wilsonInterval } from '#server/quality/wilson-interval.ts';
import { listEngagingSponsors } from '#server/staffing/reads.ts';
import { isTry, leastRight } from './claim-rules.ts';
import { decideEligibility } from './eligibility.ts';
import { listAttempts } from './exam-queries.ts';
import { candidateOf } from './join-batch.ts';
import { getBatch } from './reads.ts';
import { reason } from './schemas.ts';
import { noSittingWords } from './sit-exam.ts';
import { chooseSitting, countPassed, listSittings, type Sitting } from './sittings.ts';
import { withChanges } from './what-changes.ts';

const count = z.number().int().nonnegative();

/** A general exam as somebody who could take it sees it. */
export const generalExamsView = z.array(
  z.object({
    examId: z.uuid(),
    title: z.string(),
    subjectKind: z.enum(EXAM_SUBJECTS),
    subject: z.string(),
    setBy: z.string(),
    isOfPlatform: z.boolean(),
    passLevel: z.number(),
    validMonths: count,
    maxAttempts: count,
    retryAfterDays: count,
    /** Who may take it, in words; null when everybody may. */
    entryWords: z.string().nullable(),
    pricePerReadMinor: z.bigint(),
    currency: z.string(),
    /** Of the sitting that would be taken: its cases, and how many of them have to be right; null without one. */
    cases: count.nullable(),
    leastRight: count.nullable(),
    /** The last day of the person's pass. */
    passUntil: z.string().nullable(),
    attempts: count,
    hasBegun: z.boolean(),
    isAllowed: z.boolean(),
    reasons: z.array(reason),
  }),
);

/**
 * The exams that are for the acting person, the platform's first: what passing takes, what it pays, and what stands in the way.
 * An engagement is not among it: taking an exam makes one.
 */
export async function viewGeneralExams(ctx: OrgContext): Promise<z.infer<typeof generalExamsView>> {
  const sponsors = await listEngagingSponsors(ctx.db, ctx.actor.personId);
  const exams = await listOpenExams(ctx.db, [...new Set([...sponsors, ctx.actor.orgId])]);
  const sittings = Map.groupBy(
    await listSittings(
      ctx.db,
      exams.map((exam) => exam.id),
    ),
    (one) => one.examId,
  );
  return Promise.all(exams.map((exam) => viewOne(ctx, exam, sittings.get(exam.id) ?? [])));
}

async function viewOne(ctx: OrgContext, exam: GeneralExam, sittings: readonly Sitting[]) {
  const { personId } = ctx.actor;
  const now = ctx.clock.now();
  const on = { generalExamId: exam.id };
  const attempts = (await listAttempts(ctx.db, { annotatorId: personId, on })).filter(isTry);
  const pass = await findPass(ctx.db, { personId, specialty: exam.specialty, today: dayOf(now) });
  const sitting = await chooseSitting(ctx.db, { examId: exam.id, personId, sittings });
  const ofTries = sitting?.hasBegun
    ? null
    : tryRefusal({ exam, attempts, passUntil: pass?.expiresOn ?? null, now });
  const reasons =
    ofTries !== null
      ? [ofTries]
      : sitting === null
        ? await withoutSitting(ctx, exam, sittings)
        : await ofSitting(ctx, sitting.batchId);
  const passLevel = exam.passLevelBasisPoints / 10_000;
  return {
    examId: exam.id,
    title: exam.title,
    subjectKind: exam.subjectKind,
    subject: exam.subject,
    setBy: exam.owner.legalName,
    isOfPlatform: exam.owner.kind === 'platform',
    passLevel,
    validMonths: exam.validMonths,
    maxAttempts: exam.maxAttempts,
    retryAfterDays: exam.retryAfterDays,
    entryWords: entryWords(exam),
    pricePerReadMinor: exam.pricePerReadMinor,
    currency: exam.currency,
    cases: sitting?.cases ?? null,
    leastRight: sitting === null ? null : leastRight(sitting.cases, passLevel),
    passUntil: pass?.expiresOn ?? null,
    attempts: attempts.length,
    hasBegun: sitting?.hasBegun ?? false,
    isAllowed: reasons.length === 0,
    reasons: withChanges(reasons),
  };
}

const entryWords = (exam: GeneralExam) =>
  exam.entryRule.anyOf.length === 0 ? null : describeCredentialRule(exam.entryRule);

/** What stands in the way of an exam that has no sitting: that, and what the person would lack anyway. */
async function withoutSitting(
  ctx: OrgContext,
  exam: GeneralExam,
  sittings: readonly Sitting[],
): Promise<ErrorDetail[]> {
  const now = ctx.clock.now();
  const { personId } = ctx.actor;
  const held = (await snapshotCredentials(ctx.db, [personId], now)).get(personId);
  const decision = evaluateCredentialRule(
    exam.entryRule,
    held ?? { takenAt: now.toISOString(), credentials: [] },
    now,
  );
  const lacking = decision.allowed ? [] : decision.reasons;
  return [{ code: 'exam.no_sitting', message: noSittingWords(sittings) }, ...lacking];
}

/** Whoever takes an exam is engaged by taking it. */
const NOT_YET_ENGAGED = ['engagement.missing', 'engagement.elsewhere'];

async function ofSitting(ctx: OrgContext, batchId: string): Promise<ErrorDetail[]> {
  const batch = await getBatch(ctx.db, batchId);
  const who = { ...candidateOf(ctx), tier: 'label' as const, now: ctx.clock.now() };
  const { decision } = await decideEligibility(ctx.db, batch, who);
  return decision.allowed ? [] : decision.reasons.filter((one) => !NOT_YET_ENGAGED.includes(one.code));
}

/** The exams that the acting organisation has set, newest first, with their sittings and how many passed. */
export async function viewOwnExams(ctx: OrgContext): Promise<z.infer<typeof ownExam>[]> {
  const exams = await listExamsOf(ctx.db, ctx.actor.orgId);
  const ids = exams.map((exam) => exam.id);
  const sittings = Map.groupBy(await listSittings(ctx.db, ids), (one) => one.examId);
  const passed = await countPassed(ctx.db, ids);
  return exams.map((exam) => {
    const of = passed.get(exam.id) ?? { people: 0, passed: 0 };
    const interval = wilsonInterval(of.passed, of.people);
    return {
      examId: exam.id,
      title: exam.title,
      subjectKind: exam.subjectKind,
      subject: exam.subject,
      specialty: exam.specialty,
      passLevel: exam.passLevelBasisPoints / 10_000,
      retryAfterDays: exam.retryAfterDays,
      maxAttempts: exam.maxAttempts,
      validMonths: exam.validMonths,
      entryWords: describeCredentialRule(exam.entryRule),
      pricePerReadMinor: exam.pricePerReadMinor,
      currency: exam.currency,
      status: exam.status,
      statusReason: exam.statusReason,
      createdAt: exam.createdAt,
      sittings: (sittings.get(exam.id) ?? []).map(({ examId: _, ...one }) => one),
      ...of,
      interval: interval === null ? null : [interval[0], interval[1]],
    };
  });
}
