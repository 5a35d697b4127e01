import { z } from 'zod';
import { CREDIT_STATUSES, contractTerms, ENDINGS, SIDES, slaTarget, VERSION_STATUSES } from './schemas.ts';

/** Terms with the sentences they are printed with. */
const termsView = z.object({
  terms: contractTerms,
  words: z.array(z.object({ heading: z.string(), says: z.array(z.string()) })),
});

const versionView = termsView.extend({
  versionId: z.uuid(),
  version: z.number().int(),
  status: z.enum(VERSION_STATUSES),
  reason: z.string(),
  changes: z.array(z.string()),
  proposedSide: z.enum(SIDES),
  proposedBy: z.string(),
  proposedAt: z.date(),
  effectiveOn: z.string(),
  documentSha256: z.string(),
  inForceFrom: z.date().nullable(),
  isSealed: z.boolean(),
  decisionReason: z.string().nullable(),
  signatures: z.array(
    z.object({ side: z.enum(SIDES), name: z.string(), title: z.string(), signedAt: z.date() }),
  ),
});

const resultView = z.object({
  resultId: z.uuid(),
  batchId: z.uuid(),
  batch: z.string(),
  version: z.number().int(),
  measuredAt: z.date(),
  targets: z.array(slaTarget),
  workMinor: z.bigint(),
  creditMinor: z.bigint(),
  postedMinor: z.bigint(),
  status: z.enum(CREDIT_STATUSES),
  disputeUntil: z.date().nullable(),
  disputeReason: z.string().nullable(),
  decisionReason: z.string().nullable(),
});

export const contractView = z.object({
  contractId: z.uuid(),
  side: z.enum(SIDES),
  status: z.enum(['active', 'completed', 'terminated']),
  project: z.object({ id: z.uuid(), title: z.string() }),
  sponsor: z.string(),
  vendor: z.string(),
  shareBasisPoints: z.number().int(),
  currency: z.string(),
  feeBasisPoints: z.number().int(),
  awardedAt: z.date(),
  /** Who ended it and why; null while it holds. */
  ended: z.object({ at: z.date(), side: z.enum(SIDES).nullable(), reason: z.string().nullable() }).nullable(),
  /** Batches under it that are not settled, drafts apart. */
  unsettled: z.array(z.object({ batchId: z.uuid(), name: z.string(), isShared: z.boolean() })),
  inForce: termsView.extend({ version: z.number().int(), from: z.date() }),
  /** The version agreed by both that holds from a later day. */
  next: z.object({ version: z.number().int(), from: z.date() }).nullable(),
  /** A breaking protocol version that these prices do not reach; null when they do. */
  repricing: z.string().nullable(),
  /** This month's volume, where one is agreed. */
  month: z
    .object({ month: z.string(), readsPerMonth: z.number().int(), calledOff: z.number().int() })
    .nullable(),
  versions: z.array(versionView),
  callOffs: z.array(
    z.object({
      batchId: z.uuid(),
      batch: z.string(),
      status: z.enum(['draft', 'open', 'closing', 'settled', 'paused']),
      version: z.number().int(),
      tier: z.string(),
      reads: z.number().int(),
      month: z.string(),
      calledAt: z.date(),
      dueAt: z.date().nullable(),
    }),
  ),
  results: z.array(resultView),
  /** Fields of the signed protocol, for the accuracy of a service level. */
  fields: z.array(z.string()),
  signing: z.object({
    /** Why the acting person cannot sign; null when they can. */
    problem: z.string().nullable(),
    name: z.string(),
    authorityStatement: z.string(),
    consent: z.object({ version: z.string(), text: z.string() }),
  }),
});
export type ContractView = z.infer<typeof contractView>;

export const contractLines = z.array(
  z.object({
    contractId: z.uuid(),
    projectId: z.uuid(),
    project: z.string(),
    other: z.string(),
    status: z.enum(['active', 'completed', 'terminated']),
    version: z.number().int(),
    shareBasisPoints: z.number().int(),
    currency: z.string(),
    fromMinor: z.bigint(),
    toMinor: z.bigint(),
    /** Terms that wait for a signature, in words; null for none. */
    waits: z.string().nullable(),
    /** Whether it is the acting side's that they wait for. */
    isToSign: z.boolean(),
  }),
);

export const disputedCredits = z.array(
  resultView.extend({
    contractId: z.uuid(),
    project: z.string(),
    sponsor: z.string(),
    vendor: z.string(),
    currency: z.string(),
    disputedAt: z.date().nullable(),
  }),
);

export const creditPostingLines = z.array(
  z.object({
    transferId: z.uuid(),
    batch: z.string(),
    project: z.string(),
    amountMinor: z.bigint(),
    currency: z.string(),
    postedAt: z.date(),
    contractId: z.uuid(),
  }),
);

export const proposed = z.object({
  versionId: z.uuid(),
  version: z.number().int(),
  documentSha256: z.string(),
});
export const signed = z.object({ status: z.enum(['proposed', 'agreed']), inForceFrom: z.date().nullable() });
export const closed = z.object({ status: z.enum(['declined', 'withdrawn']) });
export const creditMoved = z.object({ status: z.enum(['disputed', 'waived', 'due']) });
export const ended = z.object({ status: z.enum(ENDINGS), batchesClosed: z.number().int() });
