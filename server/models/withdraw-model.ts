import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { findModel, type ModelRow, markWithdrawn } from './queries.ts';

/** A model of the acting sponsor’s project; `model_not_found` or `not_found` otherwise. */
export async function ownModel(
  ctx: OrgContext,
  q: Parameters<typeof findModel>[0],
  modelId: string,
): Promise<ModelRow> {
  const model = await findModel(q, modelId);
  if (!model) {
    throw new AppError({ kind: 'not_found', reason: 'model_not_found', message: 'There is no such model.' });
  }
  await getProjectForOrg(q, ctx.actor.orgId, model.projectId);
  return model;
}

/**
 * Takes a wrong import out of use, with a reason: nothing more is chosen by it. Its answers stay as they are, and its version stays taken;
 * what is right comes as another version. Batches that were chosen by it stay.
 */
export async function withdrawModel(
  ctx: OrgContext,
  input: { modelId: string; reason: string },
): Promise<void> {
  await transact(ctx, async (tx) => {
    const model = await ownModel(ctx, tx.db, input.modelId);
    const { reason } = input;
    if (!(await markWithdrawn(tx.db, { modelId: model.id, by: ctx.actor.personId, reason, now: tx.now })))
      throw new AppError({
        kind: 'conflict',
        reason: 'model_withdrawn',
        message: 'The answers of this model are withdrawn already.',
      });
    await tx.audit({
      action: 'models.withdrawn',
      subject: { kind: 'model', id: model.id },
      detail: { projectId: model.projectId },
    });
  });
}
