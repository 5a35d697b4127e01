import { z } from 'zod';
import type { Queryable } from '#db/client.ts';
import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { getProject } from '#server/projects/reads.ts';
import { normalisePricing } from './pricing.ts';
import { pricingOf, readPricing } from './pricing-schemas.ts';
import { type BidRow, findBid, findBidForSponsor, findCall, listBidVersions, listSeats } from './queries.ts';
import { workOfCall } from './work-of-call.ts';

const storedSeat = z.object({
  personId: z.string(),
  role: z.enum(['annotator', 'reviewer']),
  hoursPerWeek: z.number(),
});
const storedOffer = z.object({
  pricing: readPricing,
  readsPerDay: z.number(),
  startOn: z.string(),
  locationMix: z.record(z.string(), z.number()),
  note: z.string(),
  seats: z.array(storedSeat),
});

const notFound = () =>
  new AppError({ kind: 'not_found', reason: 'bid_not_found', message: 'There is no such bid.' });

/** The versions of the acting vendor's own bid, newest first. */
export async function ownBidHistory(ctx: OrgContext, input: { bidId: string }) {
  const bid = await findBid(ctx.db, input.bidId);
  if (!bid || bid.vendorOrgId !== ctx.actor.orgId) throw notFound();
  return historyOf(ctx.db, bid);
}

/** The versions of a bid on the acting sponsor's project, newest first; `not_found` while bids are sealed. */
export async function bidHistory(ctx: OrgContext, input: { bidId: string }) {
  const bid = await findBidForSponsor(ctx.db, {
    bidId: input.bidId,
    orgId: ctx.actor.orgId,
    now: ctx.clock.now(),
  });
  if (!bid) throw notFound();
  return historyOf(ctx.db, bid);
}

async function historyOf(q: Queryable, bid: BidRow) {
  const call = await findCall(q, bid.callId);
  if (!call) throw notFound();
  const work = await workOfCall(q, call, await getProject(q, bid.projectId));
  const versions = await offersOf(q, bid);
  const names = await namesOfPeople(
    q,
    versions.flatMap((one) => one.seats.map((seat) => seat.personId)),
  );
  return {
    bidId: bid.id,
    callId: bid.callId,
    status: bid.status,
    currency: bid.currency,
    versions: versions.map(({ seats, ...one }) => {
      const { pricePerReadMinor, wholeMinor, totalMinor } = normalisePricing(one.pricing, work);
      return {
        ...one,
        // What was offered binds, whatever the work comes to by now.
        pricePerReadMinor: one.pricePerReadMinor ?? pricePerReadMinor,
        wholeMinor,
        totalMinor,
        seats: seats.map((seat) => ({
          ...seat,
          name: names.get(seat.personId)?.name ?? 'Former member',
        })),
      };
    }),
  };
}

/** Every version as it was handed in; a bid from before versions were kept is its own first. */
async function offersOf(q: Queryable, bid: BidRow) {
  const rows = await listBidVersions(q, bid.id);
  if (rows.length === 0) {
    const { version, pricePerReadMinor, readsPerDay, startOn, note } = bid;
    return [
      {
        version,
        pricing: pricingOf(bid),
        pricePerReadMinor,
        readsPerDay,
        startOn,
        note,
        locationMix: z.record(z.string(), z.number()).parse(bid.locationMix),
        seats: z.array(storedSeat).parse(await listSeats(q, [bid.id])),
        changeNote: '',
        submittedAt: bid.submittedAt ?? bid.createdAt,
      },
    ];
  }
  return rows.map(({ version, offer, pricePerReadMinor, changeNote, submittedAt }) => ({
    version,
    pricePerReadMinor,
    changeNote,
    submittedAt,
    ...storedOffer.parse(offer),
  }));
}
