import { sql } from 'drizzle-orm';
import { check, date, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { id, instant, sha256 } from '#db/columns.ts';
import { files } from './files.ts';
import { organisations, people } from './identity.ts';

/** A version of an agreement's text; `clauses` maps every required clause key to the text that meets it. */
export const agreementTemplates = pgTable(
  'agreement_templates',
  {
    id: id().primaryKey(),
    kind: text({
      enum: ['baa', 'subcontractor_baa', 'services', 'dua', 'dpa', 'nda', 'no_reidentification'],
    }).notNull(),
    version: integer().notNull(),
    title: text().notNull(),
    clauses: jsonb().notNull(),
    createdAt: instant().notNull(),
  },
  (t) => [
    // The template of a kind in force, by version.
    uniqueIndex('agreement_templates_kind_version_key').on(t.kind, t.version),
  ],
);

/** A legal document between two organisations (R1): party A is the one higher in the chain. */
export const agreements = pgTable(
  'agreements',
  {
    id: id().primaryKey(),
    kind: text({
      enum: ['baa', 'subcontractor_baa', 'services', 'dua', 'dpa', 'nda', 'no_reidentification'],
    }).notNull(),
    templateId: uuid()
      .notNull()
      .references(() => agreementTemplates.id),
    partyAOrgId: uuid()
      .notNull()
      .references(() => organisations.id),
    partyBOrgId: uuid()
      .notNull()
      .references(() => organisations.id),
    status: text({
      enum: [
        'draft',
        'sent',
        'partially_signed',
        'active',
        'suspended',
        'termination_noticed',
        'terminated',
        'wound_down',
        'expired',
        'superseded',
        'declined',
        'voided',
        'lapsed',
      ],
    })
      .notNull()
      .default('draft'),
    effectiveFrom: date().notNull(),
    effectiveUntil: date(),
    /** Exact bytes that both sides sign. */
    fileId: uuid().references(() => files.id),
    documentSha256: sha256(),
    /** The signed copy with its evidence page. */
    sealedFileId: uuid().references(() => files.id),
    supersedesId: uuid(),
    statusReason: text(),
    createdAt: instant().notNull(),
    activatedAt: instant(),
    endedAt: instant(),
    retainUntil: date(),
  },
  (t) => [
    // One effective agreement of a kind between two parties: no overlap on renewal.
    uniqueIndex('agreements_one_active')
      .on(t.kind, t.partyAOrgId, t.partyBOrgId)
      .where(sql`status in ('active', 'suspended', 'termination_noticed')`),
    // One document of a kind on its way to signature: nobody signs the wrong one of two.
    uniqueIndex('agreements_one_pending')
      .on(t.kind, t.partyAOrgId, t.partyBOrgId)
      .where(sql`status in ('draft', 'sent', 'partially_signed')`),
    // The gate walks from a party to its counterpart; both directions.
    index('agreements_party_a_idx').on(t.partyAOrgId, t.kind, t.status),
    // The agreements of an organisation.
    index('agreements_party_b_idx').on(t.partyBOrgId, t.kind, t.status),
    check('agreements_two_parties', sql`party_a_org_id <> party_b_org_id`),
  ],
);

/** One side's signature over the exact bytes of the document. Append-only. */
export const agreementSignatures = pgTable(
  'agreement_signatures',
  {
    id: id().primaryKey(),
    agreementId: uuid()
      .notNull()
      .references(() => agreements.id),
    side: text({ enum: ['a', 'b'] }).notNull(),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    personId: uuid()
      .notNull()
      .references(() => people.id),
    typedName: text().notNull(),
    title: text().notNull(),
    authorityStatement: text().notNull(),
    consentVersion: text().notNull(),
    documentSha256: sha256().notNull(),
    authMethod: text().notNull(),
    sessionId: uuid().notNull(),
    ipAddress: text(),
    userAgent: text(),
    signedAt: instant().notNull(),
  },
  // A side signs once.
  (t) => [uniqueIndex('agreement_signatures_side_key').on(t.agreementId, t.side)],
);

/** The vendor's word that a person is its workforce (R19), valid once the person has confirmed it. */
export const workforceAttestations = pgTable(
  'workforce_attestations',
  {
    id: id().primaryKey(),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    personId: uuid()
      .notNull()
      .references(() => people.id),
    relation: text({ enum: ['employed', 'direct_control'] }).notNull(),
    privacyTrainingOn: date().notNull(),
    attestedBy: uuid()
      .notNull()
      .references(() => people.id),
    attestedAt: instant().notNull(),
    confirmedAt: instant(),
    validUntil: date().notNull(),
    revokedAt: instant(),
  },
  // The gate's last hop: a person's attestation by an organisation, newest first.
  (t) => [index('workforce_attestations_person_idx').on(t.personId, t.orgId, t.validUntil)],
);

/** What each data class needs before anyone sees it (R18): rows with validity dates, not code. */
export const gateRequirements = pgTable(
  'gate_requirements',
  {
    id: id().primaryKey(),
    dataClass: text().notNull(),
    /** `hop` for each pair of organisations in the chain, `person` for the reader, `dataset` for the data itself. */
    appliesTo: text({ enum: ['hop', 'person', 'dataset'] }).notNull(),
    requirement: text().notNull(),
    basis: text().notNull(),
    validFrom: date().notNull(),
    validUntil: date(),
  },
  (t) => [
    // What the gate asks for a data class.
    index('gate_requirements_class_idx').on(t.dataClass, t.validFrom),
  ],
);
