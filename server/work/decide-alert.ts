import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import type { ChangeClass, EdgeCase } from '#server/protocols/schemas.ts';
import { assertDesk } from './assert-desk.ts';
import { putIntoDraft } from './put-into-draft.ts';
import { type Batch, getBatch } from './reads.ts';
import { type CaseAlert, decideAlertRow, findAlert, nameVersion } from './trouble-queries.ts';

type AlertId = { batchId: string; alertId: string };

/** The clinical lead looked and leaves the protocol as it is, with the reason. */
export async function dismissAlert(ctx: OrgContext, input: AlertId & { note: string }): Promise<void> {
  await openAlert(ctx, input);
  await transact(ctx, async (tx) => {
    const set = {
      status: 'closed' as const,
      decidedAt: tx.now,
      decidedBy: ctx.actor.personId,
      decisionNote: input.note,
    };
    if ((await decideAlertRow(tx.db, { ...input, set })) === null) throw decided();
    await tx.audit({
      action: 'work.alert_dismissed',
      subject: { kind: 'case_alert', id: input.alertId },
    });
  });
}

/**
 * An edge case becomes a clarification: an example in the next version of the protocol (`putIntoDraft`). It binds nobody before both
 * leads have signed it; then readers are told (`tellClarified`), and see it beside the cases of batches that are under way.
 */
export async function clarifyAlert(
  ctx: OrgContext,
  input: AlertId & { edgeCase: EdgeCase; changeClass: ChangeClass },
): Promise<{ protocolVersionId: string; version: number }> {
  const { batch } = await openAlert(ctx, input);
  const { edgeCase, changeClass } = input;
  return transact(ctx, async (tx) => {
    const set = {
      status: 'clarifying' as const,
      decidedAt: tx.now,
      decidedBy: ctx.actor.personId,
      decisionNote: input.edgeCase.title,
    };
    // Claimed before the draft is touched: who comes second changes nothing.
    if ((await decideAlertRow(tx.db, { ...input, set })) === null) throw decided();
    const saved = await putIntoDraft(tx, ctx, { projectId: batch.projectId, edgeCase, changeClass });
    await nameVersion(tx.db, { ...input, protocolVersionId: saved.id });
    await tx.audit({
      action: 'work.alert_clarified',
      subject: { kind: 'case_alert', id: input.alertId },
      detail: { protocolVersionId: saved.id, changeClass: input.changeClass },
    });
    return { protocolVersionId: saved.id, version: saved.version };
  });
}

/** An alert that waits, for the clinical lead of its sponsor, whose it is to decide. */
async function openAlert(ctx: OrgContext, input: AlertId): Promise<{ batch: Batch; alert: CaseAlert }> {
  const batch = await getBatch(ctx.db, input.batchId);
  await getProjectForOrg(ctx.db, ctx.actor.orgId, batch.projectId);
  assertDesk(ctx, 'clinical_lead');
  const alert = await findAlert(ctx.db, input);
  if (alert === null || alert.kind !== 'edge_case') {
    throw new AppError({ kind: 'not_found', reason: 'alert_not_found', message: 'There is no such alert.' });
  }
  if (alert.status !== 'open') throw decided();
  return { batch, alert };
}

function decided(): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'alert_decided',
    message: 'This alert was decided already. Reload to see how.',
  });
}
