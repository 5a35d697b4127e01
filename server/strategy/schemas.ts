import { z } from 'zod';
import { DATA_CLASSES, INTENDED_USES } from '#server/projects/schemas.ts';

/** Who reads: people; a model with people checking every case; a model alone. */
export const MODES = ['human', 'hybrid', 'automated'] as const;
export type Mode = (typeof MODES)[number];
/** Whose people: the sponsor's own; vendors and independents; own staff first and the rest bought. */
export const SOURCES = ['build', 'buy', 'hybrid'] as const;
export type Source = (typeof SOURCES)[number];
/** How the sponsor's money is set aside. */
export const BUDGET_MODELS = ['per_label', 'hourly', 'fixed'] as const;
export type BudgetModel = (typeof BUDGET_MODELS)[number];

const amount = z
  .bigint()
  .min(0n, 'An amount is not negative.')
  .max(10n ** 11n, 'The amount is too large.');

/** What a sponsor says of its own people. */
export const ownStaff = z.strictObject({
  /** People who meet the project's credential rule. */
  people: z
    .int('People are a whole number.')
    .min(0, 'People are not negative.')
    .max(10_000, 'At most 10,000 people.'),
  hoursPerWeek: z
    .number('Hours a week are a number.')
    .min(0, 'Hours are not negative.')
    .max(80, 'At most 80 hours a week each.'),
  /** What an hour of one of them costs the sponsor; 0 where it is not reckoned. */
  costPerHourMinor: amount,
  /** Null: as fast as people here are on such work. */
  readsPerHour: z
    .number('Reads an hour are a number.')
    .positive('Reads an hour are above 0, or left out.')
    .max(10_000)
    .nullable(),
  /** Days until they can begin: credentials, agreements, exam. */
  readyInDays: z.int('Days are whole.').min(0, 'Days are not negative.').max(730, 'At most 730 days.'),
});
export type OwnStaff = z.infer<typeof ownStaff>;

/** A model that could label; what it was right about was counted by the sponsor on cases with a known answer. */
export const model = z
  .strictObject({
    name: z.string().trim().min(1, 'Name the model.').max(120, 'Keep the name under 120 characters.'),
    costPerCaseMinor: amount,
    checked: z.int('Cases are a whole number.').min(0, 'Cases are not negative.').max(10_000_000),
    right: z.int('Cases are a whole number.').min(0, 'Cases are not negative.').max(10_000_000),
  })
  .refine((one) => one.right <= one.checked, {
    path: ['right'],
    message: 'The model cannot be right more often than it was checked.',
  });
export type Model = z.infer<typeof model>;

/** What the sponsor puts in before a choice is made; all else is reckoned from the platform's own figures. */
export const strategyInputs = z.strictObject({
  cases: z.int('Cases are a whole number.').min(1, 'There is at least one case.').max(100_000_000),
  needBy: z.iso.date('Give the day as a date, for example 2027-03-31.'),
  budgetModel: z.enum(BUDGET_MODELS, { error: 'Choose how you pay.' }),
  /** The labels are to stand in a regulatory submission. */
  isForSubmission: z.boolean(),
  /** Share of the cases that may not leave the organisation. */
  insideShareBasisPoints: z
    .int('A share is between 0 % and 100 %.')
    .min(0, 'A share is between 0 % and 100 %.')
    .max(10_000, 'A share is between 0 % and 100 %.'),
  ownStaff,
  model: model.nullable(),
  /** The price per read to reckon with; null: as vendors here have asked. */
  pricePerReadMinor: z
    .bigint()
    .positive('A price is above 0, or left out.')
    .max(10n ** 9n)
    .nullable(),
});
export type StrategyInputs = z.infer<typeof strategyInputs>;

export const strategyQuery = z.strictObject({
  projectId: z.uuid(),
  /** Left out: as last decided, else what is known of the project. */
  inputs: strategyInputs.optional(),
});

export const decideStrategyInput = z.strictObject({
  projectId: z.uuid(),
  inputs: strategyInputs,
  mode: z.enum(MODES),
  source: z.enum(SOURCES),
  reason: z.string().trim().max(2000, 'Keep it under 2,000 characters.').default(''),
});

/** Something for or against a choice, with the rule or source it rests on. */
export const remark = z.object({
  code: z.string(),
  message: z.string(),
  source: z.string(),
  /** `blocks`: cannot be chosen; `against`: to be weighed; `for`: speaks for it. */
  weight: z.enum(['blocks', 'against', 'for']),
});
export type Remark = z.infer<typeof remark>;

