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
  'language',
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

/** How well a language is known (CEFR), weakest first. */
export const PROFICIENCIES = ['A1', 'A2', 'B1', 'B2', 'C1', 'C2', 'native'] as const;
export type Proficiency = (typeof PROFICIENCIES)[number];

const countryCode = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z]{2}$/, 'Give the country as two letters, for example US.');
export const day = z.iso.date('Give the date as year-month-day, for example 2026-03-31.');
export const line = (most: number) => z.string().trim().min(1, 'This is missing.').max(most);

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
  /** The register it is in; its kind, issuer and country hold then, whatever else is sent. */
  scheme: z.string().max(40).optional(),
  title: line(120),
  issuer: line(120),
  jurisdiction: countryCode.optional(),
  /** The US state of a licence. */
  region: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{2}$/, 'Choose the state.')
    .optional(),
  proficiency: z.enum(PROFICIENCIES, 'Choose how well you know it.').optional(),
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

/** What is typed to find a NUCC specialty. */
export const searchSpecialtiesInput = z.object({ text: z.string().trim().min(2).max(60) });

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

export const qualificationView = z.object({
  id: z.uuid(),
  kind: z.enum(['privacy_training', 'protocol_training', 'exam']),
  protocolVersionId: z.uuid().nullable(),
  passedAt: z.date(),
  validUntil: z.date().nullable(),
});
export type QualificationView = z.infer<typeof qualificationView>;

export const credentialCreated = z.object({ id: z.uuid() });
export const qualificationRecorded = z.object({ id: z.uuid(), validUntil: z.date().nullable() });
