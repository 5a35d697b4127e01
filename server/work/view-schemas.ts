import { z } from 'zod';
import { projectIdInput } from '#server/projects/schemas.ts';
import { CONSENSUS_METHODS, overlapRule } from '#server/projects/tier-schemas.ts';
import {
  answersRecord,
  answerValue,
  CHANGE_CLASSES,
  clarification,
  edgeCase,
  labelField,
  labelSchema,
} from '#server/protocols/schemas.ts';
import { consensusChoice } from './consensus-choice.ts';
import { draftWork } from './draft-work.ts';
import { relabelScope } from './inbox-schemas.ts';
import { BATCH_KINDS, KEPT_APART_KINDS, reason, tier } from './schemas.ts';
import { chosenBy, stratum } from './selection-schemas.ts';

export const BATCH_STATUSES = ['draft', 'open', 'closing', 'settled', 'paused'] as const;
const batchStatus = z.enum(BATCH_STATUSES);
const count = z.number().int();

const progress = z.object({
  alias: z.string(),
  submitted: count,
  activeMs: count,
  /** Leases the person holds now. */
  held: count,
  /** Own labels that a reviewer returned for correction, waiting for their author. */
  returned: count,
});
export const progressView = progress.nullable();

export const myWork = z.object({
  lines: z.array(
    z.object({
      batchId: z.uuid(),
      tier,
      name: z.string(),
      kind: z.enum(BATCH_KINDS),
      status: batchStatus,
      projectTitle: z.string(),
      modality: z.string(),
      anatomy: z.string(),
      priceMinor: z.bigint(),
      currency: z.string(),
      isAllowed: z.boolean(),
      basis: z.string().nullable(),
      reasons: z.array(reason),
      priority: count,
      dueAt: z.date().nullable(),
      dueRepeats: count,
      isDueRough: z.boolean(),
      nextRepeatAt: z.date().nullable(),
      keptDrafts: count,
      openCount: count,
      isOpenRough: z.boolean(),
      joined: progress
        .extend({ acceptedMinor: z.bigint(), waitingReads: count, waitingMinor: z.bigint() })
        .nullable(),
    }),
  ),
  /** True when there is more than the list shows. */
  isCut: z.boolean(),
});

export const readingView = z.object({
  batchId: z.uuid(),
  tier,
  name: z.string(),
  kind: z.enum(BATCH_KINDS),
  status: batchStatus,
  isAssisted: z.boolean(),
  prefetch: count,
  leaseSeconds: count,
  /** Whether a rule sends unsure reads to review, for which a confidence that is left out counts as low. */
  isUnsaidConfidenceLow: z.boolean(),
  taskCount: count,
  priceMinor: z.bigint(),
  currency: z.string(),
  protocol: z.object({
    id: z.uuid(),
    version: count,
    guidelinesMarkdown: z.string(),
    labelSchema,
    edgeCases: z.array(edgeCase),
  }),
  progress,
  /** Answers of the clinical lead to what this person said about cases (R24). */
  replies: z.array(
    z.object({ kind: z.string(), asked: z.string(), answer: z.string(), answeredAt: z.date() }),
  ),
});

export const caseView = z.object({
  leaseId: z.uuid(),
  leaseUntil: z.date(),
  round: count,
  basis: z.string(),
  context: z.record(z.string(), z.string()),
  assets: z.array(
    z.object({
      /** Names the asset under this lease and nowhere else (R15). */
      handle: z.string(),
      name: z.string(),
      mediaType: z.string(),
      content: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('text'), text: z.string() }),
        z.object({ kind: z.literal('link'), href: z.string() }),
      ]),
    }),
  ),
  /** What versions signed since say more clearly than the one it is read by (R24). */
  clarifications: z.array(clarification),
  /** What was opened, sealed; goes back with the answers. */
  receipt: z.string(),
  draft: z
    .object({
      answers: answersRecord,
      work: draftWork.nullable(),
      activeMs: count,
      savedAt: z.date(),
    })
    .nullable(),
  returned: z.object({ answers: answersRecord, comment: z.string() }).nullable(),
});

export const mostNeededView = z.object({ batchId: z.uuid(), tier, name: z.string() });

