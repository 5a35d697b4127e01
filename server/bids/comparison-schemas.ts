import { z } from 'zod';
import { pricing } from './pricing-schemas.ts';
import { callView, offer, seatCredential, seatView } from './view-schemas.ts';

const ACCURACY_BASES = ['pilot', 'pilot_reads', 'like_work', 'prior_like', 'prior_any', 'none'] as const;
const PACE_BASES = ['pilot', 'like_work', 'promise'] as const;

const evidenceLine = z.object({
  id: z.string(),
  title: z.string(),
  standing: z.enum(['in_date', 'ends_soon', 'not_reviewed', 'expired']),
  scope: z.string(),
  periodFrom: z.string(),
  periodTo: z.string(),
  expiresOn: z.string(),
  reviewer: z.string().nullable(),
});

const bestOn = z.object({
  bidId: z.uuid().nullable(),
  decidedOver: z.array(z.uuid()),
  undecidedWith: z.array(z.uuid()),
});

/** A bid in the terms in which bids are compared. R16: of a vendor's record elsewhere a sponsor sees two numbers. */
const comparedBid = offer.extend({
  vendor: z.object({ id: z.uuid(), legalName: z.string(), country: z.string() }),
  pricing,
  locationMix: z.record(z.string(), z.number()),
  note: z.string(),
  statusReason: z.string().nullable(),
  seats: z.array(seatView.extend({ credentials: z.array(seatCredential) })),
  trackRecord: z.object({ pilots: z.number().int(), passed: z.number().int() }),
  pilotVerdict: z.string().nullable(),
  wholeMinor: z.bigint(),
  feeMinor: z.bigint(),
  totalMinor: z.bigint(),
  perFinalLabelMinor: z.number(),
  aboveBudgetMinor: z.bigint().nullable(),
  accuracy: z.object({
    share: z.number().nullable(),
    checked: z.number().int(),
    basis: z.enum(ACCURACY_BASES),
  }),
  /** Expected, in minor units, with the interval that comes from not knowing the accuracy exactly (95 %). */
  costPerCorrect: z.object({
    value: z.number().nullable(),
    interval: z.tuple([z.number(), z.number()]).nullable(),
    n: z.number(),
    reason: z.string().nullable(),
  }),
  delivery: z.object({
    basis: z.enum(PACE_BASES),
    capacityPerDay: z.number().nullable(),
    expectedPerDay: z.number(),
    earliestOn: z.string(),
    expectedOn: z.string(),
    latestOn: z.string(),
    onTime: z.number(),
    daysMeasured: z.number().int(),
  }),
  locations: z.object({ onshore: z.number(), nearshore: z.number(), offshore: z.number() }),
  experts: z.object({ experts: z.number(), checkedAtSource: z.number() }).nullable(),
  evidence: z.array(evidenceLine),
  /** Clients the vendor names with their leave. */
  references: z.array(
    z.object({
      client: z.string(),
      work: z.string(),
      yearFrom: z.number().int(),
      yearTo: z.number().int().nullable(),
    }),
  ),
});

/** The bids of a call side by side, and which is best on what. */
export const bidComparison = z.object({
  call: callView.nullable(),
  work: z
    .object({
      cases: z.number().int(),
      overlap: z.number().int(),
      reads: z.number().int(),
      reviews: z.number().int(),
    })
    .nullable(),
  bids: z.array(comparedBid),
  best: z.object({ cost: bestOn, delivery: bestOn, experts: bestOn, onshore: bestOn }).nullable(),
  /** Given away: to vendors by award and to people on their own account, in basis points. */
  awardedBasisPoints: z.number().int(),
  awards: z.array(
    z.object({
      contractId: z.uuid(),
      vendorOrgId: z.uuid(),
      shareBasisPoints: z.number().int(),
      status: z.enum(['active', 'completed', 'terminated']),
    }),
  ),
  direct: z.object({ shareBasisPoints: z.number().int(), pricePerReadMinor: z.bigint() }).nullable(),
});
