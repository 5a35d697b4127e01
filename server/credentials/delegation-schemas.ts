import { z } from 'zod';
import { CREDENTIAL_STATUSES, day, line } from './schemas.ts';

export const DELEGATION_STATUSES = ['active', 'suspended', 'revoked', 'expired'] as const;
export type DelegationStatus = (typeof DELEGATION_STATUSES)[number];

const FILES = 'Files are a whole number.';
const SHARE = 'The sampled share is from 1 % to 100 %.';

export const appointDelegateInput = z.object({
  orgId: z.uuid('Choose the vendor.'),
  auditedOn: day,
  filesAudited: z.number(FILES).int(FILES).min(1, 'Say how many files were audited.').max(1000),
  filesPassed: z.number(FILES).int(FILES).min(0, 'Files are not negative.').max(1000),
  findings: z.string().trim().min(10, 'Say what was looked at and found.').max(2000),
  sampleShareBasisPoints: z.number(SHARE).int(SHARE).min(100, SHARE).max(10_000, SHARE),
});
export type AppointDelegateInput = z.infer<typeof appointDelegateInput>;

export const changeDelegationInput = z.object({
  delegationId: z.uuid(),
  change: z.enum(['suspend', 'reinstate', 'revoke']),
  reason: z.string().trim().min(5, 'Say why.').max(500),
});
export type ChangeDelegationInput = z.infer<typeof changeDelegationInput>;

export const drawSampleInput = z.object({ delegationId: z.uuid() });
export const sampleDrawn = z.object({ drawn: z.number().int() });

export const verifyAsDelegateInput = z.object({
  credentialId: z.uuid(),
  /** What the delegate looked at; another decision in between is a conflict. */
  seenStatus: z.enum(CREDENTIAL_STATUSES),
  primarySource: line(160),
  communicationMethod: z.enum(['manual', 'portal', 'pull', 'push'], 'Say how the source was asked.'),
  sourceAsOf: z.iso.date('Give the day as of which the source answered.'),
  validUntil: day.optional(),
  /** Under which name the delegate keeps the evidence; an operator who samples asks for it. */
  fileReference: line(120, 'Name the file under which you keep the evidence.'),
  /** The screenshot or letter, when it was uploaded with the check (`add-document.ts`). */
  evidenceFileId: z.uuid().optional(),
});
export type VerifyAsDelegateInput = z.infer<typeof verifyAsDelegateInput>;

const count = z.number().int().nonnegative();

/** A delegate as operators see it. */
export const delegationView = z.object({
  delegationId: z.uuid(),
  orgId: z.uuid(),
  vendor: z.string(),
  status: z.enum(DELEGATION_STATUSES),
  statusReason: z.string().nullable(),
  auditedOn: z.string(),
  filesAudited: count,
  filesPassed: count,
  findings: z.string(),
  validUntil: z.string(),
  sampleShareBasisPoints: count,
  checks: count,
  sampled: count,
  open: count,
  agrees: count,
  disagrees: count,
  /** Wilson's 95 % interval of the share that agrees; null before any was looked at. */
  interval: z.tuple([z.number(), z.number()]).nullable(),
  lastDrawnAt: z.date().nullable(),
});
export const delegationsView = z.object({
  delegations: z.array(delegationView),
  /** Vendors with a delegation agreement in force that are no delegate: what is left to do. */
  candidates: z.array(z.object({ orgId: z.uuid(), vendor: z.string() })),
});

/** A vendor's own delegation: whether its checks count, and what samples found. */
export const ownDelegation = z
  .object({
    status: z.enum(DELEGATION_STATUSES),
    statusReason: z.string().nullable(),
    validUntil: z.string(),
    /** True when it may check now: active, in date, its agreement in force. */
    mayVerify: z.boolean(),
    /** Why not, in words. */
    because: z.string().nullable(),
    agrees: count,
    disagrees: count,
  })
  .nullable();
