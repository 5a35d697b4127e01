import { and, eq } from 'drizzle-orm';
import { bidSeats, bids, bidVersions } from '#db/schema/bids.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { getProject } from '#server/projects/reads.ts';
import { withdrawAuditors } from '#server/staffing/withdraw-auditors.ts';
import { isSealedAt } from './call-rules.ts';
import { prepareOffer } from './prepare-offer.ts';
import { findBid, lockCall } from './queries.ts';
import { revisionProblem } from './rules.ts';
import type { ReviseBidInput } from './schemas.ts';
import { tellSponsor } from './tell-organisations.ts';

/**
 * Hands in a new version of a bid while its call takes bids; earlier versions stay as they were, the latest counts. A
 * shortlisted bid goes back to submitted, so that nothing is ordered by what the sponsor has not seen. Refused with
 * `bid_revised` when somebody of the vendor was faster.
 */
export async function reviseBid(ctx: OrgContext, input: ReviseBidInput): Promise<{ version: number }> {
  requireVerifiedOrg(ctx);
  return transact(ctx, async (tx) => {
    const { orgId, personId } = ctx.actor;
    const seen = await findBid(tx.db, input.bidId);
    const call = seen && seen.vendorOrgId === orgId ? await lockCall(tx.db, seen.callId) : null;
    // Again, now that the call is held: what is revised is what is there.
    const bid = call && (await findBid(tx.db, input.bidId));
    if (!bid || !call)
      throw new AppError({ kind: 'not_found', reason: 'bid_not_found', message: 'There is no such bid.' });
    const problem = revisionProblem({ bid, seenVersion: input.seenVersion });
    if (problem) throw new AppError({ kind: 'conflict', reason: problem.code, message: problem.message });
    const offer = await prepareOffer(tx, ctx, { call, offer: input });
    const version = bid.version + 1;
    await tx.db
      .update(bids)
      .set({ ...offer.columns, version, status: 'submitted', submittedAt: tx.now, updatedAt: tx.now })
      .where(and(eq(bids.id, bid.id), eq(bids.version, bid.version)));
    await tx.db.delete(bidSeats).where(eq(bidSeats.bidId, bid.id));
    await tx.db.insert(bidSeats).values(input.seats.map((seat) => ({ id: newId(), bidId: bid.id, ...seat })));
    await tx.db.insert(bidVersions).values({
      bidId: bid.id,
      version,
      offer: offer.stored,
      pricePerReadMinor: offer.pricePerReadMinor,
      changeNote: input.changeNote,
      submittedBy: personId,
      submittedAt: tx.now,
    });
    if (!isSealedAt(call, tx.now)) {
      const project = await getProject(tx.db, call.projectId);
      await tellSponsor(tx, project.orgId, {
        kind: 'bids.revised',
        title: `A bid on “${project.title}” was revised.`,
        href: `/sponsor/projects/${project.id}/bids`,
      });
    }
    await withdrawAuditors(tx, call.projectId);
    await tx.audit({
      action: 'bids.revised',
      subject: { kind: 'bid', id: bid.id },
      detail: { callId: call.id, version },
    });
    return { version };
  });
}
