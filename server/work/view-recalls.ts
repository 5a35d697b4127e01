import type { z } from 'zod';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import {
  listReadsSince,
  listRecalledCases,
  listRecalls,
  lockRecall,
  updateRecall,
} from './recall-queries.ts';
import { restsOn } from './recall-rules.ts';
import { type decideRecallInput, RECALLED_CASES_SHOWN, type recallsView } from './recall-schemas.ts';

/** What readers made in a project of the acting sponsor while a credential did not hold (R27), open ones first. */
export async function viewRecalls(
  ctx: OrgContext,
  input: { projectId: string },
): Promise<z.infer<typeof recallsView>> {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const rows = await listRecalls(ctx.db, project.id);
  const mayDecide = ctx.actor.capabilities.has('quality.decide');
  const recalls = [];
  for (const row of rows) {
    const resting = (await listReadsSince(ctx.db, row)).filter((made) =>
      restsOn(row, row.credentialId, made),
    );
    // Where the project's rule has changed since, nothing may rest on the credential any more: all of that time is listed.
    const terms = resting.length > 0 ? resting : null;
    recalls.push({
      id: row.id,
      batchId: row.batchId,
      batchName: row.batchName,
      alias: row.alias,
      credential: row.credentialTitle,
      standing: row.standing,
      since: row.since,
      reads: row.reads,
      status: row.status,
      isOwn: row.personId === ctx.actor.personId,
      mayDecide: mayDecide && row.status === 'open' && row.personId !== ctx.actor.personId,
      decisionReason: row.decisionReason,
      decidedAt: row.decidedAt,
      foundAt: row.createdAt,
      cases: await listRecalledCases(ctx.db, { ...row, terms, limit: RECALLED_CASES_SHOWN }),
    });
  }
  return { recalls };
}

/**
 * The sponsor decides what becomes of labels made while a credential did not hold: kept with the reason, or read again (the batch
 * for it is made apart). Never the person whose labels they are (R26, R27). What was read stays paid (R31). Errors: `recall_not_found`
 * (also of other sponsors), `own_recall`, `recall_decided`.
 */
export async function decideRecall(ctx: OrgContext, input: z.infer<typeof decideRecallInput>): Promise<void> {
  await transact(ctx, async (tx) => {
    const recall = await lockRecall(tx.db, { id: input.recallId, orgId: ctx.actor.orgId });
    if (recall === null)
      throw new AppError({
        kind: 'not_found',
        reason: 'recall_not_found',
        message: 'There is no such list of labels.',
      });
    if (recall.personId === ctx.actor.personId)
      throw new AppError({
        kind: 'forbidden',
        reason: 'own_recall',
        message: 'This is your own work. Somebody else who decides on quality says what becomes of it (R27).',
      });
    if (recall.status !== 'open')
      throw new AppError({
        kind: 'conflict',
        reason: 'recall_decided',
        message: 'This was decided in the meantime. Load the page again.',
      });
    await updateRecall(tx.db, recall.id, {
      status: input.decision,
      decisionReason: input.reason,
      decidedBy: ctx.actor.personId,
      decidedAt: tx.now,
    });
    await tx.audit({
      action: `work.recall_${input.decision}`,
      subject: { kind: 'batch', id: recall.batchId },
      detail: { recallId: recall.id, reads: recall.reads },
    });
  });
}
