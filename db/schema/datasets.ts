import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { country, id, instant, sha256 } from '#db/columns.ts';
import { files } from './files.ts';
import { organisations, people } from './identity.ts';
import { DATA_CLASSES, projects } from './projects.ts';

/** Files of one project with a data class and its legal basis. */
export const datasets = pgTable(
  'datasets',
  {
    id: id().primaryKey(),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    name: text().notNull(),
    dataClass: text({ enum: DATA_CLASSES }).notNull(),
    /** Region of the data subjects; decides location rules. */
    subjectRegion: country(),
    legalBasis: text().notNull(),
    /** Kind, issuer, dates and hash of the de-identification evidence or licence. */
    evidence: jsonb().notNull(),
    evidenceExpiresOn: date(),
    sourceFileId: uuid().references(() => files.id),
    caseCount: integer().notNull().default(0),
    assetCount: integer().notNull().default(0),
    /** Counts by site, subgroup and class with warnings, made at import. */
    composition: jsonb().notNull(),
    /** Open while findings wait for a person; frozen when the accepted set is fixed. Batches draw from frozen ones only. */
    intakeStatus: text({ enum: ['open', 'frozen'] })
      .notNull()
      .default('frozen'),
    intakeFrozenAt: instant(),
    intakeFrozenBy: uuid(),
    /** Cases that the intake keeps out, by their excluded_reason. */
    excludedCount: integer().notNull().default(0),
    /** Names of assets that every case must have, e.g. frontal, lateral. */
    requiredAssets: text().array().notNull().default(sql`'{}'`),
    retentionUntil: date(),
    legalHold: boolean().notNull().default(false),
    createdBy: uuid()
      .notNull()
      .references(() => people.id),
    createdAt: instant().notNull(),
  },
  (t) => [
    // A project’s datasets.
    index('datasets_project_idx').on(t.projectId, t.createdAt),
  ],
);

/**
 * The document behind the evidence of a dataset: an expert's determination, a data use agreement. Kept for good; the newest is
 * the one that the evidence of the dataset names by its hash.
 */
export const datasetDocuments = pgTable(
  'dataset_documents',
  {
    id: id().primaryKey(),
    datasetId: uuid()
      .notNull()
      .references(() => datasets.id),
    kind: text({
      enum: [
        'safe_harbor_checklist',
        'expert_determination',
        'data_use_agreement',
        'baa',
        'processing_agreement',
        'licence',
        'generator',
      ],
    }).notNull(),
    /** The expert, the covered entity, the licensor. */
    issuer: text().notNull(),
    reference: text().notNull(),
    /** What it covers: which data, from where, for what purpose and recipients. */
    scope: text().notNull(),
    issuedOn: date(),
    expiresOn: date(),
    fileId: uuid()
      .notNull()
      .references(() => files.id),
    uploadedBy: uuid()
      .notNull()
      .references(() => people.id),
    uploadedAt: instant().notNull(),
  },
  (t) => [
    // The documents of a dataset, newest first.
    index('dataset_documents_dataset_idx').on(t.datasetId, t.uploadedAt),
    // The operator's list of all, newest first.
    index('dataset_documents_uploaded_idx').on(t.uploadedAt, t.id),
  ],
);

/** One case: one or more assets shown together, of one pseudonymous patient (R3). */
export const cases = pgTable(
  'cases',
  {
    datasetId: uuid()
      .notNull()
      .references(() => datasets.id),
    id: id(),
    externalId: text().notNull(),
    patientKey: text().notNull(),
    site: text().notNull(),
    split: text(),
    /** Subgroup columns, e.g. { sex: 'F', age_band: '60-69' }. */
    subgroups: jsonb().notNull(),
    /** Text shown beside the assets, by name. */
    context: jsonb().notNull(),
    position: integer().notNull(),
    /** SHA-256 over the sorted hashes of its assets: the same content has the same. Null before there were checks. */
    contentSha256: sha256(),
    /** Hash of its normalised texts, or gradient hashes of its images: near duplicates have the same or a close one. */
    nearKey: text(),
    /** Why the intake keeps it out of every batch; null when it is in the accepted set. */
    excludedReason: text(),
  },
  (t) => [
    primaryKey({ columns: [t.datasetId, t.id] }),
    // A case by the sponsor’s own name for it; named once in a dataset.
    uniqueIndex('cases_external_key').on(t.datasetId, t.externalId),
    // Keyset pages of a dataset's cases.
    index('cases_position_idx').on(t.datasetId, t.position),
    // Cases that hold the very same content (sameContent).
    index('cases_content_idx').on(t.contentSha256).where(sql`content_sha256 is not null`),
  ],
);