export const myExamsView = z.array(
  z.object({
    batchId: z.uuid(),
    name: z.string(),
    kind: z.enum(['exam', 'training']),
    attempt: count,
    verdict: z.enum(['pass', 'inconclusive', 'fail']),
    /** How it was marked anew after a known answer was wrong (R7); null where it never was. */
    regrade: z.enum(['recounted', 'waits', 'kept', 'taken']).nullable(),
    /** Marked anew it would not be passed, and nobody has decided yet: the pass holds. */
    isInDoubt: z.boolean(),
    cases: count,
    correct: count,
    passLevel: z.number(),
    lower: z.number(),
    upper: z.number(),
    finishedAt: z.date(),
    /** False where so few cases were left that nobody could have passed (R7). */
    isTry: z.boolean(),
    retryFrom: z.date().nullable(),
    /** Of a general exam. */
    examId: z.uuid().nullable(),
  }),
);

export const feedbackView = z.object({
  fields: z.array(
    z.object({
      key: z.string(),
      given: answerValue.nullable(),
      expected: z.array(answerValue),
      isRight: z.boolean(),
    }),
  ),
  rationale: z.string().nullable(),
});

export const joinedView = z.object({
  alias: z.string(),
  priceMinor: z.bigint(),
  currency: z.string(),
  basis: z.string(),
});

