import { eq } from 'drizzle-orm';
import { calls, directShares } from '#db/schema/bids.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { sayMinor } from '#server/core/money.ts';
import { getProject } from '#server/projects/reads.ts';
import { findHighestOffer } from '#server/staffing/reads.ts';
import { callStatusAt } from './call-rules.ts';
import { moveBid } from './decide-bid.ts';
import { getCallOfSponsor } from './get-call.ts';
import { awardedShare, findDirectShare, listUndecidedBids, lockCall } from './queries.ts';
import { awardProblem, decisionProblems } from './rules.ts';
import { declinedNotice, tellVendors } from './tell-organisations.ts';

/**
 * Sets which share of a call's work goes to people on their own account (R17) and what a read pays; zero takes it back. The
 * call's row is locked while shares are summed, as for an award, so that together they never pass 100 % (R13).
 */
export async function setDirectShare(
  ctx: OrgContext,
  input: { callId: string; shareBasisPoints: number; pricePerReadMinor: bigint },
): Promise<void> {
  requireVerifiedOrg(ctx);
  await transact(ctx, async (tx) => {
    const { id } = await getCallOfSponsor(tx.db, { callId: input.callId, orgId: ctx.actor.orgId });
    const call = await lockCall(tx.db, id);
    if (!call || call.status === 'decided') throw decided();
    const { shareBasisPoints, pricePerReadMinor } = input;
    const before = (await findDirectShare(tx.db, id))?.shareBasisPoints ?? 0;
    const ofVendors = (await awardedShare(tx.db, id)) - before;
    const problem = shareBasisPoints === 0 ? null : awardProblem(ofVendors, shareBasisPoints);
    if (problem)
      throw new AppError({
        kind: 'conflict',
        reason: problem.code,
        message: problem.message,
        details: [problem],
      });
    if (shareBasisPoints > 0) await refuseBelowOffers(tx, call.projectId, pricePerReadMinor);
    if (shareBasisPoints === 0) await tx.db.delete(directShares).where(eq(directShares.callId, id));
    else {
      const row = { shareBasisPoints, pricePerReadMinor, setBy: ctx.actor.personId, setAt: tx.now };
      await tx.db
        .insert(directShares)
        .values({ callId: id, ...row })
        .onConflictDoUpdate({ target: directShares.callId, set: row });
    }
    await tx.audit({
      action: 'bids.direct_share_set',
      subject: { kind: 'call', id },
      detail: { shareBasisPoints, before },
    });
  });
}

/**
 * Ends a call whose shares are awarded: every bid that is still open is declined with the reason given for it, each vendor
 * is told, and nothing more is awarded. Refused with everything that stands in the way: bids still taken, a pilot without
 * its signed decision, a bid without a reason.
 */
export async function decideCall(
  ctx: OrgContext,
  input: { callId: string; reasons: readonly { bidId: string; reason: string }[] },
): Promise<{ declined: number }> {
  requireVerifiedOrg(ctx);
  return transact(ctx, async (tx) => {
    const { id } = await getCallOfSponsor(tx.db, { callId: input.callId, orgId: ctx.actor.orgId });
    const call = await lockCall(tx.db, id);
    if (!call || call.status === 'decided') throw decided();
    const open = await listUndecidedBids(tx.db, id);
    const reasons = new Map(input.reasons.map((one) => [one.bidId, one.reason]));
    const problems = decisionProblems({ status: callStatusAt(call, tx.now), bids: open, reasons });
    if (problems.length > 0)
      throw new AppError({
        kind: 'precondition',
        reason: 'call_undecidable',
        message: problems.map((one) => one.message).join(' '),
        details: problems,
      });
    const project = await getProject(tx.db, call.projectId);
    for (const bid of open) {
      const reason = reasons.get(bid.bidId) ?? '';
      await moveBid(tx, { bidId: bid.bidId, action: 'decline', reason });
      await tellVendors(tx, [bid.vendorOrgId], declinedNotice(project.title));
    }
    await tx.db
      .update(calls)
      .set({ status: 'decided', decidedAt: tx.now, endedAt: call.endedAt ?? call.closesAt })
      .where(eq(calls.id, id));
    await tx.audit({
      action: 'bids.call_decided',
      subject: { kind: 'call', id },
      detail: { declined: open.length, shareBasisPoints: await awardedShare(tx.db, id) },
    });
    return { declined: open.length };
  });
}

/** Who was offered more could read none of the share's batches. */
async function refuseBelowOffers(tx: CommandTx, projectId: string, priceMinor: bigint): Promise<void> {
  const highest = await findHighestOffer(tx.db, projectId);
  if (highest === null || priceMinor >= highest) return;
  const { currency } = await getProject(tx.db, projectId);
  throw new AppError({
    kind: 'conflict',
    reason: 'share_below_offers',
    message: `People were offered up to ${currency} ${sayMinor({ amountMinor: highest, currency })} a read. Set at least that, or take those offers back first.`,
  });
}

const decided = () =>
  new AppError({
    kind: 'conflict',
    reason: 'call_decided',
    message: 'This call is decided. Its shares are not changed any more; a further call can be opened.',
  });