export const quality = z.object({
  measure: z.enum(['accuracy', 'krippendorff_alpha']),
  value: z.number().nullable(),
  lower: z.number(),
  upper: z.number(),
  n: z.number().int(),
  nUnit: z.string(),
  says: z.string(),
});
export type Quality = z.infer<typeof quality>;

const moneyRange = z.object({ low: z.bigint(), mid: z.bigint(), high: z.bigint() });
export type MoneyRange = z.infer<typeof moneyRange>;

/** One way to get the reads, with what it costs and when it is done; null with a reason where nobody can know. */
export const option = z.object({
  source: z.enum(SOURCES),
  cost: moneyRange.nullable(),
  costReason: z.string().nullable(),
  finishOn: z.iso.date().nullable(),
  dateReason: z.string().nullable(),
  /** Reads and reviews by whom. */
  own: z.number().int(),
  bought: z.number().int(),
  ownShareBasisPoints: z.number().int(),
  quality: z.array(quality),
  qualityReason: z.string().nullable(),
  remarks: z.array(remark),
  isBlocked: z.boolean(),
  isInTime: z.boolean(),
  isInBudget: z.boolean(),
});
export type Option = z.infer<typeof option>;

export const modeView = z.object({
  mode: z.enum(MODES),
  remarks: z.array(remark),
  isBlocked: z.boolean(),
  /** Its three sources; none for a model alone. */
  options: z.array(option),
  recommended: z.enum(SOURCES).nullable(),
  reasons: z.array(z.string()),
  /** Of the recommended source, or of the model alone. */
  cost: moneyRange.nullable(),
  finishOn: z.iso.date().nullable(),
  quality: quality.nullable(),
});
export type ModeView = z.infer<typeof modeView>;

/** What the platform knew when it was asked. */
export const marketFigures = z.object({
  qualified: z.number().int(),
  available: z.number().int(),
  readsPerHour: z.number().nullable(),
  readsPerDay: z.number().nullable(),
  isHoursAssumed: z.boolean(),
  fittingVendors: z.number().int(),
  price: moneyRange.nullable(),
  priceVendors: z.number().int(),
  /** Which prices: of like work or all, by this price model or any; `typed`: the sponsor's own. */
  priceOf: z.enum(['like_model', 'like', 'all', 'typed', 'none']),
  leadDays: z.number().int(),
  /** Awards that the lead time rests on; 0: assumed. */
  leadN: z.number().int(),
});
export type MarketFigures = z.infer<typeof marketFigures>;

export const decisionView = z.object({
  id: z.uuid(),
  mode: z.enum(MODES),
  source: z.enum(SOURCES),
  isAsRecommended: z.boolean(),
  ownShareBasisPoints: z.number().int(),
  reason: z.string(),
  decidedBy: z.string(),
  decidedAt: z.date(),
});

export const strategyView = z.object({
  project: z.object({
    id: z.uuid(),
    title: z.string(),
    status: z.string(),
    currency: z.string(),
    budgetMinor: z.bigint(),
    deadline: z.string(),
    intendedUse: z.enum(INTENDED_USES),
    dataClass: z.enum(DATA_CLASSES),
    overlap: z.number().int(),
    heldCases: z.number().int(),
  }),
  inputs: strategyInputs,
  market: marketFigures,
  modes: z.array(modeView),
  recommendedMode: z.enum(MODES).nullable(),
  modeReason: z.string(),
  /** Newest first; the first one holds. */
  decisions: z.array(decisionView),
});
export type StrategyView = z.infer<typeof strategyView>;

export const strategyDecided = z.object({ decisionId: z.uuid() });

/** JSON-safe: amounts as decimal strings, as columns hold them. */
export function storedJson(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? one.toString() : one)),
  );
}

const whole = z.union([z.string().regex(/^\d+$/), z.number().int()]).transform(BigInt);

/** Reads back the inputs that `storedJson` wrote. */
export const storedInputs = z.object({
  ...strategyInputs.shape,
  ownStaff: ownStaff.extend({ costPerHourMinor: whole }),
  model: z
    .object({
      name: z.string(),
      costPerCaseMinor: whole,
      checked: z.number().int(),
      right: z.number().int(),
    })
    .nullable(),
  pricePerReadMinor: whole.nullable(),
});
