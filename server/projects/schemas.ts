import { z } from 'zod';
import { CURRENCIES } from '#server/core/money.ts';
import { credentialRule } from '#server/credentials/schemas.ts';
import { CONSENSUS_METHODS, tierPolicy } from './tier-schemas.ts';
import { troublePolicy } from './trouble-schemas.ts';

/** Intended use of the labels (R5); presets and locks follow from it. */
export const INTENDED_USES = ['research', 'training', 'tuning', 'test_reference', 'post_market'] as const;
export type IntendedUse = (typeof INTENDED_USES)[number];

/** What the data is (R18); decides what the gate asks for. Same list as the database's. */
export const DATA_CLASSES = [
  'phi',
  'limited_data_set',
  'deidentified_safe_harbor',
  'deidentified_expert',
  'eu_personal',
  'synthetic',
  'public',
] as const;
export type DataClass = (typeof DATA_CLASSES)[number];

export const PROJECT_STATUSES = [
  'draft',
  'open',
  'piloting',
  'active',
  'paused',
  'completed',
  'monitoring',
  'archived',
] as const;
export type ProjectStatus = (typeof PROJECT_STATUSES)[number];

/** What happens when a bound is crossed (R26). */
export const THRESHOLD_ACTIONS = ['notify', 'calibration_only', 'checkpoint', 'stop_claims'] as const;
export type ThresholdAction = (typeof THRESHOLD_ACTIONS)[number];

const fieldKey = z.string().trim().min(1, 'Name the field of the protocol.').max(60);
const share = z
  .number()
  .gt(0, 'A threshold lies between 0 and 1.')
  .max(1, 'A threshold lies between 0 and 1.');
const basisPoints = z
  .number()
  .int('A share is a whole number of basis points.')
  .min(0, 'A share is between 0 % and 100 %.')
  .max(10_000, 'A share is between 0 % and 100 %.');

/** `weighted_kappa` is Fleiss' kappa, with quadratic weights where answers have an order. */
export const RELIABILITY_METRICS = ['krippendorff_alpha', 'weighted_kappa'] as const;

/** "alpha of field grade ≥ 0.80", and what to do when it is crossed. */
export const reliabilityCriterion = z.strictObject({
  field: fieldKey,
  metric: z.enum(RELIABILITY_METRICS),
  threshold: share,
  action: z.enum(THRESHOLD_ACTIONS),
});
export type ReliabilityCriterion = z.infer<typeof reliabilityCriterion>;

export const ACCURACY_MEASURES = [
  'accuracy',
  'balanced_accuracy',
  'sensitivity',
  'specificity',
  'within_one_level',
] as const;

/** A bound on accuracy against gold (R9); sensitivity and specificity name their class. */
export const accuracyCriterion = z
  .strictObject({
    field: fieldKey,
    measure: z.enum(ACCURACY_MEASURES),
    /** Option value of the class, `true` or `false` for a boolean field. */
    className: z.string().trim().min(1).max(200).optional(),
    threshold: share,
    action: z.enum(THRESHOLD_ACTIONS),
  })
  .refine((c) => !isPerClass(c.measure) || c.className !== undefined, {
    path: ['className'],
    message: 'Sensitivity and specificity are of a class. Name it.',
  });
export type AccuracyCriterion = z.infer<typeof accuracyCriterion>;

function isPerClass(measure: (typeof ACCURACY_MEASURES)[number]): boolean {
  return measure === 'sensitivity' || measure === 'specificity';
}

/** When a case goes to the panel (R25): any of these. All off means never. */
export const adjudicationRule = z.strictObject({
  /** No value of a field has more than half of the reads. */
  noMajority: z.boolean(),
  anyDisagreement: z.boolean(),
  /** Two reads of an ordinal field lie this many levels apart or more. */
  ordinalSpreadAtLeast: z.number().int().min(1, 'A spread is at least 1 level.').max(100).nullable(),
  /** The consensus value's posterior probability is below this. */
  posteriorBelow: share.nullable(),
  /** Any read names this class. */
  classes: z
    .array(z.strictObject({ field: fieldKey, value: z.string().min(1, 'Name the class.').max(200) }))
    .max(40),
  /** Fields the rule looks at; empty means every field that is not free text. */
  fields: z.array(fieldKey).max(60),
});
export type AdjudicationRule = z.infer<typeof adjudicationRule>;

/** How good is good enough, and what is done to get there. */
export const qualityPolicy = z
  .strictObject({
    /** Independent reads per case. */
    overlap: z
      .number()
      .int()
      .min(1, 'Each case needs at least one read.')
      .max(100, 'At most 100 reads per case.'),
    consensusMethod: z.enum(CONSENSUS_METHODS),
    gold: z.strictObject({
      mode: z.enum(['none', 'dealt', 'embedded']),
      shareBasisPoints: basisPoints.max(5_000, 'At most half of the reads can be gold.'),
      /** Gold answers before a reader's accuracy is acted on. */
      minAnswers: z.number().int().min(1).max(1000),
    }),
    reviewShareBasisPoints: basisPoints,
    reliability: z.array(reliabilityCriterion).max(40),
    accuracy: z.array(accuracyCriterion).max(80),
    adjudication: adjudicationRule,
    /** True when readers see a model's suggestion (R11). */
    assisted: z.boolean(),
    ...tierPolicy,
    ...troublePolicy,
  })
  .refine((p) => p.gold.mode !== 'dealt' || p.gold.shareBasisPoints > 0, {
    path: ['gold', 'shareBasisPoints'],
    message: 'Dealt gold needs a share above 0 %, or choose no gold.',
  })
  .refine((p) => p.overlapRule.mode !== 'adaptive' || p.overlapRule.maxOverlap > p.overlap, {
    path: ['overlapRule', 'maxOverlap'],
    message: 'The most reads of a case must be above its reads to begin with.',
  })
  .refine((p) => p.overlapRule.mode === 'fixed' || p.overlapRule.mode === 'share' || p.overlap >= 2, {
    path: ['overlap'],
    message: 'More reads on doubt need two reads to begin with: one read shows no doubt.',
  })
  .refine((p) => p.overlapRule.mode !== 'adaptive' || p.consensusMethod === 'majority', {
    path: ['consensusMethod'],
    message:
      'Adaptive overlap weighs readers itself and settles a case as soon as it is sure. Choose majority with it.',
  });
