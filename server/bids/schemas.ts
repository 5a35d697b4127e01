import { z } from 'zod';
import { taskTypes, VISIBILITIES } from './call-schemas.ts';
import { pricing } from './pricing-schemas.ts';

const money = z.bigint().positive('The price must be above zero.');
const isoDate = z.iso.date('Write the date as YYYY-MM-DD.');

/** One criterion of a pilot (R9, R10): the near bound of the interval must clear the threshold. */
export const pilotCriteria = z.object({
  reliability: z
    .object({
      field: z.string(),
      scale: z.enum(['nominal', 'ordinal', 'interval', 'ratio']),
      threshold: z.number().min(-1).max(1),
    })
    .nullable(),
  accuracy: z.object({ field: z.string(), threshold: z.number().min(0).max(1) }).nullable(),
  perClass: z
    .array(
      z
        .object({
          field: z.string(),
          className: z.string(),
          sensitivity: z.number().min(0).max(1).nullable(),
          specificity: z.number().min(0).max(1).nullable(),
        })
        .refine((bound) => bound.sensitivity !== null || bound.specificity !== null, {
          path: ['sensitivity'],
          message: 'Give the class a sensitivity, a specificity or both.',
        }),
    )
    .max(50),
  throughput: z.object({ readsPerActiveHour: z.number().positive() }).nullable(),
});

/** What every bidder of a call agrees to be measured by. */
export const pilotTerms = z.object({
  /** Cases of the pilot, the same frozen set for every bidder (R15). */
  cases: z.int().min(1).max(20_000),
  overlap: z.int().min(1).max(100),
  goldMode: z.enum(['none', 'dealt', 'embedded']),
  goldShareBasisPoints: z.int().min(0).max(10_000),
  timeLimitDays: z.int().min(1).max(365),
  criteria: pilotCriteria,
});
export type PilotTerms = z.infer<typeof pilotTerms>;

export const openCallInput = z.object({
  projectId: z.uuid(),
  closesAt: z.date(),
  visibility: z.enum(VISIBILITIES).default('public'),
  isSealed: z.boolean().default(false),
  /** Until when bidders may ask; as long as bids are taken when left out. */
  questionsUntil: z.date().nullable().default(null),
  /** Vendors to invite at once. */
  invitedOrgIds: z.array(z.uuid()).max(200, 'Invite at most 200 vendors at once.').default([]),
  /** Cases of the whole work; all that the datasets hold when left out. */
  cases: z.int().min(1, 'The work has at least one case.').max(100_000_000).nullable().default(null),
  taskTypes: taskTypes.default([]),
  /** The most a bid may come to before the platform fee, told to bidders; none is told when left out. */
  ceilingMinor: z.bigint().positive('The most you pay must be above zero.').nullable().default(null),
  pilotTerms,
});

export const bidSeat = z.object({
  personId: z.uuid(),
  role: z.enum(['annotator', 'reviewer']),
  hoursPerWeek: z.int().min(1, 'At least one hour a week.').max(80, 'At most 80 hours a week.'),
});

/** What is offered, in a first bid and in a revision alike. */
const offer = z.object({
  /** One price for every read, where that is all there is to say; else `pricing`. */
  pricePerReadMinor: money.optional(),
  pricing: pricing.optional(),
  currency: z.string().length(3),
  readsPerDay: z.int().positive('Say how many reads a day you will deliver.'),
  startOn: isoDate,
  /** Country code → share in basis points; must sum to 10,000. */
  locationMix: z.record(z.string().regex(/^[A-Z]{2}$/), z.int().min(0).max(10_000)),
  seats: z.array(bidSeat).min(1, 'Name at least one person.').max(500),
  note: z.string().max(4000, 'Keep the note under 4,000 characters.').default(''),
});
export type OfferInput = z.infer<typeof offer>;

const priced = (input: OfferInput) =>
  (input.pricing === undefined) !== (input.pricePerReadMinor === undefined);
const ONE_PRICE = { path: ['pricing'], message: 'Give the price once: one per read, or by a price model.' };

export const submitBidInput = offer.extend({ callId: z.uuid() }).refine(priced, ONE_PRICE);
export type SubmitBidInput = z.infer<typeof submitBidInput>;

export const reviseBidInput = offer
  .extend({
    bidId: z.uuid(),
    /** The version that was on the screen, so that nobody undoes a colleague's revision. */
    seenVersion: z.int().min(1),
    changeNote: z.string().trim().max(1000, 'Keep it under 1,000 characters.').default(''),
  })
  .refine(priced, ONE_PRICE);
export type ReviseBidInput = z.infer<typeof reviseBidInput>;

export const withdrawBidInput = z.object({
  bidId: z.uuid(),
  reason: z.string().trim().max(1000, 'Keep it under 1,000 characters.').default(''),
});

export const bidIdInput = z.object({ bidId: z.uuid() });
/** With the version of the bid that was on the screen: another one refuses with `bid_revised`. */
export const shortlistBidInput = bidIdInput.extend({ seenVersion: z.int().min(1).optional() });
export const decideBidInput = z.object({
  bidId: z.uuid(),
  reason: z.string().trim().min(3, 'Say why, in a sentence.').max(2000),
});
export const projectIdInput = z.object({ projectId: z.uuid() });
export const callIdInput = z.object({ callId: z.uuid() });

export const orderPilotInput = z.object({
  bidId: z.uuid(),
  /** The version of the bid that was on the screen: another one refuses with `bid_revised`. */
  seenVersion: z.int().min(1).optional(),
  datasetId: z.uuid(),
  /** Which cases; without it the first `terms.cases` of the dataset's shuffled order. */
  caseIds: z.array(z.uuid()).max(20_000).optional(),
});
export type OrderPilotInput = z.infer<typeof orderPilotInput>;
