import { and, eq, inArray } from 'drizzle-orm';
import { calls, contracts } from '#db/schema/bids.ts';
import { projects } from '#db/schema/projects.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { engagePerson } from '#server/staffing/engage-person.ts';
import { withdrawAuditors } from '#server/staffing/withdraw-auditors.ts';
import { moveBid, refuseUnverifiedVendor } from './decide-bid.ts';
import { awardedShare, findBid, findContract, listSeats, listUndecidedBids, lockCall } from './queries.ts';
import { awardProblem, expiryProblem } from './rules.ts';
import { tellVendors } from './tell-organisations.ts';

/**
 * Awards a share of the work to a bidder whose pilot was decided (R13). The call's row is locked while shares are
 * summed, so two awards at once cannot pass 100 %. Refused with `bid_expired` once the price is not held any more,
 * and with `vendor_unverified`. Called by the signed verdict of a pilot.
 */
export async function awardContract(
  tx: CommandTx,
  input: { pilotContractId: string; shareBasisPoints: number; personId: string },
): Promise<{ contractId: string }> {
  const pilot = await findContract(tx.db, input.pilotContractId);
  if (!pilot)
    throw new AppError({
      kind: 'not_found',
      reason: 'contract_not_found',
      message: 'There is no such pilot order.',
    });
  await lockCall(tx.db, pilot.callId);
  await refuseUnverifiedVendor(tx, pilot.vendorOrgId);
  const bid = await findBid(tx.db, pilot.bidId);
  const expired = bid && expiryProblem(bid, tx.now);
  if (expired)
    throw new AppError({
      kind: 'precondition',
      reason: expired.code,
      message: expired.message,
      details: [expired],
    });
  const problem = awardProblem(await awardedShare(tx.db, pilot.callId), input.shareBasisPoints);
  if (problem)
    throw new AppError({
      kind: 'conflict',
      reason: problem.code,
      message: problem.message,
      details: [problem],
    });
  await moveBid(tx, { bidId: pilot.bidId, action: 'award' });
  await withdrawAuditors(tx, pilot.projectId);
  const contractId = newId();
  await tx.db.insert(contracts).values({
    id: contractId,
    projectId: pilot.projectId,
    callId: pilot.callId,
    bidId: pilot.bidId,
    vendorOrgId: pilot.vendorOrgId,
    kind: 'award',
    shareBasisPoints: input.shareBasisPoints,
    pricePerReadMinor: pilot.pricePerReadMinor,
    currency: pilot.currency,
    feeBasisPoints: pilot.feeBasisPoints,
    terms: pilot.terms,
    signedBy: input.personId,
    createdAt: tx.now,
  });
  for (const seat of await listSeats(tx.db, [pilot.bidId])) {
    await engagePerson(tx, {
      projectId: pilot.projectId,
      contractId,
      personId: seat.personId,
      viaOrgId: pilot.vendorOrgId,
      role: seat.role,
    });
  }
  await tx.db
    .update(contracts)
    .set({ status: 'completed', endedAt: tx.now })
    .where(and(eq(contracts.id, pilot.id), eq(contracts.status, 'active')));
  await tx.db
    .update(projects)
    .set({ status: 'active', updatedAt: tx.now })
    .where(and(eq(projects.id, pilot.projectId), inArray(projects.status, ['open', 'piloting'])));
  // Bids that are still open get their answer and its reason when the sponsor ends the call (`decideCall`).
  const isWhole = (await awardedShare(tx.db, pilot.callId)) === 10_000;
  if (isWhole && (await listUndecidedBids(tx.db, pilot.callId)).length === 0) {
    await tx.db.update(calls).set({ status: 'decided', decidedAt: tx.now }).where(eq(calls.id, pilot.callId));
  }
  const share = `${input.shareBasisPoints / 100} %`;
  await tellVendors(tx, [pilot.vendorOrgId], {
    kind: 'bids.awarded',
    title: `You are awarded ${share} of a project’s work.`,
    href: '/vendor/bids',
    mail: {
      subject: 'A bid of yours on Readroom was awarded',
      body: `A sponsor has awarded you ${share} of the work of a project, at your bid's price. The contract is in your bid room.\n`,
    },
  });
  await tx.audit({
    action: 'bids.awarded',
    subject: { kind: 'contract', id: contractId },
    detail: { bidId: pilot.bidId, shareBasisPoints: input.shareBasisPoints },
  });
  return { contractId };
}
