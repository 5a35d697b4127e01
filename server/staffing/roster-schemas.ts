import { z } from 'zod';
import { credentialRule } from '#server/credentials/schemas.ts';
import { ROSTER_ROLES, type RosterModel } from './roster-model.ts';

const MOST_WEEKS = 26;
const isoDate = z.iso.date('Give the day as year-month-day, for example 2026-12-07.');
const whole = (least: number, most: number, words: string) =>
  z.number(words).int(words).min(least, words).max(most, words);
const basisPoints = whole(0, 10_000, 'A share is between 0 % and 100 %.');

export const window = z.strictObject({
  /** 1 Monday to 7 Sunday. */
  day: whole(1, 7, 'Choose a day of the week.'),
  fromMinute: whole(0, 1_439, 'Give the time as hours and minutes.'),
  toMinute: whole(1, 1_440, 'Give the time as hours and minutes.'),
});

export const availabilityInput = z.strictObject({
  timezone: z.string().trim().min(1, 'Choose your time zone.').max(60),
  hoursPerWeek: whole(0, 80, 'Hours a week are a whole number between 0 and 80.'),
  windows: z.array(window).max(42, 'At most 42 windows.'),
});
export type AvailabilityInput = z.infer<typeof availabilityInput>;

export const absenceInput = z
  .strictObject({ fromOn: isoDate, toOn: isoDate })
  .refine((one) => one.toOn >= one.fromOn, {
    path: ['toOn'],
    message: 'The last day lies before the first.',
  });
export const absenceIdInput = z.strictObject({ absenceId: z.uuid() });

export const seatInput = z
  .strictObject({
    key: z.string().regex(/^[a-z0-9-]{1,30}$/, 'A seat’s key is short and lower-case.'),
    role: z.enum(['annotator', 'reviewer'], {
      error: 'Adjudication is the sponsor’s panel’s (R25); choose annotator or reviewer.',
    }),
    label: z.string().trim().min(2, 'Name the seat.').max(60, 'At most 60 characters.'),
    least: whole(0, 500, 'A number of seats is between 0 and 500.'),
    most: whole(1, 500, 'A number of seats is between 1 and 500.'),
    /** On top of the project's own rule. */
    rule: credentialRule,
  })
  .refine((seat) => seat.least <= seat.most, { path: ['most'], message: 'The most is below the least.' });

/** What a vendor asks of a roster. `readsByWeek` has one number per week. */
export const rosterParameters = z
  .strictObject({
    startOn: isoDate,
    objective: z.enum(['cost', 'time']),
    readsByWeek: z
      .array(whole(0, 10_000_000, 'Reads a week are a whole number.'))
      .min(1, 'Plan at least one week.')
      .max(MOST_WEEKS, `Plan at most ${MOST_WEEKS} weeks.`),
    reviewShareBasisPoints: basisPoints,
    overlap: whole(1, 100, 'A case takes between 1 and 100 reads.'),
    seats: z.array(seatInput).min(1, 'Ask for at least one seat.').max(12, 'At most 12 kinds of seat.'),
    annotatorsPerReviewer: whole(1, 500, 'Annotators to a reviewer: a whole number from 1.').nullable(),
    onshoreCountry: z
      .string()
      .regex(/^[A-Z]{2}$/, 'A country is its two-letter code, for example US.')
      .nullable(),
    onshoreShareBasisPoints: basisPoints,
    mostHours: whole(1, 80, 'Hours a week are between 1 and 80.'),
    leastHours: whole(0, 500, 'Hours over the plan are between 0 and 500.'),
    budgetMinor: z
      .bigint()
      .positive('A budget is above zero.')
      .max(10n ** 14n, 'The budget is too large.')
      .nullable(),
    coverage: whole(1, 50, 'Readers at any hour are between 1 and 50.').nullable(),
    sponsorTimezone: z.string().trim().min(1).max(60),
    /** Least hours a week that a person shares with the sponsor's office; 0 when it does not matter. */
    sharedOfficeHours: whole(0, 40, 'Shared hours a week are between 0 and 40.'),
    pricePerReadMinor: z
      .bigint()
      .positive('The price must be above zero.')
      .max(10n ** 9n, 'The price is too large.'),
    /** For people who have not been measured here. */
    assumedReadsPerHour: z
      .number()
      .gt(0, 'A speed is above zero.')
      .max(2_000, 'At most 2,000 reads an hour.'),
    assumedAccuracy: z
      .number()
      .gt(0, 'An accuracy lies between 0 and 1.')
      .max(1, 'An accuracy lies between 0 and 1.'),
    /** `cautious` plans with the slow end of everybody's speed. */
    speedBasis: z.enum(['expected', 'cautious']),
    /** Stay as they are: the people who have accepted. */
    keepsAccepted: z.boolean(),
    /** Only the people of this team of the vendor; null takes everybody. */
    teamId: z.uuid().nullable().default(null),
    /** Left out, for example because they dropped out. */
    without: z.array(z.uuid()).max(500),
    /** Must be on it, for example the substitute that was chosen. */
    including: z.array(z.strictObject({ personId: z.uuid(), seat: z.string().max(30) })).max(500),
  })
  .refine((one) => one.readsByWeek.some((reads) => reads > 0), {
    path: ['readsByWeek'],
    message: 'There is nothing to read: give the reads of at least one week.',
  })
  .refine((one) => new Set(one.seats.map((seat) => seat.key)).size === one.seats.length, {
    path: ['seats'],
    message: 'Two seats have the same key.',
  })
  .refine((one) => one.onshoreShareBasisPoints === 0 || one.onshoreCountry !== null, {
    path: ['onshoreCountry'],
    message: 'Name the country that counts as onshore.',
  });