const batchView = z.object({
  id: z.uuid(),
  projectId: z.uuid(),
  datasetId: z.uuid(),
  vendorOrgId: z.uuid().nullable(),
  name: z.string(),
  kind: z.enum(BATCH_KINDS),
  status: batchStatus,
  statusReason: z.string().nullable(),
  overlap: count,
  overlapRule,
  /** The checkpoint that holds it until the clinical lead has signed; null when none does. */
  checkpointId: z.uuid().nullable(),
  /** Stops of new claims that nobody has decided on. */
  stops: z.array(z.object({ proposalId: z.uuid(), reason: z.string() })),
  goldMode: z.enum(['none', 'dealt', 'embedded']),
  reviewShareBasisPoints: count,
  consensusMethod: z.enum(CONSENSUS_METHODS),
  pricePerReadMinor: z.bigint(),
  currency: z.string(),
  reservedMinor: z.bigint(),
  taskCount: count,
  slotCount: count,
  /** First reads that it is to have: its slots but repeats that were asked of single readers (R23). */
  firstReadsNeeded: count,
  goldCount: count,
  split: z.string().nullable(),
  /** Of a draft: whether all of its cases are there yet. */
  loadState: z.enum(['complete', 'loading', 'discarding']),
  loadedCount: count,
  parentBatchId: z.uuid().nullable(),
  excludePriorReaders: z.enum(['none', 'siblings', 'listed']),
  /** How many people alone may join; null when everyone eligible may. */
  allowedCount: count.nullable(),
  createdAt: z.date(),
  openedAt: z.date().nullable(),
  closedAt: z.date().nullable(),
  settledAt: z.date().nullable(),
});
/** Progress and money; gold counters are no part of it (R15). */
const totals = z.object({
  claimed: count,
  submitted: count,
  /** Of the submitted, those that bring it nearer to its end: no repeat (R23), none that another has replaced. */
  firstReads: count,
  skipped: count,
  expired: count,
  accepted: count,
  rejected: count,
  /** Reads that wait for their authors' correction. */
  returned: count,
  activeMs: count,
  encumberedMinor: z.bigint(),
  accruedMinor: z.bigint(),
  postedMinor: z.bigint(),
});
export const batchListView = z.array(batchView.extend({ vendorName: z.string().nullable(), totals }));
const batchApart = z.object({
  id: z.uuid(),
  projectId: z.uuid(),
  projectTitle: z.string(),
  name: z.string(),
});
const batchElsewhere = batchApart.extend({
  kind: z.enum(KEPT_APART_KINDS),
  status: z.enum(BATCH_STATUSES),
  vendorName: z.string().nullable(),
});
/** As many batches of other projects are shown of one search. */
export const SHOWN_ELSEWHERE = 50;
export const batchesElsewhereInput = projectIdInput.extend({
  /** Words that project and batch are called by; empty for the newest. */
  text: z.string().trim().max(120).default(''),
  /** Batches that are chosen already, to be shown whatever is searched. */
  namedIds: z.array(z.uuid()).max(200).default([]),
});
/** Batches of the sponsor's other projects whose people can be kept apart, and whether there are more than these. */
export const batchesElsewhere = z.object({
  batches: z.array(batchElsewhere),
  named: z.array(batchElsewhere),
  isCut: z.boolean(),
});
/** Of a draft: the version it was made on and the one in force, whether any signed since is breaking, and what the price is of that it asks about (R13). */
export const replacedProtocol = z.object({
  version: count,
  inForce: count,
  isBreaking: z.boolean(),
  pricedBy: z.enum(['bid', 'award']).nullable(),
});
export const batchDetailView = batchView.extend({
  /** The fields of the protocol version that it is read by, not of a newer one. */
  labelFields: z.array(labelField),
  /** Of a draft: the version it was made on, and the one that has replaced it and that it is moved to; null where it can be opened as it is. */
  replacedProtocol: replacedProtocol.nullable(),
  /** What would come back to the project if it closed now. */
  refundableMinor: z.bigint(),
  /** What has to be funded so that it goes on or closes, where returned reads have used up what was reserved; else 0. */
  missingFundsMinor: z.bigint(),
  /** Cases that have waited for hours for a turn that nobody engaged may take, by tier. */
  stranded: z.array(z.object({ tier, cases: count, isMore: z.boolean(), isUnstaffed: z.boolean() })),
  /** Batches whose people are others than here (R23), whichever of the two names the other. */
  apartFrom: z.array(batchApart.extend({ isNamedHere: z.boolean() })),
  selection: z
    .object({
      population: count,
      sampling: z.enum(['all', 'first', 'random', 'stratified']),
      strata: z.array(stratum.extend({ weight: z.number().nullable() })).nullable(),
      by: chosenBy,
    })
    .nullable(),
  caseOrder: z.enum(['shuffled', 'priority']),
  /** Why it is not cloned, and what to do instead; null when it can be. */
  cloneRefusal: z.object({ message: z.string(), href: z.string().optional() }).nullable(),
  totals,
  /** How the consensus method was chosen on gold; null without such a choice, without the right to see quality, and of a pilot (R15). */
  consensusChoice: consensusChoice.nullable(),
  tasks: z.record(z.string(), count),
  readers: z.array(
    z.object({
      alias: z.string(),
      tier,
      status: z.enum(['active', 'calibration_only', 'paused']),
      /** Why a person has paused them, as they were told; null otherwise. */
      statusReason: z.string().nullable(),
      claimed: count,
      submitted: count,
      skipped: count,
      accepted: count,
      rejected: count,
      activeMs: count,
      lastSeenAt: z.date(),
    }),
  ),
});
export const impactView = z.object({
  protocolVersionId: z.uuid(),
  /** Label reads made under this version. */
  labels: count,
  batches: z.array(
    z.object({
      batchId: z.uuid(),
      name: z.string(),
      status: z.string(),
      reads: count,
    }),
  ),
  relabel: z.array(
    z.object({
      changeClass: z.enum(CHANGE_CLASSES),
      scope: relabelScope,
      cases: count,
      /** The relabel batches that would hold them. */
      parts: z.array(
        z.object({ datasetId: z.uuid(), dataset: z.string(), split: z.string().nullable(), cases: count }),
      ),
    }),
  ),
});
export const allowableView = z.object({
  isListed: z.boolean(),
  isSequestered: z.boolean(),
  split: z.string().nullable(),
  people: z.array(
    z.object({
      engagementId: z.uuid(),
      person: z.string(),
      via: z.string(),
      isOwn: z.boolean(),
      role: z.enum(['annotator', 'reviewer', 'panel', 'adjudicator', 'auditor', 'examinee']),
      isAllowed: z.boolean(),
    }),
  ),
});

const vendorBatch = z.object({
  batchId: z.uuid(),
  name: z.string(),
  kind: z.enum(BATCH_KINDS),
  status: batchStatus,
  statusReason: z.string().nullable(),
  project: z.string(),
  cases: count,
  openedAt: z.date().nullable(),
  settledAt: z.date().nullable(),
  /** Read by others too: how it stands as a whole is the sponsor's to see. */
  isShared: z.boolean(),
});
export const vendorBatchList = z.array(vendorBatch);
export const vendorBatchDetail = vendorBatch.extend({
  readers: z.array(
    z.object({
      name: z.string(),
      alias: z.string(),
      tier,
      status: z.string(),
      reads: count,
      skipped: count,
      activeMs: count,
      lastSeenAt: z.date(),
    }),
  ),
});
