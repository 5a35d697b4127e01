import { and, eq, inArray } from 'drizzle-orm';
import { goldAnswers as goldAnswersTable, labels } from '#db/schema/labels.ts';
import { batches } from '#db/schema/work-batches.ts';
import type { OrgContext } from '#server/command/context.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { findGoldRationale } from '#server/gold/reads.ts';
import { scoreAgainstGold } from '#server/gold/rules.ts';
import { goldAnswers } from '#server/gold/schemas.ts';
import { answersRecord } from '#server/protocols/schemas.ts';
import { signedSchema } from './batch-facts.ts';
import { EXAM_ATTEMPTS, isTry } from './claim-rules.ts';
import { listAttempts, type Marking } from './exam-queries.ts';
import { listInDoubt } from './held-pass-queries.ts';
import { getBatch } from './reads.ts';

/** What the acting person has been examined and trained in, newest first; of an exam the result, never single cases (R21). */
export async function viewMyExams(ctx: OrgContext) {
  const attempts = (await listAttempts(ctx.db, { annotatorId: ctx.actor.personId })).toReversed();
  const rows =
    attempts.length === 0
      ? []
      : await ctx.db
          .select({ id: batches.id, name: batches.name, retryAfterDays: batches.retryAfterDays })
          .from(batches)
          .where(
            inArray(
              batches.id,
              attempts.map((one) => one.batchId),
            ),
          );
  const inDoubt = await listInDoubt(ctx.db, ctx.actor.personId);
  const of = new Map(rows.map((row) => [row.id, row]));
  const retries = retriesOf(attempts.toReversed(), (batchId) => of.get(batchId)?.retryAfterDays ?? 0);
  return attempts.map((one) => ({
    batchId: one.batchId,
    name: of.get(one.batchId)?.name ?? '',
    kind: one.kind,
    attempt: one.attempt,
    verdict: one.verdict,
    regrade: one.regrade,
    isInDoubt: inDoubt.has(one.batchId),
    cases: one.cases,
    correct: one.correct,
    passLevel: one.passLevel,
    lower: one.lower,
    upper: one.upper,
    finishedAt: one.finishedAt,
    examId: one.generalExamId,
    isTry: isTry(one),
    /** From when the exam can be taken once more, on other cases; null when that is over, or said of a later sitting; a general exam says it itself. */
    retryFrom: retries.get(one.batchId) ?? null,
  }));
}

/** By the last sitting of each exam on a protocol version from when it can be taken once more; none where it is passed or was the last try. */
function retriesOf(attempts: readonly Marking[], daysOf: (batchId: string) => number): Map<string, Date> {
  const retries = new Map<string, Date>();
  const exams = attempts.filter((one) => one.kind === 'exam' && one.generalExamId === null);
  for (const own of Map.groupBy(exams, (one) => one.protocolVersionId).values()) {
    const tries = own.filter(isTry);
    const [last, lastTry] = [own.at(-1), tries.at(-1)];
    if (!last || own.some((one) => one.verdict === 'pass') || tries.length >= EXAM_ATTEMPTS) continue;
    const from = lastTry ? plus(lastTry.finishedAt, daysOf(lastTry.batchId) * DAY) : last.finishedAt;
    retries.set(last.batchId, from);
  }
  return retries;
}

/**
 * The answer of a training case that the acting person has read: per field what they said, what is right, and the panel's
 * reason. In a training only (R21); from then on the read is not undone (R22). `label_not_found`, `not_a_training`.
 */
export async function viewFeedback(ctx: OrgContext, input: { batchId: string; labelId: string }) {
  const batch = await getBatch(ctx.db, input.batchId);
  const [label] = await ctx.db
    .select({ taskId: labels.taskId, answers: labels.answers })
    .from(labels)
    .where(
      and(
        eq(labels.batchId, batch.id),
        eq(labels.id, input.labelId),
        eq(labels.annotatorId, ctx.actor.personId),
      ),
    );
  if (label === undefined)
    throw new AppError({ kind: 'not_found', reason: 'label_not_found', message: 'You have no such label.' });
  if (batch.kind !== 'training')
    throw new AppError({
      kind: 'precondition',
      reason: 'not_a_training',
      message: 'Only a training shows the answers of its cases.',
    });
  const [gold] = await ctx.db
    .select({ answers: goldAnswersTable.answers, goldItemId: goldAnswersTable.goldItemId })
    .from(goldAnswersTable)
    .where(and(eq(goldAnswersTable.batchId, batch.id), eq(goldAnswersTable.taskId, label.taskId)));
  const schema = await signedSchema(ctx.db, batch.protocolVersionId);
  const known = goldAnswers.parse(gold?.answers ?? {});
  const given = answersRecord.parse(label.answers);
  const hits = scoreAgainstGold(schema, known, given);
  return {
    fields: schema.fields.flatMap((field) => {
      const expected = known[field.key];
      return expected === undefined
        ? []
        : [{ key: field.key, given: given[field.key] ?? null, expected, isRight: hits[field.key] === true }];
    }),
    rationale: gold ? await findGoldRationale(ctx.db, gold.goldItemId) : null,
  };
}
