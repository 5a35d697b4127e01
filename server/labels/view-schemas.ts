import { z } from 'zod';
import { answersRecord } from '#server/protocols/schemas.ts';
import { REJECT_REASONS } from '#server/work/draft-work.ts';
import { tier } from '#server/work/schemas.ts';
import { caseView } from '#server/work/view-schemas.ts';
import { CASE_STATUSES, finalFields } from './schemas.ts';

const count = z.number().int();

export const decisionCaseView = caseView.extend({
  tier,
  /** What an audit lease asks: a check of the final label, or a blind re-read; null at other tiers. */
  purpose: z.enum(['audit', 'reread']).nullable(),
  /** Rules that sent the case here, separated by spaces. */
  reason: z.string().nullable(),
  /** False where nobody claims a returned read any more, because the batch is closing, and where nothing is reviewed. */
  mayReturn: z.boolean(),
  final: finalFields.nullable(),
  dissents: z.array(
    z.object({ purpose: z.enum(['audit', 'reread']), answers: answersRecord, comment: z.string() }),
  ),
  reads: z.array(
    z.object({
      labelId: z.uuid(),
      name: z.string(),
      answers: answersRecord,
      confidence: count.nullable(),
      rationale: z.string().nullable(),
      isAccepted: z.boolean(),
      isAuthorGone: z.boolean(),
    }),
  ),
});

export const provenanceView = z.object({
  batchId: z.uuid(),
  taskId: z.uuid(),
  caseId: z.uuid(),
  taskStatus: z.string(),
  fields: z.array(z.object({ key: z.string(), label: z.string() })),
  steps: z.array(
    z.object({
      labelId: z.uuid(),
      tier,
      round: count,
      revision: count,
      isAmendment: z.boolean(),
      isCurrent: z.boolean(),
      slotStatus: z.string(),
      alias: z.string(),
      credentials: z.unknown(),
      training: z.unknown(),
      gateBasis: z.string(),
      country: z.string().nullable(),
      protocolVersionId: z.uuid(),
      protocolVersion: count,
      answers: answersRecord,
      confidence: count.nullable(),
      rationale: z.string().nullable(),
      labelOrigin: z.string(),
      shown: z.unknown(),
      appBuild: z.string(),
      viewport: z.string(),
      activeMs: count,
      priceMinor: z.bigint(),
      feeMinor: z.bigint(),
      currency: z.string(),
      claimedAt: z.date(),
      submittedAt: z.date(),
      acceptedAt: z.date().nullable(),
    }),
  ),
  reviews: z.array(
    z.object({
      labelId: z.uuid(),
      reviewerAlias: z.string(),
      outcome: z.string(),
      reason: z.enum(REJECT_REASONS).nullable(),
      comment: z.string(),
      createdAt: z.date(),
    }),
  ),
  final: z
    .object({
      version: count,
      method: z.string(),
      fields: finalFields,
      costMinor: z.bigint(),
      currency: z.string(),
      uncertain: count,
      settledAt: z.date(),
    })
    .nullable(),
});

export const finalLabelsView = z.array(
  z.object({
    taskId: z.uuid(),
    caseId: z.uuid(),
    version: count,
    fields: finalFields,
    method: z.string(),
    costMinor: z.bigint(),
    currency: z.string(),
    uncertain: count,
    settledAt: z.date(),
    /** The label holds while it is final. */
    caseStatus: z.enum(CASE_STATUSES),
  }),
);

export const readsView = z.array(
  z.object({
    labelId: z.uuid(),
    taskId: z.uuid(),
    caseId: z.uuid(),
    round: count,
    alias: z.string(),
    answers: answersRecord,
    confidence: count.nullable(),
    labelOrigin: z.string(),
    status: z.string(),
    acceptedBy: z.date().nullable(),
    activeMs: count,
    submittedAt: z.date(),
    at: z.date(),
  }),
);

const rate = z.object({
  value: z.number().nullable(),
  interval: z.tuple([z.number(), z.number()]).nullable(),
  n: count,
  reason: z.string().nullable(),
});

/** How the checks of a batch's final labels stand. */
export const batchChecks = z.object({
  batchId: z.uuid(),
  batchName: z.string(),
  batchStatus: z.string(),
  /** Cases of the batch, of which an audit draws. */
  cases: z.number().int(),
  audit: z
    .object({
      maxErrorRate: z.number(),
      confidence: z.number(),
      sampleSize: count,
      /** Cases of the batch that the sample is drawn from and the verdict speaks of. */
      population: count,
      acceptErrors: count,
      drawn: count,
      waiting: count,
      open: count,
      done: count,
      /** Given up: taken at its worst, as what waits is. */
      dropped: count,
      /** Unusable, or never read: without a final label, so that nothing is said of it. */
      lost: count,
      errors: count,
      upheld: count,
      kinds: z.record(z.string(), count),
      /** Looked at while the batch was smaller, and not in the sample of all of it: in no figure here. */
      extra: z.object({ done: count, errors: count }),
      rate,
      verdict: z.enum(['pass', 'fail', 'inconclusive']),
    })
    .nullable(),
  misses: z
    .object({
      field: z.string(),
      fieldLabel: z.string(),
      normal: z.string(),
      drawn: count,
      done: count,
      open: count,
      omissions: count,
      rate,
      /** Among the cases that are not normal: something was called that is not there, or another class. */
      others: rate,
      /** Of a sample: for how many cases it speaks, by sampling weight; null where it speaks of the batch's own. */
      population: count.nullable(),
      /** Of a sample: about how many such labels are in strata in which none was read again. */
      unseen: count,
    })
    .nullable(),
  /** Of a pilot that is held back (R15): why, in words, and how far its audit is; neither its audit nor its misses are given then. */
  withheld: z
    .object({
      message: z.string(),
      href: z.string(),
      audit: z.object({ sampleSize: count, population: count, waiting: count, open: count }).nullable(),
    })
    .nullable(),
  /**
   * Checks that are drawn and not done, re-reads of every class included; null when there are none. How many is null of a pilot that is held back
   * and has re-reads: it would tell how many of its labels say that nothing was found.
   */
  left: z
    .object({
      checks: count.nullable(),
      /** Of them, those that somebody holds: ended, they are finished, paid and waited for. */
      held: count.nullable(),
      /** The checks are ended, and what is left is what somebody holds. */
      isEnded: z.boolean(),
    })
    .nullable(),
  /**
   * Since when the audit and the re-reads are ended by hand, null where there are none, or they go on; and why. Of a pilot whoever may not
   * compare bids is not told why: what was written may name its vendor.
   */
  ended: z.object({
    audit: z.date().nullable(),
    rereads: z.date().nullable(),
    reason: z.string().nullable(),
  }),
  mayOrder: z.boolean(),
});
export type BatchChecks = z.infer<typeof batchChecks>;

export const checksView = z.object({
  batches: z.array(batchChecks),
  /** The audits of each vendor’s batches taken together. */
  vendors: z.array(z.object({ vendor: z.string(), batches: count, errors: count, rate })),
  auditors: z.array(z.object({ engagementId: z.uuid(), name: z.string(), via: z.string() })),
  mayManage: z.boolean(),
});
export type ChecksView = z.infer<typeof checksView>;
