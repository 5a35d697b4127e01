import { sql } from 'drizzle-orm';
import {
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { country, currency, id, instant, minor, sha256 } from '#db/columns.ts';
import { files } from './files.ts';
import { organisations, people } from './identity.ts';
import { projects } from './projects.ts';

/** A claim about a person: licence, board certification, degree, training. */
export const credentials = pgTable(
  'credentials',
  {
    id: id().primaryKey(),
    personId: uuid()
      .notNull()
      .references(() => people.id),
    kind: text().notNull(),
    title: text().notNull(),
    issuer: text().notNull(),
    jurisdiction: country(),
    /** Number at the issuer, normalised. */
    identifier: text(),
    /** NUCC taxonomy code of the specialty. */
    taxonomyCode: text(),
    specialty: text(),
    /** The register it is in (server/credentials/schemes.ts); null for claims made before registers were named. */
    scheme: text(),
    /** ISO 3166-2 subdivision without the country, for licences of states: CA. */
    region: text(),
    /** Of a language: CEFR. */
    proficiency: text({ enum: ['A1', 'A2', 'B1', 'B2', 'C1', 'C2', 'native'] }),
    /** The register and the number as they are compared; two people with the same one are an operator's to tell apart. */
    numberKey: text(),
    issuedOn: date(),
    expiresOn: date(),
    status: text({
      enum: [
        'claimed',
        'verifying',
        'verified',
        'discrepancy',
        'unable',
        'adverse',
        'expired',
        'suspended',
        'revoked',
      ],
    })
      .notNull()
      .default('claimed'),
    level: text({ enum: ['self_claimed', 'vendor_attested', 'primary_source'] })
      .notNull()
      .default('self_claimed'),
    /** Since when it waits at the desk for another reason than a first check, and which; null when it does not. */
    deskSince: instant(),
    deskReason: text({ enum: ['dispute', 'answer', 'recheck', 'sample', 'unable'] }),
    /** By when it is checked at its source again, at the latest 36 months after the last check. */
    recheckOn: date(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (t) => [
    // A person's wallet, the snapshot at claim, the rule check.
    index('credentials_person_idx').on(t.personId, t.status),
    // The verification desk: oldest claim first.
    index('credentials_status_created_idx').on(t.status, t.createdAt),
    // The desk: what waits for another reason than a first check.
    index('credentials_desk_idx').on(t.deskSince).where(sql`desk_since is not null`),
    // The same number claimed by two people is found at entry.
    index('credentials_number_idx').on(t.numberKey).where(sql`number_key is not null`),
    // A person adds a number once, unless what they added is over.
    uniqueIndex('credentials_own_number_key')
      .on(t.personId, t.numberKey)
      .where(sql`number_key is not null and status not in ('expired', 'revoked', 'adverse')`),
    // The daily job that asks for checks again.
    index('credentials_recheck_idx')
      .on(t.recheckOn)
      .where(sql`status = 'verified' and recheck_on is not null`),
    check('credentials_dates', sql`expires_on is null or issued_on is null or expires_on >= issued_on`),
  ],
);

/** One immutable check of a credential at its source, in FHIR R5 VerificationResult words. Append-only. */
export const verifications = pgTable(
  'verifications',
  {
    id: id().primaryKey(),
    credentialId: uuid()
      .notNull()
      .references(() => credentials.id),
    /** FHIR: attested, validated, in-process, req-revalid, val-fail, reval-fail. */
    status: text({
      enum: ['attested', 'validated', 'in-process', 'req-revalid', 'val-fail', 'reval-fail'],
    }).notNull(),
    statusDate: instant().notNull(),
    primarySource: text().notNull(),
    communicationMethod: text({ enum: ['manual', 'portal', 'pull', 'push'] }).notNull(),
    level: text({ enum: ['self_claimed', 'vendor_attested', 'primary_source'] }).notNull(),
    evidenceSha256: sha256(),
    /** The screenshot or letter, when it was kept; its hash is evidenceSha256. */
    evidenceFileId: uuid(),
    sourceAsOf: date(),
    /** Standing as the source words it (server/credentials/schemas.ts), and since when: labels from that day on are listed (R27). */
    sourceStanding: text(),
    effectiveOn: date(),
    validUntil: date(),
    note: text(),
    verifiedBy: uuid()
      .notNull()
      .references(() => people.id),
    /** The delegation under which a vendor asked the source (R19); null when an operator did, or nobody. */
    delegationId: uuid(),
    createdAt: instant().notNull(),
  },
  (t) => [
    // The history of a credential’s checks.
    index('verifications_credential_idx').on(t.credentialId, t.statusDate),
    // What a delegate has checked, to draw samples from and to take back.
    index('verifications_delegation_idx')
      .on(t.delegationId, t.statusDate)
      .where(sql`delegation_id is not null`),
  ],
);

/** Copies of certificates that a person hands in; they go when the account is erased. */
export const credentialDocuments = pgTable(
  'credential_documents',
  {
    id: id().primaryKey(),
    credentialId: uuid()
      .notNull()
      .references(() => credentials.id),
    fileId: uuid()
      .notNull()
      .references(() => files.id),
    uploadedBy: uuid()
      .notNull()
      .references(() => people.id),
    createdAt: instant().notNull(),
  },
  (t) => [
    // The documents of a credential.
    index('credential_documents_credential_idx').on(t.credentialId, t.createdAt),
  ],
);

/** What a holder says to a check that went against them; it goes when the account is erased. */
export const credentialAnswers = pgTable(
  'credential_answers',
  {
    id: id().primaryKey(),
    credentialId: uuid()
      .notNull()
      .references(() => credentials.id),
    /** The check that is answered: each can be answered once. */
    verificationId: uuid()
      .notNull()
      .references(() => verifications.id),
    statement: text().notNull(),
    createdAt: instant().notNull(),
  },
  (t) => [
    // One answer per check; the answers of a credential's checks.
    uniqueIndex('credential_answers_verification_key').on(t.verificationId),
  ],
);

/**
 * Labels to look at again (R27): what a reader made in a batch since the day on which a credential stopped to be true at its
 * source, where the project's rule was not met without it. The sponsor's clinical lead decides.
 */
export const labelRecalls = pgTable(
  'label_recalls',
  {
    id: id().primaryKey(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    batchId: uuid().notNull(),
    personId: uuid()
      .notNull()
      .references(() => people.id),
    credentialId: uuid()
      .notNull()
      .references(() => credentials.id),
    /** The check that found it. */
    verificationId: uuid()
      .notNull()
      .references(() => verifications.id),
    since: date().notNull(),
    /** Reads of that time when it was found. */
    reads: integer().notNull(),
    status: text({ enum: ['open', 'kept', 'relabelled'] })
      .notNull()
      .default('open'),
    decisionReason: text(),
    decidedBy: uuid().references(() => people.id),
    decidedAt: instant(),
    createdAt: instant().notNull(),
  },
  (t) => [
    // A project's recalls, those to decide on first.
    index('label_recalls_project_idx').on(t.projectId, t.status, t.createdAt),
    // Once per check and batch.
    uniqueIndex('label_recalls_check_key').on(t.verificationId, t.batchId),
  ],
);

/** What a person has learned and passed here: exams and trainings per protocol version, privacy training. */
export const qualifications = pgTable(
  'qualifications',
  {
    id: id().primaryKey(),
    personId: uuid()
      .notNull()
      .references(() => people.id),
    kind: text({ enum: ['privacy_training', 'protocol_training', 'exam'] }).notNull(),
    /** The protocol version, or null for a general one. */
    protocolVersionId: uuid(),
    passedAt: instant().notNull(),
    validUntil: instant(),
    score: jsonb(),
    attempts: integer().notNull().default(1),
  },
  // May this person read under this protocol version?
  (t) => [index('qualifications_person_idx').on(t.personId, t.kind, t.protocolVersionId)],
);

/**
 * An exam on an anatomy, a modality or a tool that holds beyond one protocol. Its sittings are batches of kind `exam`; a pass is a
 * credential of kind `general_exam` whose specialty is this exam's, so that rules, index and wallet know it like any other.
 */
export const generalExams = pgTable(
  'general_exams',
  {
    id: id().primaryKey(),
    /** Who sets it, holds its cases and pays those who take it: the platform for everybody, or a sponsor for its own. */
    ownerOrgId: uuid()
      .notNull()
      .references(() => organisations.id),
    title: text().notNull(),
    subjectKind: text({ enum: ['anatomy', 'modality', 'tool'] }).notNull(),
    /** What it is about, in the field's words: Chest, CT, 3D Slicer. */
    subject: text().notNull(),
    /** By what rules name it; never given twice, also not after the exam has been closed. */
    specialty: text().notNull(),
    passLevelBasisPoints: integer().notNull(),
    /** Days until it can be tried again, and how often in 365 days. */
    retryAfterDays: smallint().notNull(),
    maxAttempts: smallint().notNull(),
    /** How long a pass counts. */
    validMonths: smallint().notNull(),
    /** Who may take it, as a credential rule. */
    entryRule: jsonb().notNull(),
    pricePerReadMinor: minor().notNull(),
    currency: currency().notNull(),
    status: text({ enum: ['open', 'closed'] })
      .notNull()
      .default('open'),
    statusReason: text(),
    createdBy: uuid()
      .notNull()
      .references(() => people.id),
    createdAt: instant().notNull(),
    closedAt: instant(),
  },
  (t) => [
    // A rule that names an exam means one.
    uniqueIndex('general_exams_specialty_key').on(sql`lower(${t.specialty})`),
    // An organisation's exams, newest first.
    index('general_exams_owner_idx').on(t.ownerOrgId, t.createdAt),
    check('general_exams_level', sql`pass_level_basis_points between 1 and 9999`),
    check('general_exams_tries', sql`max_attempts between 1 and 10 and retry_after_days between 0 and 365`),
    check('general_exams_valid', sql`valid_months between 1 and 60`),
  ],
);

/**
 * A vendor that asks sources itself, in the platform's place (R19): audited before, bound by a delegation agreement, sampled by
 * operators. Its checks count as the platform's own while it is not revoked.
 */
export const delegations = pgTable(
  'delegations',
  {
    id: id().primaryKey(),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    /** The delegation agreement in force when it was appointed. */
    agreementId: uuid().notNull(),
    status: text({ enum: ['active', 'suspended', 'revoked', 'expired'] })
      .notNull()
      .default('active'),
    statusReason: text(),
    /** The audit before: when, of how many files, how many were in order, and what was found. */
    auditedOn: date().notNull(),
    filesAudited: smallint().notNull(),
    filesPassed: smallint().notNull(),
    findings: text().notNull(),
    /** Its last day; it is audited again every year. */
    validUntil: date().notNull(),
    /** Share of its checks that operators look at again. */
    sampleShareBasisPoints: integer().notNull(),
    appointedBy: uuid()
      .notNull()
      .references(() => people.id),
    createdAt: instant().notNull(),
    statusAt: instant().notNull(),
  },
  (t) => [
    // A vendor is a delegate once.
    uniqueIndex('delegations_live_key').on(t.orgId).where(sql`status in ('active', 'suspended')`),
    // The operators' list, newest first, and the daily job.
    index('delegations_status_idx').on(t.status, t.createdAt),
    check('delegations_files', sql`files_passed between 0 and files_audited`),
    check('delegations_share', sql`sample_share_basis_points between 100 and 10000`),
  ],
);

/** A check of a delegate that an operator makes again at the source, and whether the source said the same. */
export const delegationSamples = pgTable(
  'delegation_samples',
  {
    id: id().primaryKey(),
    delegationId: uuid()
      .notNull()
      .references(() => delegations.id),
    credentialId: uuid()
      .notNull()
      .references(() => credentials.id),
    /** The delegate's check that is looked at. */
    verificationId: uuid()
      .notNull()
      .references(() => verifications.id),
    drawnAt: instant().notNull(),
    outcome: text({ enum: ['agrees', 'disagrees'] }),
    decidedAt: instant(),
    decidedBy: uuid().references(() => people.id),
  },
  (t) => [
    // A check is looked at once.
    uniqueIndex('delegation_samples_verification_key').on(t.verificationId),
    // A delegate's samples, for its figures and for when the next are drawn.
    index('delegation_samples_delegation_idx').on(t.delegationId, t.drawnAt),
    // The sample that a check at the desk answers.
    index('delegation_samples_open_idx').on(t.credentialId).where(sql`outcome is null`),
  ],
);
