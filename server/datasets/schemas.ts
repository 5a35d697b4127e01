import { z } from 'zod';
import { DATA_CLASSES } from '#server/projects/schemas.ts';

const isoDate = z.iso.date('Give a date, for example 2026-10-01.');

/** What Safe Harbor removes, by the letters of 45 CFR 164.514(b)(2)(i)(A)–(R). */
export const SAFE_HARBOR_ITEMS = [
  'names',
  'geography',
  'dates_and_ages',
  'telephone',
  'fax',
  'email',
  'ssn',
  'record_numbers',
  'health_plan',
  'accounts',
  'licences',
  'vehicles',
  'devices',
  'urls',
  'ip_addresses',
  'biometrics',
  'faces',
  'other_codes',
] as const;
export type SafeHarborItem = (typeof SAFE_HARBOR_ITEMS)[number];

/**
 * What shows that the data is what its class says: a Safe Harbor checklist, an expert's determination, a data use
 * agreement, a licence, a synthetic generator (facts: 45 CFR 164.514). Kept with the dataset and shown by the gate.
 */
export const datasetEvidence = z.strictObject({
  kind: z.enum([
    'safe_harbor_checklist',
    'expert_determination',
    'data_use_agreement',
    'baa',
    'processing_agreement',
    'licence',
    'generator',
    'none',
  ]),
  /** Who vouches: the expert, the licensor, the covered entity. */
  issuer: z.string().trim().max(200),
  /** Document number, licence name or link; never patient data. */
  reference: z.string().trim().max(500),
  issuedOn: isoDate.nullable(),
  expiresOn: isoDate.nullable(),
  /** SHA-256 of the document, when it was uploaded elsewhere. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'The hash is not a SHA-256.')
    .nullable(),
  /** The items of the Safe Harbor checklist that somebody has gone through, one by one; only with that kind. */
  checklist: z.array(z.enum(SAFE_HARBOR_ITEMS)).max(SAFE_HARBOR_ITEMS.length).optional(),
});
export type DatasetEvidence = z.infer<typeof datasetEvidence>;

const count = z.object({ value: z.string(), cases: z.number().int() });

/** What a dataset is made of: counts of cases, largest first, and what to worry about. */
export const composition = z.object({
  cases: z.number().int(),
  patients: z.number().int(),
  assets: z.object({ text: z.number().int(), image: z.number().int() }),
  sites: z.array(count),
  splits: z.array(count),
  /** Subgroup column → counts; an empty cell counts under "". */
  subgroups: z.record(z.string(), z.array(count)),
  /** Gold field → counts of its values. */
  classes: z.record(z.string(), z.array(count)),
  goldCases: z.number().int(),
  warnings: z.array(
    z.object({
      code: z.string(),
      message: z.string(),
      /** Which of the eighteen kinds a possible identifier is; missing where it was found before there were kinds. */
      item: z.enum(SAFE_HARBOR_ITEMS).optional(),
    }),
  ),
});
export type Composition = z.infer<typeof composition>;

/** Largest import through the app. */
export const IMPORT_LIMITS = {
  bytes: 64 * 1024 * 1024,
  /** A file of cases together with its images. */
  uploadBytes: 256 * 1024 * 1024,
  cases: 200_000,
  assetsPerCase: 20,
  columns: 200,
  cellCharacters: 100_000,
  imageBytes: 20 * 1024 * 1024,
  errors: 200,
} as const;

export const importMeta = z.strictObject({
  projectId: z.uuid(),
  name: z.string().trim().min(1, 'Give the dataset a name.').max(120),
  dataClass: z.enum(DATA_CLASSES, { error: 'Choose what kind of data it is.' }),
  subjectRegion: z
    .string()
    .regex(/^[A-Z]{2}$/, 'A country is its two-letter code, for example US.')
    .nullable()
    .optional(),
  legalBasis: z.string().trim().min(1, 'Say on what legal basis the data is used.').max(500),
  evidence: datasetEvidence,
  format: z.enum(['csv', 'jsonl']),
  /** Names of the texts or images that every case must have; a case without one waits for a decision at intake. */
  requiredAssets: z
    .array(z.string().trim().min(1).max(60))
    .max(20, 'At most 20 views can be asked of every case.')
    .optional(),
});
export type ImportMeta = z.infer<typeof importMeta>;

/** Import of text content through tRPC; images come by the upload route. */
export const importTextInput = importMeta.extend({
  text: z.string().max(IMPORT_LIMITS.bytes, 'A file has at most 64 MB.'),
  fileName: z.string().trim().min(1).max(200).default('cases.csv'),
});
export type ImportTextInput = z.input<typeof importTextInput>;

export const importedDataset = z.object({
  datasetId: z.uuid(),
  sha256: z.string(),
  composition,
  /** What the intake found and waits for a person; 0: the accepted set is frozen. */
  findings: z.number().int(),
});

/** A dataset as its project's page shows it. */
export const datasetView = z.object({
  id: z.uuid(),
  name: z.string(),
  dataClass: z.enum(DATA_CLASSES),
  subjectRegion: z.string().nullable(),
  legalBasis: z.string(),
  evidence: datasetEvidence,
  caseCount: z.number().int(),
  assetCount: z.number().int(),
  composition,
  intakeStatus: z.enum(['open', 'frozen']),
  excludedCount: z.number().int(),
  createdAt: z.date(),
});

export const caseLines = z.object({
  items: z.array(
    z.object({
      id: z.uuid(),
      externalId: z.string(),
      site: z.string(),
      split: z.string().nullable(),
      subgroups: z.record(z.string(), z.string()),
      position: z.number().int(),
    }),
  ),
  next: z.number().int().nullable(),
});

export const casesInput = z.strictObject({
  datasetId: z.uuid(),
  after: z.number().int().optional(),
  limit: z.number().int().min(1).max(500).default(100),
});

/** New evidence for a data set, such as a renewed determination. */
export const renewEvidenceInput = z.object({
  datasetId: z.uuid(),
  evidence: datasetEvidence,
  /** The sponsor does not know of a way to recognise anybody in what is left (164.514(b)(2)(ii)). */
  noActualKnowledge: z.boolean(),
});
export type RenewEvidenceInput = z.infer<typeof renewEvidenceInput>;
export const renewedEvidence = z.object({ expiresOn: z.string().nullable() });