export type RosterParameters = z.infer<typeof rosterParameters>;

export const contractIdInput = z.strictObject({ contractId: z.uuid() });
export const planIdInput = z.strictObject({ planId: z.uuid() });
export const draftRosterInput = z.strictObject({
  contractId: z.uuid(),
  basePlanId: z.uuid().nullable(),
  parameters: rosterParameters,
});
export type DraftRosterInput = z.infer<typeof draftRosterInput>;
export const answerAssignmentInput = z.strictObject({
  assignmentId: z.uuid(),
  answer: z.enum(['accept', 'decline']),
});
export const dropOutInput = z.strictObject({ assignmentId: z.uuid(), fromOn: isoDate, forGood: z.boolean() });
export type DropOutInput = z.infer<typeof dropOutInput>;
export const assignmentIdInput = z.strictObject({ assignmentId: z.uuid() });

const estimate = z.object({ value: z.number(), lower: z.number(), upper: z.number(), n: z.number() });
const byRole = <T extends z.ZodType>(value: T) =>
  z.object({ annotator: value, reviewer: value, adjudicator: value });

/** The model as it is stored with a plan. */
export const storedModel = z.object({
  weeks: z.number().int(),
  objective: z.enum(['cost', 'time']),
  overlap: z.number().int(),
  seats: z.array(
    z.object({
      key: z.string(),
      role: z.enum(ROSTER_ROLES),
      label: z.string(),
      least: z.number(),
      most: z.number(),
    }),
  ),
  candidates: z.array(
    z.object({
      personId: z.string(),
      name: z.string(),
      country: z.string().nullable(),
      seats: z.array(z.string()),
      seatsBarZone: z.array(z.string()),
      hours: z.array(z.number()),
      speed: byRole(estimate),
      accuracy: estimate,
      costPerHour: byRole(z.number()),
      blocks: z.array(z.number()),
    }),
  ),
  demand: byRole(z.array(z.number())),
  onshore: z.object({ country: z.string(), share: z.number() }).nullable(),
  annotatorsPerReviewer: z.number().nullable(),
  mostHours: z.number(),
  leastHours: z.number(),
  budgetMinor: z.number().nullable(),
  coverage: z.number().nullable(),
  fixed: z.array(z.object({ personId: z.string(), seat: z.string() })),
});

/** Somebody who could not be a candidate, and why. */
const leftOut = z.object({ personId: z.string(), name: z.string(), reasons: z.array(z.string()) });
/** What had to be assumed of a candidate. */
const assumed = z.object({ personId: z.string(), what: z.array(z.enum(['speed', 'accuracy', 'cost'])) });
export const rosterFacts = z.object({
  model: storedModel,
  leftOut: z.array(leftOut),
  assumed: z.array(assumed),
});
export type RosterFacts = {
  model: RosterModel;
  leftOut: z.infer<typeof leftOut>[];
  assumed: z.infer<typeof assumed>[];
};

const remedy = z.object({
  what: z.enum([
    'demand',
    'people',
    'hours',
    'seats',
    'ratio',
    'onshore',
    'budget',
    'coverage',
    'time_zone',
    'least_hours',
    'overlap',
    'deadline',
  ]),
  amount: z.number(),
  parts: z.array(
    z.object({
      role: z.enum(ROSTER_ROLES).optional(),
      week: z.number().optional(),
      seat: z.string().optional(),
      personId: z.string().optional(),
      amount: z.number(),
    }),
  ),
  ratio: z.number().optional(),
});
const figures = z.object({
  costMinor: z.number(),
  made: byRole(z.number()),
  madeByWeek: byRole(z.array(z.number())),
  correctReads: z.number(),
  costPerCorrectMinor: z.number().nullable(),
  readsLower: z.number(),
  readsUpper: z.number(),
  hours: z.number(),
  people: byRole(z.number()),
  onshoreShare: z.number().nullable(),
  meanWeek: z.number().nullable(),
});

/** An outcome as it is stored with a plan. */
export const storedOutcome = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('planned'),
    roster: z.object({
      placements: z.array(z.object({ personId: z.string(), seat: z.string(), hours: z.array(z.number()) })),
      cover: z.array(
        z.object({ personId: z.string(), week: z.number(), block: z.number(), hours: z.number() }),
      ),
    }),
    figures,
    by: z.enum(['highs', 'greedy']),
    gap: z.number().nullable(),
    bound: z.number().nullable(),
    objective: z.number(),
    wrongMinor: z.number(),
    seconds: z.number(),
    fallback: z.enum(['solver_failed', 'out_of_time', 'solver_wrong']).nullable(),
  }),
  z.object({
    kind: z.literal('infeasible'),
    conflict: z.object({
      unfilled: z.array(
        z.object({ seat: z.string(), label: z.string(), asked: z.number(), able: z.number() }),
      ),
      either: z.array(remedy),
      together: z.array(remedy),
    }),
    seconds: z.number(),
  }),
  z.object({ kind: z.literal('undecided'), seconds: z.number() }),
]);
export type StoredOutcome = z.infer<typeof storedOutcome>;

export const solveProgress = z.object({
  phase: z.enum(['waiting', 'solving', 'explaining']),
  share: z.number().nullable(),
  gap: z.number().nullable(),
  seconds: z.number(),
});
