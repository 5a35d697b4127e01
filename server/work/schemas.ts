import { z } from 'zod';
import {
  auditPlan,
  CONSENSUS_METHODS,
  checkpointShares,
  missRule,
  overlapRule,
  reviewRules,
} from '#server/projects/tier-schemas.ts';
import { changeableClaimRules, claimRules } from './claim-rules.ts';
import { draftWork } from './draft-work.ts';
import { TIERS } from './rules.ts';
import { caseFilter, sampling } from './selection-schemas.ts';

const basisPoints = z.number().int().min(0).max(10_000);
const priceMinor = z
  .bigint()
  .nonnegative('A price is not negative.')
  .max(10_000_000n, 'The price is too large.');

export const tier = z.enum(TIERS);

/** Batches of a project that a screen lists at most. */
export const MOST_BATCHES = 500;

/** Kinds whose people can be kept apart: exams, trainings and calibrations are for those who read elsewhere. */
export const KEPT_APART_KINDS = ['self_label', 'pilot', 'production', 'relabel'] as const;

/** Kinds that cases are added to. What people qualify on, are taught or compared by stays as it was made (R7, R15). */
export const GROWING_KINDS: readonly string[] = ['self_label', 'production', 'relabel'];

/** What a batch can be for. */
export const BATCH_KINDS = [
  'self_label',
  'pilot',
  'production',
  'relabel',
  'calibration',
  'exam',
  'training',
] as const;
export type BatchKind = (typeof BATCH_KINDS)[number];

/** How long a case is held without a sign of its reader's page, and how many are held ahead, unless a batch says otherwise. */
export const LEASE_SECONDS = 900;
export const PREFETCH = 3;

/** A batch to make. What is left out comes from the project's quality policy and its signed protocol. */
export const createBatchInput = z.object({
  projectId: z.uuid(),
  datasetId: z.uuid(),
  name: z.string().trim().min(1, 'Give the batch a name.').max(120),
  kind: z.enum(BATCH_KINDS),
  contractId: z.uuid().nullish(),
  vendorOrgId: z.uuid().nullish(),
  protocolVersionId: z.uuid().optional(),
  /** Which cases; both left out means all of the dataset. */
  caseIds: z.array(z.uuid()).max(200_000).optional(),
  split: z.string().max(60).optional(),
  filter: caseFilter.optional(),
  /** How many of what fits, and which; all when left out. */
  sampling: sampling.optional(),
  /** Takes at most so many of them in the dataset's order, gold first when gold is embedded. */
  caseLimit: z.number().int().min(1).max(200_000).optional(),
  /** Whose earlier readers may not meet the same cases here: nobody's, those of all other batches of the project, or of some. */
  excludePriorReaders: z.enum(['none', 'siblings', 'listed']).optional(),
  excludedBatchIds: z.array(z.uuid()).max(200).optional(),
  /** Who alone may join; test data is closed to all others from the start. */
  allowedEngagementIds: z.array(z.uuid()).max(5000).optional(),
  /** What this batch was cloned from or relabels. */
  parentBatchId: z.uuid().optional(),
  /** The general exam of which it is a sitting; level, tries and price are the exam's. */
  generalExamId: z.uuid().nullish(),
  overlap: z.number().int().min(1).max(100).optional(),
  overlapRule: overlapRule.optional(),
  rounds: z.number().int().min(1).max(10).optional(),
  goldMode: z.enum(['none', 'dealt', 'embedded']).optional(),
  goldShareBasisPoints: basisPoints.max(5_000).optional(),
  reviewShareBasisPoints: basisPoints.optional(),
  reviewRules: reviewRules.optional(),
  checkpointBasisPoints: checkpointShares.optional(),
  misses: missRule.nullish(),
  audit: auditPlan.nullish(),
  /** Whether the project's adjudication rule holds; by default in production and relabel only. */
  isAdjudicated: z.boolean().optional(),
  consensusMethod: z.enum(CONSENSUS_METHODS).optional(),
  leaseSeconds: z.number().int().min(30).max(28_800).optional(),
  prefetch: z.number().int().min(1).max(20).optional(),
  pricePerReadMinor: priceMinor,
  pricePerReviewMinor: priceMinor.optional(),
  feeBasisPoints: basisPoints.optional(),
  assisted: z.boolean().optional(),
  /** Batches of the sponsor whose people read nothing here, and people here nothing there (R23, R5). */
  apartFromBatchIds: z.array(z.uuid()).max(200).optional(),
  /** The group of a call's pilots is the pilot order's to give; whom to keep apart is said by batches. */
  independenceGroup: z
    .never('Name the batches whose readers must be others in apartFromBatchIds.')
    .optional(),
  reviewPeriodDays: z.number().int().min(1).max(21).optional(),
  needsTraining: z.boolean().optional(),
  /** Priority, caps, shares, order: how the work is given out. */
  claimRules: claimRules.optional(),
  seed: z.number().int().min(0).max(2_147_483_647).optional(),
});
export type CreateBatchInput = z.input<typeof createBatchInput>;

