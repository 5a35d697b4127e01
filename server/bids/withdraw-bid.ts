import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { getProject } from '#server/projects/reads.ts';
import { callStatusAt } from './call-rules.ts';
import { moveBid } from './decide-bid.ts';
import { findBid, lockCall } from './queries.ts';
import { withdrawalProblem } from './rules.ts';
import { tellSponsor } from './tell-organisations.ts';

/**
 * The vendor takes its bid back: freely while the call is open, with a reason that the sponsor reads after that, and not
 * once a pilot is ordered or the work awarded (R13: the offer binds).
 */
export async function withdrawBid(ctx: OrgContext, input: { bidId: string; reason?: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    const seen = await findBid(tx.db, input.bidId);
    const call = seen && seen.vendorOrgId === ctx.actor.orgId ? await lockCall(tx.db, seen.callId) : null;
    const bid = call && (await findBid(tx.db, input.bidId));
    if (!bid || !call)
      throw new AppError({ kind: 'not_found', reason: 'bid_not_found', message: 'There is no such bid.' });
    const reason = (input.reason ?? '').trim();
    const hasEnded = callStatusAt(call, tx.now) !== 'open';
    const problem = withdrawalProblem({ bid, hasEnded, reason });
    if (problem)
      throw new AppError({
        kind: problem.path === undefined ? 'conflict' : 'invalid',
        reason: problem.code,
        message: problem.message,
        details: [problem],
      });
    await moveBid(tx, { bidId: bid.id, action: 'withdraw', ...(reason === '' ? {} : { reason }) });
    const project = await getProject(tx.db, bid.projectId);
    await tellSponsor(tx, project.orgId, {
      kind: 'bids.withdrawn',
      title: `A bid on “${project.title}” was withdrawn.`,
      href: `/sponsor/projects/${project.id}/bids`,
    });
  });
}
