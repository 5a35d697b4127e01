import { and, eq, inArray } from 'drizzle-orm';
import { contracts } from '#db/schema/bids.ts';
import { pilotBatches, pilots } from '#db/schema/pilots.ts';
import { projects } from '#db/schema/projects.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { casesOfCall } from '#server/pilots/freeze-cases.ts';
import { namePilot } from '#server/pilots/name-pilot.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { engagePerson } from '#server/staffing/engage-person.ts';
import { withdrawAuditors } from '#server/staffing/withdraw-auditors.ts';
import { insertBatch } from '#server/work/create-batch.ts';
import { getBidForSponsor, moveBid, refuseOtherVersion, refuseUnverifiedVendor } from './decide-bid.ts';
import { holdBid } from './hold-bid.ts';
import { countPilots, listSeats, lockCall } from './queries.ts';
import { heldUntil, orderingProblem } from './rules.ts';
import { type OrderPilotInput, pilotTerms } from './schemas.ts';

const MOST_PILOTS = 3;

/**
 * Orders a pilot from a shortlisted bidder (R13, R15): a small contract at the bid's price, the named people engaged in
 * the call's independence group, and a draft batch over the call's frozen case set with its own order. Opening the
 * batch, which needs funds and signatures, is the next step. Refused with `call_decided` when nothing is left to award, with `vendor_unverified` where the bidder was suspended since.
 */
export async function orderPilot(
  ctx: OrgContext,
  input: OrderPilotInput,
): Promise<{ contractId: string; pilotId: string; batchId: string }> {
  requireVerifiedOrg(ctx);
  return transact(ctx, async (tx) => {
    const { callId } = await getBidForSponsor(tx, ctx, input.bidId);
    const call = await lockCall(tx.db, callId);
    // Read while the call is held: a revision waits, so the price ordered is the one that counts.
    const bid = await getBidForSponsor(tx, ctx, input.bidId);
    refuseOtherVersion(bid.version, input.seenVersion);
    await refuseUnverifiedVendor(tx, bid.vendorOrgId);
    const project = await getProjectForOrg(tx.db, ctx.actor.orgId, bid.projectId);
    if (!call)
      throw new AppError({ kind: 'not_found', reason: 'call_not_found', message: 'There is no such call.' });
    const problem = orderingProblem(call);
    if (problem)
      throw new AppError({
        kind: 'precondition',
        reason: problem.code,
        message: problem.message,
        details: [problem],
      });
    if ((await countPilots(tx.db, call.id)) >= MOST_PILOTS) {
      throw new AppError({
        kind: 'limit',
        reason: 'pilots_limit',
        message: `A call has at most ${MOST_PILOTS} pilots, so that no more people than needed see the data.`,
      });
    }
    await moveBid(tx, { bidId: bid.id, action: 'order_pilot' });
    await withdrawAuditors(tx, project.id);
    const terms = pilotTerms.parse(call.pilotTerms);
    const caseIds = await casesOfCall(tx.db, {
      callId: call.id,
      project,
      datasetId: input.datasetId,
      terms,
      now: tx.now,
      caseIds: input.caseIds,
    });
    const contractId = newId();
    await tx.db.insert(contracts).values({
      id: contractId,
      projectId: project.id,
      callId: call.id,
      bidId: bid.id,
      vendorOrgId: bid.vendorOrgId,
      kind: 'pilot_order',
      shareBasisPoints: 0,
      pricePerReadMinor: bid.pricePerReadMinor,
      currency: bid.currency,
      feeBasisPoints: project.platformFeeBasisPoints,
      terms,
      signedBy: ctx.actor.personId,
      createdAt: tx.now,
    });
    const pilotId = newId();
    const independenceGroup = `call:${call.id}`;
    for (const seat of await listSeats(tx.db, [bid.id])) {
      await engagePerson(tx, {
        projectId: project.id,
        contractId,
        personId: seat.personId,
        viaOrgId: bid.vendorOrgId,
        role: seat.role,
        independenceGroup,
      });
    }
    const { batchId } = await insertBatch(tx, {
      projectId: project.id,
      contractId,
      vendorOrgId: bid.vendorOrgId,
      datasetId: input.datasetId,
      caseIds,
      kind: 'pilot',
      name: await namePilot(tx.db, { projectId: project.id, pilotId }),
      overlap: terms.overlap,
      goldMode: terms.goldMode,
      goldShareBasisPoints: terms.goldShareBasisPoints,
      reviewShareBasisPoints: 0,
      pricePerReadMinor: bid.pricePerReadMinor,
      currency: bid.currency,
      feeBasisPoints: project.platformFeeBasisPoints,
      independenceGroup,
    });
    await tx.db.insert(pilots).values({
      id: pilotId,
      projectId: project.id,
      callId: call.id,
      bidId: bid.id,
      contractId,
      terms,
      createdAt: tx.now,
    });
    await tx.db.insert(pilotBatches).values({ pilotId, sequence: 1, batchId, orderedAt: tx.now });
    // Until there is a verdict, the price is held from the time limit on.
    await holdBid(tx, { bidId: bid.id, until: heldUntil(plus(tx.now, terms.timeLimitDays * DAY)) });
    await tx.db
      .update(projects)
      .set({ status: 'piloting', updatedAt: tx.now })
      .where(and(eq(projects.id, project.id), inArray(projects.status, ['draft', 'open'])));
    await tx.audit({
      action: 'bids.pilot_ordered',
      subject: { kind: 'contract', id: contractId },
      detail: { bidId: bid.id, batchId, pilotId },
    });
    return { contractId, pilotId, batchId };
  });
}
