import type { Tx } from '#db/client.ts';
import type { OrgContext } from '#server/command/context.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { snapshotCredentials } from '#server/credentials/reads.ts';
import { evaluateCredentialRule } from '#server/credentials/rules.ts';
import { listOrgMembers, namesOfPeople } from '#server/identity/reads.ts';
import { getProject } from '#server/projects/reads.ts';
import { findInvitation } from './call-queries.ts';
import { mayBid } from './call-rules.ts';
import { normalisePricing, pricingProblems } from './pricing.ts';
import { flatPricing, type Pricing, storedPricing } from './pricing-schemas.ts';
import type { CallRow } from './queries.ts';
import { type BidFacts, bidProblems } from './rules.ts';
import { type OfferInput, pilotTerms } from './schemas.ts';
import { workOfCall } from './work-of-call.ts';

/** An offer that may be handed in: what the bid's row and its version hold. */
export type PreparedOffer = {
  projectId: string;
  pricing: Pricing;
  pricePerReadMinor: bigint;
  /** The columns of the bid's row that an offer fills. */
  columns: {
    pricing: unknown;
    pricePerReadMinor: bigint;
    currency: string;
    readsPerDay: number;
    startOn: string;
    locationMix: Record<string, number>;
    note: string;
  };
  /** The whole offer as its version keeps it. */
  stored: unknown;
};

/**
 * Looks at an offer for a locked call and refuses it with everything that is wrong at once (`bid_refused`): who the call is
 * for, its end, currency, price, dates, places, people. The same for a first bid and a revision.
 */
export async function prepareOffer(
  tx: CommandTx,
  ctx: OrgContext,
  of: { call: CallRow; offer: OfferInput },
): Promise<PreparedOffer> {
  const { call, offer } = of;
  const { orgId } = ctx.actor;
  const project = await getProject(tx.db, call.projectId);
  const terms = pilotTerms.parse(call.pilotTerms);
  const work = await workOfCall(tx.db, call, project);
  const price = offer.pricing ?? flatPricing(offer.pricePerReadMinor ?? 0n);
  const problems = bidProblems({
    call,
    mayBid: mayBid(call.visibility, await findInvitation(tx.db, { callId: call.id, orgId })),
    project: {
      currency: project.currency,
      deadline: project.deadline,
      allowedCountries: project.locationPolicy.allowedCountries,
    },
    currency: offer.currency,
    startOn: offer.startOn,
    locationMix: offer.locationMix,
    overlap: terms.overlap,
    seats: await seatFacts(tx.db, orgId, offer, project.credentialRule, tx.now),
    now: tx.now,
  });
  problems.push(
    ...pricingProblems(price, {
      work,
      startOn: offer.startOn,
      deadline: project.deadline,
      ceilingMinor: call.ceilingMinor,
    }),
  );
  if (problems.length > 0) {
    throw new AppError({
      kind: 'precondition',
      reason: 'bid_refused',
      message: 'The bid cannot be submitted yet. See what to change.',
      details: problems,
    });
  }
  const { currency, readsPerDay, startOn, locationMix, note, seats } = offer;
  const { pricePerReadMinor } = normalisePricing(price, work);
  const pricing = storedPricing(price);
  return {
    projectId: project.id,
    pricing: price,
    pricePerReadMinor,
    columns: { pricing, pricePerReadMinor, currency, readsPerDay, startOn, locationMix, note },
    stored: { pricing, currency, readsPerDay, startOn, locationMix, note, seats },
  };
}

async function seatFacts(
  db: Tx,
  orgId: string,
  offer: OfferInput,
  rule: Parameters<typeof evaluateCredentialRule>[0],
  now: Date,
): Promise<BidFacts['seats']> {
  const personIds = [...new Set(offer.seats.map((seat) => seat.personId))];
  const team = new Set((await listOrgMembers(db, orgId)).map((member) => member.personId));
  const mine = personIds.filter((id) => team.has(id));
  const snapshots = await snapshotCredentials(db, mine, now);
  const names = await namesOfPeople(db, mine);
  return offer.seats.map((seat, index) => {
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
