import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { refuseWithheld } from '#server/pilots/reads.ts';
import { reviewRules } from '#server/projects/tier-schemas.ts';
import { deleteNamedExpert, upsertNamedExpert } from './named-experts.ts';
import { ownBatch } from './pause-batch.ts';
import { findReaderByAlias } from './reads.ts';

/**
 * Names the expert who looks over what somebody of the technical staff reads in a batch that pairs them (ADR 026); null leaves it to any
 * expert. Their cases wait for that one first, and for any from `HOLD_HOURS` after they were sent on, so that none waits for who is
 * away. What waits now goes by the new name at once. Sponsors know both by alias. Errors: `project_not_found`, `pilot_withheld` (who reads
 * in a pilot is not told while it runs, nor by which aliases are refused, R15), `not_paired` (the batch has no such rule),
 * `reader_not_found`, `expert_is_reader`.
 */
export async function nameExpert(
  ctx: OrgContext,
  input: { batchId: string; technician: string; expert: string | null },
): Promise<void> {
  const { batchId } = input;
  await transact(ctx, async (tx) => {
    const batch = await ownBatch(tx, ctx, batchId);
    if (batch.kind === 'pilot') await refuseWithheld(tx.db, { batchId, now: tx.now });
    if (!reviewRules.parse(batch.reviewRules).some((rule) => rule.kind === 'technical_reader'))
      throw new AppError({
        kind: 'precondition',
        reason: 'not_paired',
        message:
          'This batch does not pair technical staff with experts. That is a review rule, chosen when a batch is made.',
      });
    const find = async (tier: 'label' | 'review', alias: string) => {
      const found = await findReaderByAlias(tx.db, { batchId, tier, alias });
      if (found === null) throw noReader(alias);
      return found.annotatorId;
    };
    const annotatorId = await find('label', input.technician);
    const expertId = input.expert === null ? null : await find('review', input.expert);
    if (expertId === annotatorId)
      throw new AppError({
        kind: 'invalid',
        reason: 'expert_is_reader',
        message: 'Nobody reviews their own reads. Choose another expert.',
      });
    if (expertId === null) await deleteNamedExpert(tx.db, { batchId, annotatorId });
    else {
      const by = { namedBy: ctx.actor.personId, namedAt: tx.now };
      await upsertNamedExpert(tx.db, { batchId, annotatorId, expertId, ...by });
    }
    await tx.audit({
      action: 'work.expert_named',
      subject: { kind: 'batch', id: batchId },
      detail: { annotatorId, expertId },
    });
  });
}

const noReader = (alias: string) =>
  new AppError({
    kind: 'not_found',
    reason: 'reader_not_found',
    message: `Nobody called ${alias} takes part in this batch in that way. Load the page again.`,
  });
