import { and, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { violates } from '#db/errors.ts';
import { calls } from '#db/schema/bids.ts';
import { projects } from '#db/schema/projects.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { listDatasets } from '#server/datasets/reads.ts';
import { missingToOpenCall } from '#server/projects/missing-to-open-call.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { countBids } from './call-queries.ts';
import { endingProblem, openingProblems } from './call-rules.ts';
import { getCallOfSponsor } from './get-call.ts';
import { inviteToCall } from './invite-vendors.ts';
import { lockCall } from './queries.ts';
import { openCallInput } from './schemas.ts';

/**
 * Opens a project's call for bids (R6: a draft protocol is enough). Refused with `call_not_ready` and the whole list of
 * what is missing; the project moves from draft to open, and vendors are invited, in the same transaction.
 */
export async function openCall(
  ctx: OrgContext,
  given: z.input<typeof openCallInput>,
): Promise<{ callId: string }> {
  requireVerifiedOrg(ctx);
  const input = openCallInput.parse(given);
  return transact(ctx, async (tx) => {
    const project = await getProjectForOrg(tx.db, ctx.actor.orgId, input.projectId);
    const missing = [
      ...(await missingToOpenCall(tx.db, project.id, tx.now)),
      ...openingProblems({
        ...input,
        deadline: project.deadline,
        invited: input.invitedOrgIds.length,
        now: tx.now,
      }),
    ];
    if (missing.length > 0) {
      throw new AppError({
        kind: 'precondition',
        reason: 'call_not_ready',
        message: 'The call cannot open yet. See what is missing.',
        details: missing,
      });
    }
    const callId = newId();
    const datasets = input.cases === null ? await listDatasets(tx.db, project.id) : [];
    const held = datasets.reduce((sum, dataset) => sum + dataset.caseCount, 0);
    try {
      await tx.db.insert(calls).values({
        id: callId,
        projectId: project.id,
        status: 'open',
        visibility: input.visibility,
        isSealed: input.isSealed,
        opensAt: tx.now,
        closesAt: input.closesAt,
        questionsUntil: input.questionsUntil,
        cases: input.cases ?? (held === 0 ? null : held),
        taskTypes: input.taskTypes,
        ceilingMinor: input.ceilingMinor,
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
    await inviteToCall(tx, { callId, projectTitle: project.title, vendorOrgIds: input.invitedOrgIds });
    await tx.audit({
      action: 'bids.call_opened',
      subject: { kind: 'call', id: callId },
      detail: { projectId: project.id, closesAt: input.closesAt },
    });
    return { callId };
  });
}

/** Ends an open call before its time; bids that were submitted stay valid. A sealed call with bids ends by its time only. */
export async function closeCall(ctx: OrgContext, input: { callId: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    const { id } = await getCallOfSponsor(tx.db, { callId: input.callId, orgId: ctx.actor.orgId });
    const call = await lockCall(tx.db, id);
    if (!call)
      throw new AppError({ kind: 'not_found', reason: 'call_not_found', message: 'There is no such call.' });
    const problem = endingProblem(call, (await countBids(tx.db, call.id)).handedIn, tx.now);
    if (problem) throw new AppError({ kind: 'precondition', reason: problem.code, message: problem.message });
    const closed = await tx.db
      .update(calls)
      .set({ status: 'closed', endedAt: tx.now })
      .where(and(eq(calls.id, call.id), eq(calls.status, 'open')))
      .returning({ id: calls.id });
    if (closed.length === 0)
      throw new AppError({ kind: 'conflict', reason: 'call_not_open', message: 'This call is not open.' });
    await tx.audit({ action: 'bids.call_closed', subject: { kind: 'call', id: call.id } });
  });
}
