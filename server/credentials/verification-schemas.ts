import { z } from 'zod';
import { CREDENTIAL_STATUSES, day, line } from './schemas.ts';

/** What a check at the source can find. */
export const VERIFICATION_OUTCOMES = ['verified', 'discrepancy', 'unable', 'adverse'] as const;
export type VerificationOutcome = (typeof VERIFICATION_OUTCOMES)[number];

/** Standing as boards and registers word it. */
export const STANDINGS = [
  'active',
  'inactive',
  'expired',
  'probation',
  'restricted',
  'suspended',
  'revoked',
  'surrendered',
  'retired',
  'training',
] as const;
export type Standing = (typeof STANDINGS)[number];

export const recordVerificationInput = z.object({
  credentialId: z.uuid(),
  /** The state the desk was looking at; another person's decision in between is a conflict, not overwritten. */
  seenStatus: z.enum(CREDENTIAL_STATUSES),
  outcome: z.enum(VERIFICATION_OUTCOMES, 'Say what the source says.'),
  primarySource: line(160),
  communicationMethod: z.enum(['manual', 'portal', 'pull', 'push']),
  sourceAsOf: day.optional(),
  validUntil: day.optional(),
  /** Standing in the source's words; an adverse finding needs one that is. */
  sourceStanding: z.enum(STANDINGS, 'Choose the standing that the source gives.').optional(),
  /** Since when that standing holds: labels from that day on are listed (R27). */
  effectiveOn: day.optional(),
  evidenceSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'A SHA-256 has 64 hexadecimal digits.')
    .optional(),
  /** The screenshot or letter, uploaded before by the same operator; its hash is taken from the file. */
  evidenceFileId: z.uuid().optional(),
  note: z.string().trim().max(500).optional(),
});
export type RecordVerificationInput = z.infer<typeof recordVerificationInput>;

export const verificationRecorded = z.object({
  status: z.enum(CREDENTIAL_STATUSES),
  /** What the finding closed (R27): leases taken back, and batches with labels to look at again. */
  leasesRevoked: z.number().int(),
  recalls: z.number().int(),
});

export const answerCheckInput = z.object({
  credentialId: z.uuid(),
  statement: z
    .string()
    .trim()
    .min(10, 'Say in a sentence or two what is wrong with the finding.')
    .max(2000, 'An answer has at most 2,000 characters.'),
});
