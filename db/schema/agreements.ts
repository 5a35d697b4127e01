import { sql } from 'drizzle-orm';
import { check, date, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { country, id, instant, sha256 } from '#db/columns.ts';
import { files } from './files.ts';
import { organisations, people } from './identity.ts';

const AGREEMENT_KINDS = [
  'baa',
  'subcontractor_baa',
  'services',
  'dua',
  'dpa',
  'scc',
  'confidentiality',
  'nda',
  'no_reidentification',
  'delegation',
] as const;
const TEMPLATE_KINDS = [...AGREEMENT_KINDS, 'workforce_attestation'] as const;

/** A version of an agreement's text; `clauses` maps every required clause key to the text that meets it. */
export const agreementTemplates = pgTable(
  'agreement_templates',
  {
    id: id().primaryKey(),
    kind: text({ enum: TEMPLATE_KINDS }).notNull(),
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
    kind: text({ enum: AGREEMENT_KINDS }).notNull(),
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
        'signed',
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
    /** The text as negotiated; null while it is the template's. */
    clauses: jsonb(),
    /** Counts the texts it has had; each is kept in `agreement_texts`. */
    textVersion: integer().notNull().default(1),
    /** The only countries in which data it carries may be shown; empty means that it sets no limit. */
    locations: text().array().notNull().default(sql`'{}'`),
    /** The last reminder of its end that was sent: 90, 30 or 0 days before. */
    remindedDays: integer(),
    /** Which party suspended it; only that one resumes it. Null while it is not suspended. */
    suspendedByOrgId: uuid(),
    statusReason: text(),
    createdAt: instant().notNull(),
    /** When it was last sent to both sides to sign; it can be signed for 30 days from then. Null in a negotiation. */
    sentAt: instant(),
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
    // One that both have signed for a day to come: no two would begin.
    uniqueIndex('agreements_one_signed')
      .on(t.kind, t.partyAOrgId, t.partyBOrgId)
      .where(sql`status = 'signed'`),
    // What begins, ends or is to be reminded of by its day.
    index('agreements_by_end_idx')
      .on(t.effectiveUntil)
      .where(sql`status in ('signed', 'active', 'suspended', 'termination_noticed')`),
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
    /** Version of the text that was attested and confirmed. */
    textVersion: integer().notNull().default(1),
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

/** A text an agreement has had while it was negotiated. Append-only. */
export const agreementTexts = pgTable(
  'agreement_texts',
  {
    id: id().primaryKey(),
    agreementId: uuid()
      .notNull()
      .references(() => agreements.id),
    version: integer().notNull(),
    clauses: jsonb().notNull(),
    /** The accepted proposal that made it; null for the template's own text. */
    remarkId: uuid(),
    createdBy: uuid().notNull(),
    createdAt: instant().notNull(),
  },
  // The texts of an agreement in order, each once.
  (t) => [uniqueIndex('agreement_texts_version_key').on(t.agreementId, t.version)],
);

/** What a side says to a clause: a comment, or another wording, which the other side accepts or refuses. */
export const agreementRemarks = pgTable(
  'agreement_remarks',
  {
    id: id().primaryKey(),
    agreementId: uuid()
      .notNull()
      .references(() => agreements.id),
    clauseKey: text().notNull(),
    side: text({ enum: ['a', 'b'] }).notNull(),
    personId: uuid().notNull(),
    /** The wording it was made about. */
    textVersion: integer().notNull(),
    /** Null for a comment. */
    proposedText: text(),
    note: text().notNull(),
    status: text({ enum: ['said', 'open', 'accepted', 'refused', 'withdrawn'] }).notNull(),
    decidedBy: uuid(),
    decidedAt: instant(),
    decisionNote: text(),
    createdAt: instant().notNull(),
  },
  (t) => [
    // What was said to an agreement, in order.
    index('agreement_remarks_agreement_idx').on(t.agreementId, t.createdAt),
    // One wording at a time is proposed for a clause.
    uniqueIndex('agreement_remarks_open_key').on(t.agreementId, t.clauseKey).where(sql`status = 'open'`),
  ],
);

/** An organisation's duty to return or destroy what it held under an agreement that has ended, and its certificate. */
export const windDownDuties = pgTable(
  'wind_down_duties',
  {
    id: id().primaryKey(),
    agreementId: uuid()
      .notNull()
      .references(() => agreements.id),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    dueOn: date().notNull(),
    createdAt: instant().notNull(),
    certifiedAt: instant(),
    certifiedBy: uuid(),
    /** Method, systems, until when backups live, why infeasible and what protects it then. */
    certificate: jsonb(),
    certificateSha256: sha256(),
  },
  (t) => [
    // Each organisation has one duty per ended agreement.
    uniqueIndex('wind_down_duties_key').on(t.agreementId, t.orgId),
    // What an organisation still has to certify.
    index('wind_down_duties_org_idx').on(t.orgId, t.certifiedAt),
  ],
);

/** The yearly word of a business associate, by a named expert, that its safeguards are in place. Append-only. */
export const baVerifications = pgTable(
  'ba_verifications',
  {
    id: id().primaryKey(),
    agreementId: uuid()
      .notNull()
      .references(() => agreements.id),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    /** What was verified, by whom, and the expert's analysis in words. */
    statement: jsonb().notNull(),
    statementSha256: sha256().notNull(),
    signedBy: uuid().notNull(),
    authMethod: text().notNull(),
    signedAt: instant().notNull(),
    validUntil: date().notNull(),
    /** The statement as it was printed, and that with its evidence page; null before statements were printed. */
    fileId: uuid().references(() => files.id),
    sealedFileId: uuid().references(() => files.id),
  },
  // The newest one of an agreement.
  (t) => [index('ba_verifications_agreement_idx').on(t.agreementId, t.signedAt)],
);

/** A sponsor's assessment of showing EU personal data in a country outside (GDPR 46; SCC clause 14). */
export const transferAssessments = pgTable(
  'transfer_assessments',
  {
    id: id().primaryKey(),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    country: country().notNull(),
    outcome: text({ enum: ['permitted', 'not_permitted'] }).notNull(),
    /** Law and practice there, what is done about it, and the conclusion. */
    findings: jsonb().notNull(),
    assessedBy: uuid().notNull(),
    assessedAt: instant().notNull(),
    validUntil: date().notNull(),
  },
  // The newest assessment of a sponsor for a country, as the gate asks.
  (t) => [index('transfer_assessments_org_idx').on(t.orgId, t.country, t.assessedAt)],
);
