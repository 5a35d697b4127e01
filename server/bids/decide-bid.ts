import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { getProject } from '#server/projects/reads.ts';
import { listVerifiedVendors } from './call-queries.ts';
import { type BidRow, findBid, findBidForSponsor, lockCall, updateBidStatus } from './queries.ts';
import { type BidAction, type BidStatus, decliningProblem, nextBidStatus, versionProblem } from './rules.ts';
import { declinedNotice, tellVendors } from './tell-organisations.ts';

const ALL: readonly BidStatus[] = [
  'draft',
  'submitted',
  'shortlisted',
  'piloting',
  'awarded',
  'declined',
  'withdrawn',
  'expired',
];

/** Moves a bid by an action inside an open transaction; `bid_state` when its state does not allow it. */
export async function moveBid(
  tx: CommandTx,
  input: { bidId: string; action: BidAction; reason?: string },
): Promise<BidRow> {
  const from = ALL.filter((status) => nextBidStatus(status, input.action) !== null);
  const to = from[0] === undefined ? null : nextBidStatus(from[0], input.action);
  const row =
    to === null
      ? null
      : await updateBidStatus(tx.db, {
          bidId: input.bidId,
          from,
          to,
          now: tx.now,
          ...(input.reason === undefined ? {} : { reason: input.reason }),
        });
  if (!row) {
    const bid = await findBid(tx.db, input.bidId);
    throw new AppError({
      kind: 'conflict',
      reason: 'bid_state',
      message: `This bid is ${bid?.status ?? 'gone'}; it can only be changed this way from ${from.join(' or ')}.`,
    });
  }
  await tx.audit({
    action: `bids.${input.action}`,
    subject: { kind: 'bid', id: row.id },
    detail: { status: row.status },
  });
  return row;
}

/** A bid on a project of the acting sponsor; `not_found` otherwise, also for another sponsor's bid and for a sealed one. */
export async function getBidForSponsor(tx: CommandTx, ctx: OrgContext, bidId: string): Promise<BidRow> {
  const bid = await findBidForSponsor(tx.db, { bidId, orgId: ctx.actor.orgId, now: tx.now });
  if (!bid)
    throw new AppError({ kind: 'not_found', reason: 'bid_not_found', message: 'There is no such bid.' });
  return bid;
}

/** Refuses with `bid_revised` when another version than the one on the screen would be decided on. */
export function refuseOtherVersion(version: number, seenVersion: number | undefined): void {
  const problem = versionProblem(version, seenVersion);
  if (problem) throw new AppError({ kind: 'conflict', reason: problem.code, message: problem.message });
}

/** Refuses with `vendor_unverified` to hand work to a vendor that was suspended, or refused, since it bid (R0). */
export async function refuseUnverifiedVendor(tx: CommandTx, vendorOrgId: string): Promise<void> {
  if ((await listVerifiedVendors(tx.db, [vendorOrgId])).length > 0) return;
  throw new AppError({
    kind: 'precondition',
    reason: 'vendor_unverified',
    message:
      'This vendor is not verified any more, so none of its people may read. Choose another bidder, or wait until an operator has verified it again.',
  });
}

/** Puts a submitted bid on the sponsor's shortlist. */
export async function shortlistBid(
  ctx: OrgContext,
  input: { bidId: string; seenVersion?: number | undefined },
): Promise<void> {
  await transact(ctx, async (tx) => {
    const bid = await getBidForSponsor(tx, ctx, input.bidId);
    const { version } = await moveBid(tx, { bidId: bid.id, action: 'shortlist' });
    refuseOtherVersion(version, input.seenVersion);
  });
}

/**
 * Declines a bid with a reason that the vendor sees. Refused with `pilot_undecided` while its pilot has no decision: that one
 * is signed, closes the vendor's access and declines the bid with it (R16). The call is held, as when a pilot is ordered.
 */
export async function declineBid(ctx: OrgContext, input: { bidId: string; reason: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    const { callId } = await getBidForSponsor(tx, ctx, input.bidId);
    await lockCall(tx.db, callId);
    const bid = await getBidForSponsor(tx, ctx, input.bidId);
    const problem = decliningProblem(bid);
    if (problem)
      throw new AppError({
        kind: 'precondition',
        reason: problem.code,
        message: problem.message,
        details: [problem],
      });
    await moveBid(tx, { bidId: bid.id, action: 'decline', reason: input.reason });
    const { title } = await getProject(tx.db, bid.projectId);
    await tellVendors(tx, [bid.vendorOrgId], declinedNotice(title));
  });
}
