import { z } from 'zod';

export const EVIDENCE_KINDS = [
  'soc2_type1',
  'soc2_type2',
  'iso27001',
  'iso27701',
  'hitrust_e1',
  'hitrust_i1',
  'hitrust_r2',
  'hipaa_audit',
  'penetration_test',
  'cyber_insurance',
  'liability_insurance',
  'iso13485',
] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];
export const EVIDENCE_STATUSES = ['uploaded', 'reviewed', 'refused', 'expired', 'withdrawn'] as const;
export type EvidenceStatus = (typeof EVIDENCE_STATUSES)[number];

export const EVIDENCE_TITLES: Record<EvidenceKind, string> = {
  soc2_type1: 'SOC 2 Type I',
  soc2_type2: 'SOC 2 Type II',
  iso27001: 'ISO 27001',
  iso27701: 'ISO 27701',
  hitrust_e1: 'HITRUST e1',
  hitrust_i1: 'HITRUST i1',
  hitrust_r2: 'HITRUST r2',
  hipaa_audit: 'HIPAA audit report',
  penetration_test: 'Penetration test summary',
  cyber_insurance: 'Cyber insurance',
  liability_insurance: 'Professional liability insurance',
  iso13485: 'ISO 13485',
};

const line = (most: number, missing: string) => z.string().trim().min(1, missing).max(most);
const day = (missing: string) => z.iso.date(missing);
const year = z
  .int('Give the year in four digits.')
  .min(1990, 'Give a year from 1990 on.')
  .max(2100, 'Give the year in four digits.');

/** What comes with an uploaded evidence document. */
export const evidenceMeta = z.object({
  kind: z.enum(EVIDENCE_KINDS, 'Choose what the document is.'),
  issuer: line(200, 'Say who issued it: the auditor, certifier or insurer.'),
  scope: line(2000, 'Say what it covers: systems, sites, limits.'),
  periodFrom: day('Give the day on which its period begins.'),
  periodTo: day('Give the day on which its period ends.'),
  expiresOn: day('Give the day from which it does not count any more.'),
  gaps: z.string().trim().max(4000).default(''),
  isOpenToSponsors: z.boolean().default(false),
});
export type EvidenceMeta = z.infer<typeof evidenceMeta>;

export const evidenceIdInput = z.object({ evidenceId: z.uuid() });
export const reviewEvidenceInput = z
  .object({
    evidenceId: z.uuid(),
    decision: z.enum(['review', 'refuse']),
    note: z.string().trim().max(2000).default(''),
    /** What the reviewer compared the entered facts with. */
    checked: z.object({
      issuer: z.boolean(),
      scope: z.boolean(),
      dates: z.boolean(),
    }),
  })
  .superRefine((value, ctx) => {
    if (value.decision === 'refuse' && value.note.length < 3)
      ctx.addIssue({ code: 'custom', path: ['note'], message: 'Say why; the vendor reads it.' });
    if (value.decision === 'review' && !(value.checked.issuer && value.checked.scope && value.checked.dates))
      ctx.addIssue({
        code: 'custom',
        path: ['checked'],
        message: 'Compare issuer, scope and dates with the document, and tick each.',
      });
  });
export type ReviewEvidenceInput = z.infer<typeof reviewEvidenceInput>;

export const saveProfileInput = z.object({
  about: line(4000, 'Say in a few sentences who you are and what you read.'),
  regions: z
    .array(z.string().regex(/^[A-Z]{2}$/, 'Give countries by their two letters, such as US or IN.'))
    .min(1, 'Name at least one country you read from.')
    .max(60),
  focus: z.array(line(80, 'A field of work has a name.')).max(30),
});
export type SaveProfileInput = z.infer<typeof saveProfileInput>;

export const addReferenceInput = z
  .object({
    client: line(200, 'Name the client.'),
    work: line(1000, 'Say what was done for them, without any patient’s data.'),
    yearFrom: year,
    yearTo: year.nullable(),
    /** The client agreed to be named. */
    mayShow: z.literal(true, 'Name a client only with its leave, and say that you have it.'),
  })
  .refine(({ yearFrom, yearTo }) => yearTo === null || yearTo >= yearFrom, {
    path: ['yearTo'],
    message: 'It cannot have ended before it began.',
  });
export type AddReferenceInput = z.infer<typeof addReferenceInput>;
export const referenceIdInput = z.object({ referenceId: z.uuid() });

/** What is stated of a sample before it is shown; every one must be. */
export const SAMPLE_STATEMENTS = {
  noProtectedData: 'It shows no patient: no names, dates, numbers, faces or burnt-in text of a real person.',
  rightToShow: 'We have the right to show it; no contract or agreement forbids it.',
  noClientSecret: 'It tells nothing that a client keeps secret, and names a client only with its leave.',
  sourceIsSafe: 'The images and texts are public, synthetic or made for this purpose.',
} as const;
export type SampleStatement = keyof typeof SAMPLE_STATEMENTS;
const stated = z.literal(true, 'Make every statement, or leave the sample out.');
export const sampleAttestation = z.object({
  noProtectedData: stated,
  rightToShow: stated,
  noClientSecret: stated,
  sourceIsSafe: stated,
});

export const sampleMeta = z.object({
  kind: z.enum(['sample_output', 'case_study']),
  title: line(200, 'Give it a title.'),
  body: line(20_000, 'Say what is seen, and what was asked.'),
  attestation: sampleAttestation,
  /** Why what the detector saw is no protected data; needed when it saw something. */
  findingsAnswer: z.string().trim().max(2000).nullable().default(null),
});
export type SampleMeta = z.infer<typeof sampleMeta>;
export const sampleIdInput = z.object({ sampleId: z.uuid() });

/** What the detector saw in a sample: kinds of identifiers, by where; and what it could not look into. */
export const sampleFindings = z.object({
  seen: z.array(z.object({ where: z.string(), what: z.string() })),
  notLookedInto: z.array(z.string()),
});
export type SampleFindings = z.infer<typeof sampleFindings>;

export const pilotIdInput = z.object({ pilotId: z.uuid() });
export const vendorOrgInput = z.object({ vendorOrgId: z.uuid() });
