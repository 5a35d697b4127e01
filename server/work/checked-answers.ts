import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { canonicalAnswers, validateAnswers } from '#server/protocols/rules.ts';
import type { Answers, LabelSchema } from '#server/protocols/schemas.ts';
import { hotSql } from './hot-sql.ts';
import { leaseUnknown } from './lease-errors.ts';
import { findLeasedSlot, findRelease } from './submit-queries.ts';

/** Answers in their one spelling, or `answers_invalid` with every fault. */
export function checkedAnswers(schema: LabelSchema, answers: Answers): Answers {
  const faults = validateAnswers(schema, answers);
  if (faults.length > 0) {
    throw new AppError({
      kind: 'invalid',
      reason: 'answers_invalid',
      message: `These answers cannot be submitted: ${faults.map((fault) => fault.message).join(' ')}`,
      details: faults,
    });
  }
  return canonicalAnswers(schema, answers);
}

/**
 * As `checkedAnswers`, under a lease. The faults name fields and options of the sponsor's protocol: whoever never had the lease is
 * refused as by any other submission of theirs, and so is who has submitted it already. Costs nothing while the answers are fine.
 */
export async function checkedForHolder(
  ctx: OrgContext,
  of: { batchId: string; leaseId: string },
  schema: LabelSchema,
  answers: Answers,
): Promise<Answers> {
  if (validateAnswers(schema, answers).length > 0) await assertLeaseOf(ctx, of);
  return checkedAnswers(schema, answers);
}

/** Throws `lease_unknown` unless this person holds the lease, or held it until it was lost (as `findSubmittable`). */
async function assertLeaseOf(ctx: OrgContext, of: { batchId: string; leaseId: string }): Promise<void> {
  const annotatorId = ctx.actor.personId;
  if ((await findLeasedSlot(hotSql(ctx.db), { ...of, annotatorId })) !== null) return;
  if ((await findRelease(hotSql(ctx.db), { ...of, annotatorId })) === null) throw leaseUnknown();
}
