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
import { EXAM_ATTEMPTS } from './claim-rules.ts';
import { listAttempts } from './exam-queries.ts';
import { listInDoubt } from './held-pass-queries.ts';
import { getBatch } from './reads.ts';

/** What the acting person has been examined and trained in, newest first; of an exam the result, never single cases (R21). */
export async function viewMyExams(ctx: OrgContext) {
  const attempts = (await listAttempts(ctx.db, { annotatorId: ctx.actor.personId })).reverse();
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
    /** From when it can be taken once more, on other cases; null when it is passed or was the last try; a general exam says it itself. */
    retryFrom:
      one.kind === 'exam' &&
      one.generalExamId === null &&
      one.verdict !== 'pass' &&
      one.attempt < EXAM_ATTEMPTS
        ? plus(one.finishedAt, (of.get(one.batchId)?.retryAfterDays ?? 0) * DAY)
        : null,
  }));
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
