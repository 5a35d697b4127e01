import { z } from 'zod';
import { CREDENTIAL_LEVELS, CREDENTIAL_STATUSES } from '#server/credentials/schemas.ts';
import { DATA_CLASSES, INTENDED_USES } from '#server/projects/schemas.ts';
import { CALL_STATUSES, taskTypes, VISIBILITIES } from './call-schemas.ts';
import { PRICE_MODELS, pricing } from './pricing-schemas.ts';
import { pilotTerms } from './schemas.ts';
import { termNames } from './term-names.ts';

const BID_STATUSES = [
  'draft',
  'submitted',
  'shortlisted',
  'piloting',
  'awarded',
  'declined',
  'withdrawn',
  'expired',
] as const;

export const callMade = z.object({ callId: z.uuid() });
export const bidMade = z.object({ bidId: z.uuid() });
export const pilotOrdered = z.object({ contractId: z.uuid(), pilotId: z.uuid(), batchId: z.uuid() });

/** What every bidder may know of a project; its budget is not among it. */
const publicProject = z.object({
  title: z.string(),
  modality: z.string(),
  anatomy: z.string(),
  dataClass: z.enum(DATA_CLASSES),
  intendedUse: z.enum(INTENDED_USES),
  currency: z.string(),
  deadline: z.string(),
});

export const openCallsView = z.array(
  publicProject.extend({
    callId: z.uuid(),
    projectId: z.uuid(),
    sponsor: z.string(),
    closesAt: z.date(),
    visibility: z.enum(VISIBILITIES),
    isSealed: z.boolean(),
  }),
);

/** What both sides may know of a call. */
export const callView = z.object({
  callId: z.uuid(),
  status: z.enum(CALL_STATUSES),
  visibility: z.enum(VISIBILITIES),
  isSealed: z.boolean(),
  opensAt: z.date(),
  closesAt: z.date(),
  /** Cases of the whole work, as bids are priced for; null in old calls. */
  cases: z.number().int().nullable(),
  taskTypes,
  /** The most a bid may come to before the platform fee; null when the sponsor tells none. */
  ceilingMinor: z.bigint().nullable(),
  pilotTerms,
  termNames,
});

export const bidderCallView = callView.extend({
  project: publicProject.extend({
    id: z.uuid(),
    summary: z.string(),
    allowedCountries: z.array(z.string()),
    credentialRule: z.string(),
    overlap: z.number().int(),
    reviewShareBasisPoints: z.number().int(),
    feeBasisPoints: z.number().int(),
  }),
  myBid: z.object({ bidId: z.uuid(), status: z.enum(BID_STATUSES), version: z.number().int() }).nullable(),
});

/** Who is named for how many hours. */
export const seatView = z.object({
  personId: z.uuid(),
  name: z.string(),
  role: z.string(),
  hoursPerWeek: z.number().int(),
});

/** What a bid offers, for both sides. */
export const offer = z.object({
  bidId: z.uuid(),
  status: z.enum(BID_STATUSES),
  version: z.number().int(),
  priceModel: z.enum(PRICE_MODELS),
  pricePerReadMinor: z.bigint(),
  currency: z.string(),
  readsPerDay: z.number().int(),
  startOn: z.string(),
  submittedAt: z.date().nullable(),
});

export const myBidsView = z.array(
  offer.extend({
    callId: z.uuid(),
    project: z.string(),
    reason: z.string().nullable(),
    /** Until when the price is held (R13); null before a pilot is ordered. */
    validUntil: z.date().nullable(),
    closesAt: z.date(),
    seats: z.array(seatView),
  }),
);

/** A credential of a named person, as the sponsor compares it. */
export const seatCredential = z.object({
  kind: z.string(),
  title: z.string(),
  specialty: z.string().nullable(),
  level: z.enum(CREDENTIAL_LEVELS),
  status: z.enum(CREDENTIAL_STATUSES),
  expiresOn: z.string().nullable(),
});

/** The versions of a bid, newest first; each stays as it was handed in. */
export const bidHistoryView = z.object({
  bidId: z.uuid(),
  callId: z.uuid(),
  status: z.enum(BID_STATUSES),
  currency: z.string(),
  versions: z.array(
    z.object({
      version: z.number().int(),
      pricing,
      pricePerReadMinor: z.bigint(),
      wholeMinor: z.bigint(),
      totalMinor: z.bigint(),
      readsPerDay: z.number().int(),
      startOn: z.string(),
      locationMix: z.record(z.string(), z.number()),
      note: z.string(),
      seats: z.array(seatView),
      changeNote: z.string(),
      submittedAt: z.date(),
    }),
  ),
});

export const bidRevised = z.object({ version: z.number().int() });

export const contractsView = z.array(
  z.object({
    contractId: z.uuid(),
    kind: z.enum(['pilot_order', 'award']),
    status: z.enum(['active', 'completed', 'terminated']),
    vendorOrgId: z.uuid(),
    shareBasisPoints: z.number().int(),
    pricePerReadMinor: z.bigint(),
    currency: z.string(),
    createdAt: z.date(),
  }),
);