/** Whose people are to be others than in a draft; what it said before goes. */
export const keepApartInput = z.object({
  batchId: z.uuid(),
  apartFromBatchIds: z.array(z.uuid()).max(200),
});

/** A draft with the settings of another batch. */
export const cloneBatchInput = z.object({
  batchId: z.uuid(),
  name: z.string().trim().min(1, 'Give the batch a name.').max(120),
  /** The same cases, or others that its filter and sampling give. */
  cases: z.enum(['same', 'others']),
  excludePriorReaders: z.enum(['none', 'siblings', 'listed']).optional(),
});
export type CloneBatchInput = z.infer<typeof cloneBatchInput>;

/** Cases to add to a running batch: by filter, or so many more of its draw. */
export const addTasksInput = z.object({
  batchId: z.uuid(),
  filter: caseFilter.optional(),
  /** At most so many of what fits, in the dataset's order. */
  limit: z.number().int().min(1).max(200_000).optional(),
  more: z.number('Give a number of cases.').int().min(1, 'Add at least one case.').max(200_000).optional(),
});
export type AddTasksInput = z.infer<typeof addTasksInput>;

export const batchIdInput = z.object({ batchId: z.uuid() });
export const batchReasonInput = z.object({
  batchId: z.uuid(),
  reason: z.string().trim().min(1, 'Say why.').max(400),
});

/** Whom whoever leads quality pauses or lets go on: by the name that the sponsor knows, at one tier. */
export const readerDecisionInput = z.object({
  batchId: z.uuid(),
  tier,
  alias: z.string().trim().min(1, 'Choose a reader.').max(20),
  reason: z.string().trim().min(3, 'Say why; the person reads it.').max(400, 'At most 400 characters.'),
});

export const claimRulesChange = changeableClaimRules.extend({ batchId: z.uuid() });

/** Cases by the sponsor's own names; a higher priority is read first. */
export const prioritiseInput = z.object({
  batchId: z.uuid(),
  cases: z
    .array(
      z.object({
        name: z.string().trim().min(1, 'Name the case.').max(200),
        priority: z.number('A priority is a number.').min(-1e9).max(1e9),
      }),
    )
    .min(1, 'Name at least one case.')
    .max(5000, 'At most 5,000 cases at a time; the rest can follow.')
    .refine((cases) => new Set(cases.map((one) => one.name)).size === cases.length, {
      message: 'A case stands in the list twice. Name each once.',
    }),
});

export const feedbackInput = z.object({ batchId: z.uuid(), labelId: z.uuid() });

export const joinInput = z.object({ batchId: z.uuid(), tier: tier.default('label') });
export const claimInput = z.object({
  batchId: z.uuid(),
  tier: tier.default('label'),
  limit: z.number().int().min(1).max(20).default(1),
});
export type ClaimInput = z.infer<typeof claimInput>;

export const leaseInput = z.object({ batchId: z.uuid(), leaseId: z.uuid() });
export const leasesInput = z.object({ batchId: z.uuid(), leaseIds: z.array(z.uuid()).min(1).max(40) });