export type QualityPolicy = z.infer<typeof qualityPolicy>;

const countryCode = z.string().regex(/^[A-Z]{2}$/, 'A country is its two-letter code, for example US.');

/** Where readers may sit. The strictest location rule of all hops holds (R18). */
export const locationPolicy = z
  .strictObject({
    /** Countries readers may read from; empty means anywhere. */
    allowedCountries: z.array(countryCode).max(250),
    /** Least share of reads made onshore. */
    onshoreShareBasisPoints: basisPoints,
    /** What onshore means; null when no share is asked for. */
    onshoreCountry: countryCode.nullable(),
  })
  .refine((p) => p.onshoreShareBasisPoints === 0 || p.onshoreCountry !== null, {
    path: ['onshoreCountry'],
    message: 'Name the country that counts as onshore.',
  });
export type LocationPolicy = z.infer<typeof locationPolicy>;

export const projectCurrency = z.enum(CURRENCIES, { error: 'Choose USD, EUR, GBP, CAD or CHF.' });

/**
 * A project as its form holds it. Texts may be empty while it is a draft; the checklist says what is missing before
 * the call can open. `deadline` is a calendar day, checked against today by the command.
 */
export const projectInput = z.strictObject({
  title: z
    .string()
    .trim()
    .min(3, 'Give the project a title of at least 3 characters.')
    .max(120, 'A title has at most 120 characters.'),
  summary: z.string().trim().max(4000, 'A summary has at most 4,000 characters.'),
  modality: z.string().trim().max(80, 'A modality has at most 80 characters.'),
  anatomy: z.string().trim().max(80, 'An anatomy has at most 80 characters.'),
  intendedUse: z.enum(INTENDED_USES, { error: 'Choose what the labels are for.' }),
  dataClass: z.enum(DATA_CLASSES, { error: 'Choose what kind of data it is.' }),
  currency: projectCurrency,
  budgetMinor: z
    .bigint()
    .positive('The budget must be above 0.')
    .max(10n ** 15n, 'The budget is too large.'),
  deadline: z.iso.date('Give the deadline as a date, for example 2027-03-31.'),
  locationPolicy,
  credentialRule,
  qualityPolicy,
  reviewPeriodDays: z
    .number()
    .int()
    .min(1, 'The review period is at least 1 day.')
    .max(21, 'The review period is at most 21 days.'),
});
export type ProjectInput = z.infer<typeof projectInput>;

/** A project as other domains and screens read it. */
export const project = z.object({
  ...projectInput.shape,
  id: z.uuid(),
  orgId: z.uuid(),
  status: z.enum(PROJECT_STATUSES),
  platformFeeBasisPoints: z.number().int(),
  createdBy: z.uuid(),
  createdAt: z.date(),
  updatedAt: z.date(),
});
export type Project = z.infer<typeof project>;

export const projectIdInput = z.strictObject({ projectId: z.uuid() });

export const updateProjectInput = projectInput.extend({ projectId: z.uuid(), seenUpdatedAt: z.date() });

export const decideProjectInput = z.strictObject({
  projectId: z.uuid(),
  decision: z.enum(['paused', 'resumed', 'completed', 'archived']),
});

const requirement = z.object({
  code: z.string(),
  label: z.string(),
  done: z.boolean(),
  message: z.string(),
  href: z.string(),
});

/** A project as its page shows it. */
export const projectView = z.object({
  project,
  cases: z.number().int(),
  toOpenCall: z.array(requirement),
  toStartWork: z.array(requirement),
  forecast: z.object({ share: z.number(), cases: z.number().int(), assumption: z.string() }).nullable(),
  forecastBasis: z.object({
    fields: z.array(
      z.object({ key: z.string(), answers: z.array(z.string()).readonly(), isOrdinal: z.boolean() }),
    ),
    reads: z.record(z.string(), z.object({ agreement: z.number(), cases: z.number().int() })),
  }),
  decisions: z.array(z.enum(['paused', 'resumed', 'completed', 'archived'])),
});

export const projectList = z.object({
  items: z.array(
    z.object({
      id: z.uuid(),
      title: z.string(),
      status: z.enum(PROJECT_STATUSES),
      deadline: z.string(),
      createdAt: z.date(),
      missing: z.number().int(),
      next: z.object({ message: z.string(), href: z.string() }).nullable(),
    }),
  ),
  next: z.date().nullable(),
});

export const needsView = z.object({
  projects: z.number().int(),
  needs: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      why: z.string(),
      href: z.string(),
      tone: z.enum(['attention', 'information']),
    }),
  ),
});
