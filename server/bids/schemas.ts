import { z } from 'zod';
import { dimension } from '#server/work/selection-schemas.ts';
import { taskTypes, VISIBILITIES } from './call-schemas.ts';
import { pricing } from './pricing-schemas.ts';

const money = z.bigint().positive('The price must be above zero.');
const isoDate = z.iso.date('Write the date as YYYY-MM-DD.');

const share = z.number('Give a number between 0 and 1.').min(0).max(1);
const ofField = z.object({ field: z.string(), threshold: share });

/** What a pilot is judged by (R9, R10): of each, the near bound of the interval must clear the threshold. */
export const pilotCriteria = z.object({
  reliability: z
    .object({
      field: z.string(),
      scale: z.enum(['nominal', 'ordinal', 'interval', 'ratio']),
      threshold: z.number().min(-1).max(1),
    })
    .nullable(),
  accuracy: ofField.nullable(),
  /** The mean of every class's sensitivity: always answering the common class does not pass it (R9). */
  balancedAccuracy: ofField.nullable().default(null),
  /** Of an ordinal field: right or one level off (R9). */
  withinOne: ofField.nullable().default(null),
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
  /** What a label of the pilot may cost at most, fee and all (R12), in minor units of the project's currency. */
  cost: z
    .object({
      per: z.enum(['final_label', 'correct_label']),
      atMostMinor: z.int('Give an amount above zero.').positive('Give an amount above zero.'),
    })
    .nullable()
    .default(null),
});

/** So many cases of each stratum, by its key: the values of `by` joined by " · ". */
const pilotStrata = z.object({
  by: z.array(dimension).min(1).max(3),
  counts: z.record(
    z.string().min(1).max(400),
    z.int('A number of cases is whole.').min(1, 'At least one case of each stratum.').max(20_000),
  ),
});

/** What every bidder of a call agrees to be measured by. */
export const pilotTerms = z.object({
  /** Cases of the pilot, the same frozen set for every bidder (R15). */
  cases: z.int().min(1).max(20_000),
  overlap: z.int().min(1).max(100),
  goldMode: z.enum(['none', 'dealt', 'embedded']),
  goldShareBasisPoints: z.int().min(0).max(10_000),
  timeLimitDays: z.int().min(1).max(365),
  /** Cases by stratum; null takes them in the dataset's order. */
  strata: pilotStrata.nullable().default(null),
  /** Cases with a known answer of a class that are in the pilot at the least, so that its bounds can be judged (R9). */
  goldPerClass: z
    .array(
      z.object({
        field: z.string(),
        className: z.string(),
        cases: z
          .int('Gold cases are a whole number from 1.')
          .min(1, 'Gold cases are a whole number from 1.')
          .max(20_000),
      }),
    )
    .max(50)
    .default([]),
  criteria: pilotCriteria,
});
export type PilotTerms = z.infer<typeof pilotTerms>;
export type PilotTermsInput = z.input<typeof pilotTerms>;

/** Terms that contradict themselves, in words; asked when a call opens. */
export const soundPilotTerms = pilotTerms.superRefine((terms, ctx) => {
  const wrong = (path: (string | number)[], message: string) =>
    ctx.addIssue({ code: 'custom', path, message });
  const inStrata = Object.values(terms.strata?.counts ?? {}).reduce((sum, n) => sum + n, 0);
  if (terms.strata !== null && inStrata !== terms.cases)
    wrong(
      ['strata'],
      `The strata have ${inStrata} cases together and the pilot ${terms.cases}. Make them the same.`,
    );
  if (terms.goldPerClass.length > 0 && terms.goldMode === 'none')
    wrong(['goldMode'], 'Gold cases per class are asked for, so choose how gold comes into the pilot.');
  const goldOf = Map.groupBy(terms.goldPerClass, (one) => one.field);
  for (const [field, rows] of goldOf) {
    const asked = rows.reduce((sum, one) => sum + one.cases, 0);
    if (terms.goldMode === 'embedded' && asked > terms.cases)
      wrong(
        ['goldPerClass'],
        `${asked} gold cases of ${field} are asked for and the pilot has ${terms.cases}.`,
      );
    if (new Set(rows.map((one) => one.className)).size < rows.length)
      wrong(['goldPerClass'], `A class of ${field} is named twice.`);
  }
});

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
  pilotTerms: soundPilotTerms,
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
export const setDirectShareInput = z.object({
  callId: z.uuid(),
  shareBasisPoints: z.int().min(0, 'A share is not negative.').max(10_000, 'A share is at most 100 %.'),
  pricePerReadMinor: money,
});
export const decideCallInput = z.object({
  callId: z.uuid(),
  /** Why each bid that is still open is not chosen; its vendor reads it. */
  reasons: z.array(z.object({ bidId: z.uuid(), reason: z.string().trim().max(2000) })).max(200),
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
