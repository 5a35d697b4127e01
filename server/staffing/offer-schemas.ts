import { z } from 'zod';

export const OFFER_STATUSES = ['applied', 'offered', 'accepted', 'declined', 'withdrawn', 'expired'] as const;

export const applyInput = z.strictObject({
  callId: z.uuid(),
  statement: z
    .string()
    .trim()
    .min(10, 'Say in a sentence what you would bring.')
    .max(1000, 'A statement has at most 1,000 characters.'),
});

export const sendOfferInput = z.strictObject({
  projectId: z.uuid(),
  /** The independent's own organisation, as matching names it. */
  orgId: z.uuid(),
  pricePerReadMinor: z
    .bigint('Give a price per read, for example 1.20.')
    .positive('A price is above 0.')
    .max(10_000_000n, 'That is more than anybody is paid for a read.'),
  readsPerWeek: z
    .number('Give a whole number of reads.')
    .int('A number of reads is whole.')
    .min(1, 'Offer at least one read a week.')
    .max(100_000, 'That is more than anybody reads in a week.'),
  daysToAnswer: z
    .number('Give a whole number of days.')
    .int('A number of days is whole.')
    .min(1, 'Leave at least one day to answer.')
    .max(30, 'An offer holds for at most 30 days.'),
  note: z.string().trim().max(1000).default(''),
});

/** Most people who are offered work at once. */
export const MOST_OFFERS = 50;

/** The same offer to several people, in the order in which it is made. */
export const sendOffersInput = sendOfferInput.omit({ orgId: true }).extend({
  orgIds: z
    .array(z.uuid())
    .min(1, 'Choose at least one person.')
    .max(MOST_OFFERS, `Offer to at most ${MOST_OFFERS} people at once, and see who accepts.`),
});
/** What became of each, in the same order: offered, or why not, in words. */
export const offersMade = z.array(
  z.object({ orgId: z.uuid(), offerId: z.uuid().nullable(), problem: z.string().nullable() }),
);

const promised = z.object({ people: z.number().int(), readsPerWeek: z.number().int() });
/** The direct share of a project (R17) and what of it is unfilled; null without one. */
export const directShareView = z
  .object({
    shareBasisPoints: z.number().int(),
    pricePerReadMinor: z.bigint(),
    currency: z.string(),
    shareReads: z.number().int(),
    placed: z.number().int(),
    read: z.number().int(),
    left: z.number().int(),
    accepted: promised,
    waiting: promised,
    deadline: z.string(),
    weeksLeft: z.number(),
    neededPerWeek: z.number().int().nullable(),
    unfilledPerWeek: z.number().int().nullable(),
    openPerWeek: z.number().int().nullable(),
    weeksAtPace: z.number().int().nullable(),
  })
  .nullable();
export type DirectShareView = NonNullable<z.infer<typeof directShareView>>;

export const offerIdInput = z.strictObject({ offerId: z.uuid() });
export const answerOfferInput = z.strictObject({
  offerId: z.uuid(),
  answer: z.enum(['accepted', 'declined']),
});

const offer = z.object({
  id: z.uuid(),
  projectId: z.uuid(),
  status: z.enum(OFFER_STATUSES),
  statement: z.string().nullable(),
  pricePerReadMinor: z.bigint().nullable(),
  currency: z.string().nullable(),
  readsPerWeek: z.number().int().nullable(),
  note: z.string().nullable(),
  expiresAt: z.date().nullable(),
  createdAt: z.date(),
});

/** A project's offers and applications, as its sponsor sees them. */
export const projectOffersView = z.array(offer.extend({ orgId: z.uuid(), name: z.string() }));
/** A person's own, with what it is about. */
export const ownOffersView = z.array(
  offer.extend({ projectTitle: z.string(), sponsor: z.string(), modality: z.string(), anatomy: z.string() }),
);
export const offerMade = z.object({ offerId: z.uuid() });