/**
 * What a check or a person found about a case before it may enter a batch. An automatic finding is a proposal; a person
 * decides. Kept for good: the report of exclusions counts them.
 */
export const intakeFindings = pgTable(
  'intake_findings',
  {
    datasetId: uuid()
      .notNull()
      .references(() => datasets.id),
    caseId: uuid().notNull(),
    code: text({
      enum: [
        'corrupt',
        'unreadable',
        'missing_view',
        'duplicate',
        'near_duplicate',
        'patient_split',
        'wrong_anatomy',
        'wrong_modality',
        'other',
      ],
    }).notNull(),
    source: text({ enum: ['automatic', 'person'] }).notNull(),
    /** What was found, in words that hold nothing of the case's content. */
    says: text().notNull(),
    /** The case that it repeats. */
    otherDatasetId: uuid(),
    otherCaseId: uuid(),
    decision: text({ enum: ['exclude', 'keep'] }),
    note: text(),
    decidedBy: uuid(),
    decidedAt: instant(),
    foundAt: instant().notNull(),
  },
  // Findings of a dataset and of a case: the key.
  (t) => [primaryKey({ columns: [t.datasetId, t.caseId, t.code] })],
);

/** One file or text of a case. Text is inline; images are files. */
export const assets = pgTable(
  'assets',
  {
    datasetId: uuid().notNull(),
    id: id(),
    caseId: uuid().notNull(),
    position: smallint().notNull(),
    name: text().notNull(),
    kind: text({ enum: ['text', 'image'] }).notNull(),
    mediaType: text().notNull(),
    text: text(),
    fileId: uuid().references(() => files.id),
    sha256: sha256().notNull(),
    quarantinedAt: instant(),
  },
  (t) => [
    primaryKey({ columns: [t.datasetId, t.caseId, t.position] }),
    // An asset by its id alone, as the gate’s doors know it.
    uniqueIndex('assets_id_key').on(t.id),
    // Cases of a dataset that are quarantined (R24): few.
    index('assets_quarantined_idx').on(t.datasetId, t.caseId).where(sql`quarantined_at is not null`),
  ],
);

/**
 * The words that the gate gave for opening or staying shut, each once; append-only. Millions of openings share some ten of
 * them, and an opening may weigh little (`docs/domains/agreements.md`).
 */
export const openingGrounds = pgTable('opening_grounds', {
  /** The first eight bytes of the SHA-256 of the words, so that nobody hands out numbers. */
  id: bigint({ mode: 'bigint' }).primaryKey(),
  /** Basis when allowed, failing hops when refused. */
  words: text().notNull(),
});

/** Each look at an asset through the gate, allowed or refused. Append-only; the accounting of disclosures. */
export const assetOpenings = pgTable(
  'asset_openings',
  {
    at: instant().notNull(),
    personId: uuid().notNull(),
    assetId: uuid().notNull(),
    batchId: uuid(),
    allowed: boolean().notNull(),
    country: country(),
    /** Of `opening_grounds`. */
    groundId: bigint({ mode: 'bigint' }).notNull(),
  },
  // Neither holds the time: openings of one asset, or of one person, share an entry, which takes a third of the room.
  (t) => [
    // Who has seen this asset (incidents, questions to the access log).
    index('asset_openings_asset_idx').on(t.assetId),
    // What has this person seen.
    index('asset_openings_person_idx').on(t.personId),
  ],
);
