import { and, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { violates } from '#db/errors.ts';
import { calls } from '#db/schema/bids.ts';
import { projects } from '#db/schema/projects.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { missingToOpenCall } from '#server/projects/missing-to-open-call.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { findCall } from './queries.ts';
import type { openCallInput } from './schemas.ts';

/**
 * Opens a project's call for bids (R6: a draft protocol is enough). Refused with `call_not_ready` and the whole list of
 * what is missing; the project moves from draft to open in the same transaction.
 */
export async function openCall(
  ctx: OrgContext,
  input: z.output<typeof openCallInput>,
): Promise<{ callId: string }> {
  requireVerifiedOrg(ctx);
  return transact(ctx, async (tx) => {
    const project = await getProjectForOrg(tx.db, ctx.actor.orgId, input.projectId);
    const missing = [...(await missingToOpenCall(tx.db, project.id, tx.now))];
    if (input.closesAt <= tx.now)
      missing.push({ code: 'closes_past', path: 'closesAt', message: 'The closing time is in the past.' });
    if (input.closesAt.toISOString().slice(0, 10) > project.deadline) {
      missing.push({
        code: 'closes_after_deadline',
        path: 'closesAt',
        message: `The call would close after the project's deadline ${project.deadline}.`,
      });
    }
    if (missing.length > 0) {
      throw new AppError({
        kind: 'precondition',
        reason: 'call_not_ready',
        message: 'The call cannot open yet. See what is missing.',
        details: missing,
      });
    }
    const callId = newId();
    try {
      await tx.db.insert(calls).values({
        id: callId,
        projectId: project.id,
        status: 'open',
        visibility: input.visibility,
        opensAt: tx.now,
        closesAt: input.closesAt,
        pilotTerms: input.pilotTerms,
        createdAt: tx.now,
      });
    } catch (error) {
      if (violates(error, 'calls_one_live')) {
        throw new AppError({
          kind: 'conflict',
          reason: 'call_already_open',
          message: 'This project already has an open call.',
          cause: error,
        });
      }
      throw error;
    }
    await tx.db
      .update(projects)
      .set({ status: 'open', updatedAt: tx.now })
      .where(and(eq(projects.id, project.id), eq(projects.status, 'draft')));
    await tx.audit({
      action: 'bids.call_opened',
      subject: { kind: 'call', id: callId },
      detail: { projectId: project.id, closesAt: input.closesAt },
    });
    return { callId };
  });
}

/** Closes an open call; bids that were submitted stay valid. */
export async function closeCall(ctx: OrgContext, input: { callId: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    const call = await findCall(tx.db, input.callId);
    if (!call)
      throw new AppError({ kind: 'not_found', reason: 'call_not_found', message: 'There is no such call.' });
    await getProjectForOrg(tx.db, ctx.actor.orgId, call.projectId);
    const closed = await tx.db
      .update(calls)
      .set({ status: 'closed' })
      .where(and(eq(calls.id, call.id), eq(calls.status, 'open')))
      .returning({ id: calls.id });
    if (closed.length === 0)
      throw new AppError({ kind: 'conflict', reason: 'call_not_open', message: 'This call is not open.' });
    await tx.audit({ action: 'bids.call_closed', subject: { kind: 'call', id: call.id } });
  });
}
