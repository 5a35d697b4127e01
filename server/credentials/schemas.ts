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
  'general_exam',
] as const;
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

/** What a person can claim: everything but what is measured here, which only passing gives. */
export const CLAIMABLE_KINDS = CREDENTIAL_KINDS.filter((kind) => kind !== 'general_exam');

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

const taxonomyCode = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[0-9A-Z]{9}X$/, 'A NUCC taxonomy code has ten characters and ends in X.');
const region = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z]{2}$/, 'Choose the state.');
const countryCode = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z]{2}$/, 'Give the country as two letters, for example US.');
export const day = z.iso.date('Give the date as year-month-day, for example 2026-03-31.');
export const line = (most: number, missing = 'This is missing.') =>
  z.string().trim().min(1, missing).max(most);

/** One credential a project asks for. `specialty` is compared without regard to the case of Latin letters. */
export const credentialRequirement = z.object({
  kind: z.enum(CREDENTIAL_KINDS),
  /** Of a language its ISO 639-1 code, of a general exam the words it is named by. */
  specialty: line(160).optional(),
  /** NUCC. */
  taxonomyCode: taxonomyCode.optional(),
  jurisdiction: countryCode.optional(),
  region: region.optional(),
  /** Whole years since it was issued. */
  minYears: z.number().int().min(0).max(60).optional(),
  minProficiency: z.enum(PROFICIENCIES).optional(),
  minLevel: z.enum(CREDENTIAL_LEVELS),
});
export type CredentialRequirement = z.infer<typeof credentialRequirement>;

/** A credential, or a group of which everything or any one is needed. */
export type RuleNode = CredentialRequirement | { allOf: RuleNode[] } | { anyOf: RuleNode[] };

/** How deep a rule may nest, and how many credentials it may name: what a person can still read. */
export const RULE_LIMITS = { depth: 5, credentials: 40, group: 10 } as const;

/** Judges a node by what it is, so that problems carry the path of their field and not of every shape tried. */
const ruleNode: z.ZodType<RuleNode> = z.lazy(() =>
  z.unknown().transform((value, ctx): RuleNode => {
    const parsed = shapeOf(value).safeParse(value);
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues)
      ctx.issues.push({ code: 'custom', path, message, input: value });
    return z.NEVER;
  }),
);
const group = z
  .array(ruleNode)
  .min(1, 'A group needs at least one credential.')
  .max(
    RULE_LIMITS.group,
    `A group has at most ${RULE_LIMITS.group} parts; put some into a group of their own.`,
  );
const allOfGroup = z.strictObject({ allOf: group });
const anyOfGroup = z.strictObject({ anyOf: group });

function shapeOf(value: unknown): z.ZodType<RuleNode> {
  const isObject = typeof value === 'object' && value !== null;
  if (isObject && 'allOf' in value) return allOfGroup;
  return isObject && 'anyOf' in value ? anyOfGroup : credentialRequirement;
}

/** The size of what claims to be a rule, counted without recursion: input may be nested as deep as it likes. */
export function sizeOfRule(value: unknown): { depth: number; credentials: number } {
  let depth = 0;
  let credentials = 0;
  const open: { value: unknown; at: number }[] = [{ value, at: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    depth = Math.max(depth, next.at);
    const { allOf, anyOf } = (next.value ?? {}) as { allOf?: unknown; anyOf?: unknown };
    const parts = Array.isArray(allOf) ? allOf : Array.isArray(anyOf) ? anyOf : null;
    if (parts === null) credentials += 1;
    else if (depth <= 2 * RULE_LIMITS.depth)
      for (const part of parts) open.push({ value: part, at: next.at + 1 });
  }
  return { depth, credentials };
}

const ruleObject = z.object({
  anyOf: z.array(ruleNode).max(RULE_LIMITS.group, `A rule has at most ${RULE_LIMITS.group} alternatives.`),
});

/** Any one of the alternatives suffices; groups nest. An empty `anyOf` asks for nothing. */
export const credentialRule = z
  .unknown()
  .superRefine((value, ctx) => {
    const { depth, credentials } = sizeOfRule(value);
    if (depth > RULE_LIMITS.depth)
      ctx.issues.push({
        code: 'custom',
        input: value,
        continue: false,
        message: `A rule nests at most ${RULE_LIMITS.depth} deep. Write it flatter.`,
      });
    if (credentials > RULE_LIMITS.credentials)
      ctx.issues.push({
        code: 'custom',
        input: value,
        continue: false,
        message: `A rule names at most ${RULE_LIMITS.credentials} credentials.`,
      });
  })
  .pipe(ruleObject as z.ZodType<{ anyOf: RuleNode[] }, unknown>);
export type CredentialRule = { anyOf: RuleNode[] };

/** A credential as it stood at one moment; without its number, because labels keep it under a pseudonym. */
export const snapshotEntry = z.object({
  credentialId: z.uuid(),
  kind: z.string(),
  title: z.string(),
  issuer: z.string(),
  jurisdiction: z.string().nullable(),
  specialty: z.string().nullable(),
  taxonomyCode: z.string().nullable(),
  /** Older snapshots do not have these two. */
  region: z.string().nullable().default(null),
  proficiency: z.enum(PROFICIENCIES).nullable().default(null),
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
  kind: z.enum(CLAIMABLE_KINDS, 'Choose what it is. An exam taken here is added when it is passed.'),
  /** The register it is in; its kind, issuer and country hold then, whatever else is sent. */
  scheme: z.string().max(40).optional(),
  title: line(120, 'Give its title, as printed on it.'),
  issuer: line(120, 'Say who issued it: the board, chamber or university.'),
  jurisdiction: countryCode.optional(),
  /** The US state of a licence. */
  region: region.optional(),
  proficiency: z.enum(PROFICIENCIES, 'Choose how well you know it.').optional(),
  identifier: line(40).optional(),
  specialty: line(80).optional(),
  taxonomyCode: taxonomyCode.optional(),
  issuedOn: day.optional(),
  expiresOn: day.optional(),
});
export type ClaimCredentialInput = z.infer<typeof claimCredentialInput>;

/** What is typed to find a NUCC specialty. */
export const searchSpecialtiesInput = z.object({ text: z.string().trim().min(2).max(60) });

export const attestCredentialInput = z.object({ credentialId: z.uuid() });

/** Privacy training alone: a protocol's is a batch of its own with feedback, which records it (`conclude-exam`). */
export const completeTrainingInput = z.object({
  kind: z.literal('privacy_training'),
  understood: z.literal(true),
});
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
