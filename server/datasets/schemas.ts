import { z } from 'zod';
import { DATA_CLASSES } from '#server/projects/schemas.ts';

/** What a hint at a DICOM header says of an element (`dicom-hints.ts`). */
export const HEADER_FINDINGS = [
  'not_removed',
  'not_emptied',
  'stand_in',
  'full_date',
  'age_over_89',
  'looks_like',
  'private',
  'own_uid',
  'preamble',
  'not_declared',
  'burned_in',
  'burned_in_unsaid',
  'recognisable',
  'dates_unmodified',
] as const;

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

/** Headers that were looked at on the sponsor's own machine: nothing of the files themselves is sent. */
export const headerCheck = z.strictObject({
  files: z.number().int().min(0).max(100_000),
  refused: z.number().int().min(0).max(100_000),
  found: z
    .array(
      z.strictObject({
        item: z.enum(SAFE_HARBOR_ITEMS),
        tag: z.string().regex(/^(?:\([0-9a-f]{4},[0-9a-fx]{4}\))?$/, 'A tag is written (gggg,eeee).'),
        finding: z.enum(HEADER_FINDINGS),
        files: z.number().int().min(1).max(100_000),
      }),
    )
    .max(1_000),
});
export type HeaderCheck = z.infer<typeof headerCheck>;

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
  /** What the detectors found in DICOM headers beside it; counts of files by element, never a value. Help, not proof. */
  headerCheck: headerCheck.optional(),
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
  /** What the document of the evidence covers; it comes as a file of the form. */
  documentScope: z.string().trim().max(2000).optional(),
  /** As on renewal: no way is known to recognise anybody in what is left (164.514(b)(2)(ii)). */
  noActualKnowledge: z.boolean().optional(),
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

/** The file behind the evidence, as the sponsor and the operator see it. */
export const datasetDocument = z.object({
  id: z.uuid(),
  kind: datasetEvidence.shape.kind,
  issuer: z.string(),
  reference: z.string(),
  scope: z.string(),
  issuedOn: z.string().nullable(),
  expiresOn: z.string().nullable(),
  bytes: z.number().int(),
  sha256: z.string(),
  uploadedAt: z.date(),
});
export type DatasetDocument = z.infer<typeof datasetDocument>;

export const documentIdInput = z.strictObject({ documentId: z.uuid() });

/** The operator's list of documents, newest first. */
export const documentsInput = z.strictObject({
  before: z.object({ uploadedAt: z.date(), id: z.uuid() }).optional(),
  limit: z.number().int().min(1).max(200).default(50),
});
export const documentsView = z.object({
  items: z.array(
    datasetDocument.extend({
      dataset: z.string(),
      sponsor: z.string(),
      dataClass: z.enum(DATA_CLASSES),
      /** Whether the evidence of the dataset rests on this one now. */
      isCurrent: z.boolean(),
      headerCheck: headerCheck.nullable(),
    }),
  ),
  next: z.object({ uploadedAt: z.date(), id: z.uuid() }).nullable(),
});

/** Files of cases that are looked through for identifiers before anything is imported. */
export const identifierLookInput = z.strictObject({
  projectId: z.uuid(),
  format: z.enum(['csv', 'jsonl']),
  text: z.string().max(IMPORT_LIMITS.bytes, 'A file has at most 64 MB.'),
  imageNames: z.array(z.string().max(300)).max(200_000).default([]),
});
export type IdentifierLookInput = z.infer<typeof identifierLookInput>;
export const identifierLook = z.object({
  cases: z.number().int(),
  /** Problems that keep the file from being read; the import lists them by line. */
  problems: z.number().int(),
  hints: z.array(z.object({ item: z.enum(SAFE_HARBOR_ITEMS).nullable(), message: z.string() })),
});
export type IdentifierLook = z.infer<typeof identifierLook>;

/** A dataset as its project's page shows it. */
export const datasetView = z.object({
  id: z.uuid(),
  name: z.string(),
  dataClass: z.enum(DATA_CLASSES),
  subjectRegion: z.string().nullable(),
  legalBasis: z.string(),
  evidence: datasetEvidence,
  /** Newest first; few. */
  documents: z.array(datasetDocument),
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
  /** What the document covers; only with one, which comes as a file of the form. */
  documentScope: z.string().trim().max(2000).optional(),
});
export type RenewEvidenceInput = z.infer<typeof renewEvidenceInput>;
export const renewedEvidence = z.object({ expiresOn: z.string().nullable() });