/** The heartbeat, with the active time on what has been looked at. */
export const extendInput = leasesInput.extend({
  active: z
    .array(z.object({ leaseId: z.uuid(), activeMs: z.number().int().min(0).max(86_400_000) }))
    .max(40)
    .default([]),
});

/** With `keepsBegun` what has a draft stays: the page was closed, and whoever comes back goes on there. */
export const releaseInput = leasesInput.extend({ keepsBegun: z.boolean().default(false) });

/** What a client knows of a claimed slot; nothing in it tells gold from other work. */
export const lease = z.object({
  leaseId: z.uuid(),
  leaseUntil: z.date(),
  round: z.number().int(),
  /** True when it is the person's own label, returned for correction. */
  isReturned: z.boolean(),
});
export type Lease = z.infer<typeof lease>;

export const reason = z.object({
  code: z.string(),
  message: z.string(),
  path: z.string().optional(),
  line: z.number().optional(),
  href: z.string().optional(),
  /** What would change it, and whether that is the person's own to do. */
  change: z
    .object({
      says: z.string(),
      by: z.enum(['you', 'other']),
      href: z.string().optional(),
      link: z.string().optional(),
    })
    .optional(),
});

/** Claimed work, or why there is none and what would change it. */
export const claimResult = z.object({
  leases: z.array(lease),
  reasons: z.array(reason),
  /** Ask again after so many milliseconds; null when asking again would not help by itself. */
  retryAfterMs: z.number().int().nullable(),
});
export type ClaimResult = z.infer<typeof claimResult>;

/** Reasons for a skip; free words only beside them. */
export const SKIP_REASONS = [
  'unreadable',
  'poor_quality',
  'incomplete_study',
  'wrong_anatomy',
  'not_qualified',
  'conflict_of_interest',
  'unclear_task',
  'other',
] as const;
/** Reasons that lie in the images: enough people who give one make the case unusable (R24). */
export const IMAGE_REASONS: readonly (typeof SKIP_REASONS)[number][] = [
  'unreadable',
  'poor_quality',
  'incomplete_study',
  'wrong_anatomy',
];
export const skipInput = leaseInput.extend({
  reason: z.enum(SKIP_REASONS),
  note: z.string().trim().max(1000).optional(),
});

export const FLAG_KINDS = ['ask', 'phi_seen', 'incidental_finding', 'technical'] as const;
export const flagInput = leaseInput.extend({
  kind: z.enum(FLAG_KINDS),
  note: z.string().trim().min(1, 'Say what you saw.').max(2000),
});

const answers = z.record(
  z.string().max(60),
  z.union([z.boolean(), z.number(), z.string().max(20_000), z.array(z.string().max(200)).max(200)]),
);

export const draftInput = leaseInput.extend({
  answers,
  /** What the tier says besides; null or left out where only answers were given. */
  work: draftWork.nullish(),
  activeMs: z.number().int().min(0).max(86_400_000),
  /** How long ago it was put down, of what a device hands over late. */
  ageMs: z.number().min(0).max(10_000_000_000).optional(),
});

const prelabel = z.object({
  id: z.string().max(120),
  model: z.string().max(120),
  version: z.string().max(120),
});

/** What was on the screen when a label was made, as it is stored with it (design rule 10). */
export const shown = z.object({
  assetIds: z.array(z.uuid()).default([]),
  contextFields: z.array(z.string()).default([]),
  prelabel: prelabel.nullable().default(null),
  /** The version of the protocol up to which its clarifications were shown, beyond the label's own (R24); absent where there were none. */
  clarifiedTo: z.number().int().optional(),
});
export type Shown = z.infer<typeof shown>;

