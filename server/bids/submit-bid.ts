import { violates } from '#db/errors.ts';
import { bidSeats, bids, bidVersions } from '#db/schema/bids.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { withdrawAuditors } from '#server/staffing/withdraw-auditors.ts';
import { getVisibleCall } from './get-call.ts';
import { prepareOffer } from './prepare-offer.ts';
import { lockCall } from './queries.ts';
import type { SubmitBidInput } from './schemas.ts';

/**
 * Submits a vendor's binding offer (R13) with named people, as its first version. Everything that is wrong is listed at
 * once (`bid_refused`). The call's row is locked, so a bid cannot slip in after the call closed.
 */
export async function submitBid(ctx: OrgContext, input: SubmitBidInput): Promise<{ bidId: string }> {
  requireVerifiedOrg(ctx);
  return transact(ctx, async (tx) => {
    const { orgId, personId } = ctx.actor;
    const { id } = await getVisibleCall(tx.db, { callId: input.callId, orgId });
    const call = await lockCall(tx.db, id);
    if (!call)
      throw new AppError({ kind: 'not_found', reason: 'call_not_found', message: 'There is no such call.' });
    const offer = await prepareOffer(tx, ctx, { call, offer: input });
    const bidId = newId();
    try {
      await tx.db.insert(bids).values({
        id: bidId,
        callId: call.id,
        projectId: offer.projectId,
        vendorOrgId: orgId,
        status: 'submitted',
        ...offer.columns,
        submittedAt: tx.now,
        createdBy: personId,
        createdAt: tx.now,
        updatedAt: tx.now,
      });
    } catch (error) {
      if (violates(error, 'bids_call_vendor_key')) {
        throw new AppError({
          kind: 'conflict',
          reason: 'bid_exists',
          message: 'Your organisation has a live bid on this call. Revise it instead.',
          cause: error,
        });
      }
      throw error;
    }
    await tx.db.insert(bidSeats).values(input.seats.map((seat) => ({ id: newId(), bidId, ...seat })));
    await tx.db.insert(bidVersions).values({
      bidId,
      version: 1,
      offer: offer.stored,
      pricePerReadMinor: offer.pricePerReadMinor,
      submittedBy: personId,
      submittedAt: tx.now,
    });
    await withdrawAuditors(tx, offer.projectId);
    await tx.audit({
      action: 'bids.submitted',
      subject: { kind: 'bid', id: bidId },
      detail: { callId: call.id, seats: input.seats.length },
    });
    return { bidId };
  });
}
