import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { id, instant } from '#db/columns.ts';
import { files } from './files.ts';
import { organisations, people } from './identity.ts';
import { pilots } from './pilots.ts';

/** What a vendor tells of itself; facts about its people are counted from their credentials, never typed here. */
export const vendorProfiles = pgTable('vendor_profiles', {
  orgId: uuid()
    .primaryKey()
    .references(() => organisations.id),
  about: text().notNull(),
  /** Countries it reads from, ISO 3166-1 alpha-2. */
  regions: text().array().notNull(),
  /** What it reads, in its own words: chest CT, dermatoscopy. */
  focus: text().array().notNull(),
  updatedBy: uuid()
    .notNull()
    .references(() => people.id),
  updatedAt: instant().notNull(),
});

/** A document that shows how a vendor protects data; decided once by an operator, replaced by a new one. */
export const vendorEvidence = pgTable(
  'vendor_evidence',
  {
    id: id().primaryKey(),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    kind: text({
      enum: [
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
      ],
    }).notNull(),
    status: text({ enum: ['uploaded', 'reviewed', 'refused', 'expired', 'withdrawn'] })
      .notNull()
      .default('uploaded'),
    /** Auditor, certifier or insurer. */
    issuer: text().notNull(),
    /** What it covers: systems, sites, limits of a policy. */
    scope: text().notNull(),
    periodFrom: date().notNull(),
    periodTo: date().notNull(),
    expiresOn: date().notNull(),
    /** Exceptions and gaps that the document names; empty for none. */
    gaps: text().notNull().default(''),
    fileId: uuid()
      .notNull()
      .references(() => files.id),
    /** Whether sponsors to whom it bids may open the document, not only its facts. */
    isOpenToSponsors: boolean().notNull().default(false),
    uploadedBy: uuid()
      .notNull()
      .references(() => people.id),
    uploadedAt: instant().notNull(),
    reviewedBy: uuid().references(() => people.id),
    reviewedAt: instant(),
    reviewNote: text(),
    endedAt: instant(),
    /** The last reminder of its end that was sent, in days before it. */
    remindedDays: integer(),
  },
  (t) => [
    // A vendor’s documents, and what a comparison shows of several vendors.
    index('vendor_evidence_org_idx').on(t.orgId, t.status, t.expiresOn),
    // The operator’s work-list, oldest first.
    index('vendor_evidence_waiting_idx').on(t.uploadedAt).where(sql`status = 'uploaded'`),
    // What ends next, for reminders and expiry.
    index('vendor_evidence_expiry_idx').on(t.expiresOn).where(sql`status in ('uploaded', 'reviewed')`),
    check('vendor_evidence_period', sql`period_from <= period_to and period_from < expires_on`),
    check('vendor_evidence_reviewer', sql`status <> 'reviewed' or reviewed_by is not null`),
  ],
);

/** A client that a vendor names as a reference, with the client's leave. */
export const vendorReferences = pgTable(
  'vendor_references',
  {
    id: id().primaryKey(),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    client: text().notNull(),
    work: text().notNull(),
    yearFrom: integer().notNull(),
    yearTo: integer(),
    /** Who said that the client agreed to be named, and when. */
    attestedBy: uuid()
      .notNull()
      .references(() => people.id),
    createdAt: instant().notNull(),
    withdrawnAt: instant(),
  },
  (t) => [
    // A vendor’s references that are shown.
    index('vendor_references_org_idx').on(t.orgId, t.createdAt).where(sql`withdrawn_at is null`),
  ],
);

/** A sample output or a case study; shown only with every statement of the checklist made. */
export const vendorSamples = pgTable(
  'vendor_samples',
  {
    id: id().primaryKey(),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    kind: text({ enum: ['sample_output', 'case_study'] }).notNull(),
    title: text().notNull(),
    body: text().notNull(),
    fileId: uuid().references(() => files.id),
    /** Statements made, by key (server/vendors/schemas.ts). */
    attestation: jsonb().notNull(),
    /** What the detector saw: kinds of identifiers, never the text itself; and what it could not look into. */
    findings: jsonb().notNull(),
    /** Why what the detector saw is no protected data. */
    findingsAnswer: text(),
    attestedBy: uuid()
      .notNull()
      .references(() => people.id),
    createdAt: instant().notNull(),
    withdrawnAt: instant(),
  },
  (t) => [
    // A vendor’s samples that are shown.
    index('vendor_samples_org_idx').on(t.orgId, t.createdAt).where(sql`withdrawn_at is null`),
  ],
);

/** A pilot's scorecard that its vendor shows to other sponsors (R16); ending it hides it at once. */
export const vendorShownScorecards = pgTable(
  'vendor_shown_scorecards',
  {
    id: id().primaryKey(),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    pilotId: uuid()
      .notNull()
      .references(() => pilots.id),
    shownBy: uuid()
      .notNull()
      .references(() => people.id),
    shownAt: instant().notNull(),
    hiddenAt: instant(),
  },
  (t) => [
    // A scorecard is shown once at a time; and a vendor’s shown ones.
    uniqueIndex('vendor_shown_scorecards_key').on(t.orgId, t.pilotId).where(sql`hidden_at is null`),
  ],
);
