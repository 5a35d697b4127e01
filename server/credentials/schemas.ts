import { z } from 'zod';

/** What a credential can be. `npi` proves identity and a self-reported specialty only, never a licence. */
export const CREDENTIAL_KINDS = [
  'medical_licence',
  'nursing_licence',
  'board_certification',
  'technologist_certification',
  'coder_certification',
  'degree',
  'residency',
  'training',
  'npi',
] as const;
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

/** How far a claim has been proven, weakest first (R19). */
export const CREDENTIAL_LEVELS = ['self_claimed', 'vendor_attested', 'primary_source'] as const;
export type CredentialLevel = (typeof CREDENTIAL_LEVELS)[number];

export const CREDENTIAL_STATUSES = [
  'claimed',
  'verifying',
  'verified',
  'discrepancy',
  'unable',
  'adverse',
  'expired',
  'suspended',
  'revoked',
] as const;
export type CredentialStatus = (typeof CREDENTIAL_STATUSES)[number];

const countryCode = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z]{2}$/, 'Give the country as two letters, for example US.');
const day = z.iso.date('Give the date as year-month-day, for example 2026-03-31.');
const line = (most: number) => z.string().trim().min(1, 'This is missing.').max(most);

/** One credential a project asks for. `specialty` is compared without regard to case. */
export const credentialRequirement = z.object({
  kind: z.enum(CREDENTIAL_KINDS),
  specialty: line(80).optional(),
  jurisdiction: countryCode.optional(),
  /** Whole years since it was issued. */
  minYears: z.number().int().min(0).max(60).optional(),
  minLevel: z.enum(CREDENTIAL_LEVELS),
});
export type CredentialRequirement = z.infer<typeof credentialRequirement>;

/** Any one of the alternatives suffices; within it everything is needed. An empty `anyOf` asks for nothing. */
export const credentialRule = z.object({
  anyOf: z.array(z.object({ allOf: z.array(credentialRequirement).min(1).max(10) })).max(10),
});
export type CredentialRule = z.infer<typeof credentialRule>;

/** A credential as it stood at one moment; without its number, because labels keep it under a pseudonym. */
export const snapshotEntry = z.object({
  credentialId: z.uuid(),
  kind: z.string(),
  title: z.string(),
  issuer: z.string(),
  jurisdiction: z.string().nullable(),
  specialty: z.string().nullable(),
  taxonomyCode: z.string().nullable(),
  level: z.enum(CREDENTIAL_LEVELS),
  status: z.enum(CREDENTIAL_STATUSES),
  issuedOn: z.string().nullable(),
  expiresOn: z.string().nullable(),
  /** Whole years since it was issued; null when the date is not known. */
  years: z.number().int().nullable(),
  /** The last check that stands behind the level, when there is one. */
  verificationId: z.uuid().nullable(),
  verifiedOn: z.string().nullable(),
});
export type SnapshotEntry = z.infer<typeof snapshotEntry>;

/** Everything a person holds at one moment; written to the terms of a reader (design rule 10). */
export const credentialSnapshot = z.object({
  takenAt: z.iso.datetime(),
  credentials: z.array(snapshotEntry),
});
export type CredentialSnapshot = z.infer<typeof credentialSnapshot>;

export const claimCredentialInput = z.object({
  kind: z.enum(CREDENTIAL_KINDS),
  title: line(120),
  issuer: line(120),
  jurisdiction: countryCode.optional(),
  identifier: line(40).optional(),
  specialty: line(80).optional(),
  taxonomyCode: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[0-9A-Z]{9}X$/, 'A NUCC taxonomy code has ten characters and ends in X.')
    .optional(),
  issuedOn: day.optional(),
  expiresOn: day.optional(),
});
export type ClaimCredentialInput = z.infer<typeof claimCredentialInput>;

/** What a check at the source can find. */
export const VERIFICATION_OUTCOMES = ['verified', 'discrepancy', 'unable', 'adverse'] as const;
export type VerificationOutcome = (typeof VERIFICATION_OUTCOMES)[number];

export const recordVerificationInput = z.object({
  credentialId: z.uuid(),
  /** The state the desk was looking at; another person's decision in between is a conflict, not overwritten. */
  seenStatus: z.enum(CREDENTIAL_STATUSES),
  outcome: z.enum(VERIFICATION_OUTCOMES, 'Say what the source says.'),
  primarySource: line(160),
  communicationMethod: z.enum(['manual', 'portal', 'pull', 'push']),
  sourceAsOf: day.optional(),
  validUntil: day.optional(),
  evidenceSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'A SHA-256 has 64 hexadecimal digits.')
    .optional(),
  note: z.string().trim().max(500).optional(),
});
export type RecordVerificationInput = z.infer<typeof recordVerificationInput>;

export const attestCredentialInput = z.object({ credentialId: z.uuid() });

export const completeTrainingInput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('privacy_training'), understood: z.literal(true) }),
  z.object({
    kind: z.literal('protocol_training'),
    protocolVersionId: z.uuid(),
    understood: z.literal(true),
  }),
]);
export type CompleteTrainingInput = z.infer<typeof completeTrainingInput>;

/** A credential as its holder sees it. */
export const credentialView = z.object({
  id: z.uuid(),
  kind: z.enum(CREDENTIAL_KINDS).or(z.string()),
  title: z.string(),
  issuer: z.string(),
  jurisdiction: z.string().nullable(),
  identifier: z.string().nullable(),
  specialty: z.string().nullable(),
  issuedOn: z.string().nullable(),
  expiresOn: z.string().nullable(),
  status: z.enum(CREDENTIAL_STATUSES),
  level: z.enum(CREDENTIAL_LEVELS),
  createdAt: z.date(),
  /** What the last check said, when there was one. */
  lastCheck: z
    .object({ status: z.string(), primarySource: z.string(), at: z.date(), note: z.string().nullable() })
    .nullable(),
});
export type CredentialView = z.infer<typeof credentialView>;

/** A line of the verification desk. */
export const deskItem = credentialView.extend({ personId: z.uuid(), personName: z.string() });
export const desk = z.object({ waiting: z.number().int(), items: z.array(deskItem) });

export const qualificationView = z.object({
  id: z.uuid(),
  kind: z.enum(['privacy_training', 'protocol_training', 'exam']),
  protocolVersionId: z.uuid().nullable(),
  passedAt: z.date(),
  validUntil: z.date().nullable(),
});
export type QualificationView = z.infer<typeof qualificationView>;

export const wallet = z.object({
  credentials: z.array(credentialView),
  qualifications: z.array(qualificationView),
});

/** A vendor's view of one member's credential: no number, only what it needs to vouch for it. */
export const teamCredential = z.object({
  credentialId: z.uuid(),
  personId: z.uuid(),
  personName: z.string(),
  title: z.string(),
  issuer: z.string(),
  specialty: z.string().nullable(),
  expiresOn: z.string().nullable(),
  status: z.enum(CREDENTIAL_STATUSES),
  level: z.enum(CREDENTIAL_LEVELS),
});

export const credentialCreated = z.object({ id: z.uuid() });
export const verificationRecorded = z.object({ status: z.enum(CREDENTIAL_STATUSES) });
export const qualificationRecorded = z.object({ id: z.uuid(), validUntil: z.date().nullable() });