/** What is stored of it: what is empty is left out, and nothing at all is null. `shown` reads it back. */
export function storedShown({
  assetIds,
  contextFields,
  prelabel,
  clarifiedTo,
}: Shown): Partial<Shown> | null {
  const stored = {
    ...(assetIds.length > 0 ? { assetIds } : {}),
    ...(contextFields.length > 0 ? { contextFields } : {}),
    ...(prelabel === null ? {} : { prelabel }),
    ...(clarifiedTo === undefined ? {} : { clarifiedTo }),
  };
  return Object.keys(stored).length === 0 ? null : stored;
}

/** What stands for a build or viewport that the client does not say; it is not stored. */
const NOT_SAID = 'unknown';
export const saidOf = (text: string): string | null => (text === NOT_SAID ? null : text);

/** An answer by hand, as most are, is stored as null. */
export const storedOrigin = (origin: string): string | null => (origin === 'manual' ? null : origin);

/** What a submission says of it; the rest is in the receipt that the case came with. */
export const circumstancesInput = {
  /** As `work.case` gave it: what the server opened under this lease. Left out, nothing was opened: see `withReceipt`. */
  receipt: z.string().max(20_000).optional(),
  /** The pre-label that was shown, or null for none; an assisted batch wants one or the other (R11). */
  shown: z.object({ prelabel: prelabel.nullish() }).prefault({}),
  appBuild: z.string().max(80).default(NOT_SAID),
  viewport: z.string().max(40).default(NOT_SAID),
  activeMs: z.number().int().min(0).max(86_400_000),
};

/** What a client sends: nobody hands in a case that they have not opened. */
export function withReceipt<T extends z.ZodType<{ receipt?: string | undefined }>>(input: T) {
  return input.refine((given) => given.receipt !== undefined, {
    path: ['receipt'],
    message: 'Open the case before you hand it in.',
  });
}

export const submitInput = leaseInput.extend({
  /** Made by the client; the same id again is a replay. */
  labelId: z.uuid(),
  answers,
  confidence: z.number().int().min(1).max(5).nullish(),
  rationale: z.string().trim().max(4000).nullish(),
  labelOrigin: z.enum(['manual', 'prelabel_accepted', 'prelabel_changed']).default('manual'),
  ...circumstancesInput,
});
export type SubmitInput = z.input<typeof submitInput>;

export const submitAndNextInput = submitInput.extend({ limit: z.number().int().min(0).max(20).default(1) });
export type SubmitAndNextInput = z.input<typeof submitAndNextInput>;

export const submitResult = z.object({
  labelId: z.uuid(),
  submittedAt: z.date(),
  /** True when this id had been submitted before with the same content. */
  isReplay: z.boolean(),
});
export type SubmitResult = z.infer<typeof submitResult>;

export const amendInput = z.object({
  batchId: z.uuid(),
  /** The label to amend. */
  labelId: z.uuid(),
  /** Id of the new revision, made by the client. */
  newLabelId: z.uuid(),
  answers,
  confidence: z.number().int().min(1).max(5).nullish(),
  rationale: z.string().trim().max(4000).nullish(),
  activeMs: z.number().int().min(0).max(86_400_000),
});
export type AmendInput = z.input<typeof amendInput>;

/** Names the expert of a technician of a batch (ADR 035), or nobody. */
export const nameExpertInput = z.object({
  batchId: z.uuid(),
  /** Both as the sponsor knows them. */
  technician: z.string().trim().min(1, 'Choose a reader.').max(20),
  /** Null for any expert. */
  expert: z.string().trim().min(1, 'Choose an expert.').max(20).nullable(),
});

/** Asks one reader to read every case of a batch again, `rounds` times in all (R23). */
export const repeatsInput = z.object({
  batchId: z.uuid(),
  /** The reader as the sponsor knows them. */
  alias: z.string().trim().min(1, 'Choose a reader.').max(20),
  rounds: z.number().int().min(2, 'Ask for at least one repeat.').max(10, 'At most ten rounds.'),
  /** Days between a read and its repeat, so that memory fades (R23). */
  afterDays: z
    .number('Days are a whole number from 0 to 365.')
    .int('Days are whole.')
    .min(0, 'Days are not negative.')
    .max(365, 'At most 365 days.')
    .default(0),
});
