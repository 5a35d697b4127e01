import type { Tx } from '#db/client.ts';
import { violates } from '#db/errors.ts';
import { bidSeats, bids } from '#db/schema/bids.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { snapshotCredentials } from '#server/credentials/reads.ts';
import { evaluateCredentialRule } from '#server/credentials/rules.ts';
import { listOrgMembers, namesOfPeople } from '#server/identity/reads.ts';
import { getProject } from '#server/projects/reads.ts';
import { findInvitation } from './call-queries.ts';
import { mayBid } from './call-rules.ts';
import { getVisibleCall } from './get-call.ts';
import { lockCall } from './queries.ts';
import { type BidFacts, bidProblems } from './rules.ts';
import { pilotTerms, type SubmitBidInput } from './schemas.ts';

/**
 * Submits a vendor's binding offer (R13) with named people. Everything that is wrong is listed at once
 * (`bid_refused`): closed call, currency, dates, location mix, seats without the credential or not on the team.
 * The call's row is locked, so a bid cannot slip in after the call closed.
 */
export async function submitBid(ctx: OrgContext, input: SubmitBidInput): Promise<{ bidId: string }> {
  requireVerifiedOrg(ctx);
  return transact(ctx, async (tx) => {
    const { orgId } = ctx.actor;
    const { id } = await getVisibleCall(tx.db, { callId: input.callId, orgId });
    const call = await lockCall(tx.db, id);
    if (!call)
      throw new AppError({ kind: 'not_found', reason: 'call_not_found', message: 'There is no such call.' });
    const invitation = await findInvitation(tx.db, { callId: call.id, orgId });
    const project = await getProject(tx.db, call.projectId);
    const terms = pilotTerms.parse(call.pilotTerms);
    const problems = bidProblems({
      call,
      mayBid: mayBid(call.visibility, invitation),
      project: {
        currency: project.currency,
        deadline: project.deadline,
        allowedCountries: project.locationPolicy.allowedCountries,
      },
      currency: input.currency,
      startOn: input.startOn,
      locationMix: input.locationMix,
      overlap: terms.overlap,
      seats: await seatFacts(tx.db, ctx.actor.orgId, input, project.credentialRule, tx.now),
      now: tx.now,
    });
    if (problems.length > 0) {
      throw new AppError({
        kind: 'precondition',
        reason: 'bid_refused',
        message: 'The bid cannot be submitted yet. See what to change.',
        details: problems,
      });
    }
    const bidId = newId();
    try {
      await tx.db.insert(bids).values({
        id: bidId,
        callId: call.id,
        projectId: project.id,
        vendorOrgId: ctx.actor.orgId,
        status: 'submitted',
        pricePerReadMinor: input.pricePerReadMinor,
        currency: input.currency,
        readsPerDay: input.readsPerDay,
        startOn: input.startOn,
        locationMix: input.locationMix,
        note: input.note,
        submittedAt: tx.now,
        createdBy: ctx.actor.personId,
        createdAt: tx.now,
        updatedAt: tx.now,
      });
    } catch (error) {
      if (violates(error, 'bids_call_vendor_key')) {
        throw new AppError({
          kind: 'conflict',
          reason: 'bid_exists',
          message: 'Your organisation has a live bid on this call. Withdraw it to submit another.',
          cause: error,
        });
      }
      throw error;
    }
    await tx.db.insert(bidSeats).values(input.seats.map((seat) => ({ id: newId(), bidId, ...seat })));
    await tx.audit({
      action: 'bids.submitted',
      subject: { kind: 'bid', id: bidId },
      detail: { callId: call.id, seats: input.seats.length },
    });
    return { bidId };
  });
}

async function seatFacts(
  db: Tx,
  orgId: string,
  input: SubmitBidInput,
  rule: Parameters<typeof evaluateCredentialRule>[0],
  now: Date,
): Promise<BidFacts['seats']> {
  const personIds = [...new Set(input.seats.map((seat) => seat.personId))];
  const team = new Set((await listOrgMembers(db, orgId)).map((member) => member.personId));
  const mine = personIds.filter((id) => team.has(id));
  const snapshots = await snapshotCredentials(db, mine, now);
  const names = await namesOfPeople(db, mine);
  return input.seats.map((seat, index) => {
    const snapshot = snapshots.get(seat.personId);
    const decision = snapshot ? evaluateCredentialRule(rule, snapshot, now) : null;
    return {
      personId: seat.personId,
      role: seat.role,
      onTeam: team.has(seat.personId),
      credentialProblem:
        decision && !decision.allowed ? decision.reasons.map((reason) => reason.message).join(' ') : null,
      name: names.get(seat.personId)?.name ?? `Seat ${index + 1}`,
    };
  });
}
