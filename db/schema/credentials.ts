import { sql } from 'drizzle-orm';
import { check, date, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { country, id, instant, sha256 } from '#db/columns.ts';
import { people } from './identity.ts';

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
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (t) => [
    // A person's wallet, the snapshot at claim, the rule check.
    index('credentials_person_idx').on(t.personId, t.status),
    // The verification desk: oldest claim first.
    index('credentials_status_created_idx').on(t.status, t.createdAt),
    // The same number claimed by two people is found at entry.
    uniqueIndex('credentials_identifier_key')
      .on(t.kind, sql`lower(issuer)`, t.identifier)
      .where(sql`identifier is not null and status <> 'revoked'`),
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
    sourceAsOf: date(),
    validUntil: date(),
    note: text(),
    verifiedBy: uuid()
      .notNull()
      .references(() => people.id),
    createdAt: instant().notNull(),
  },
  (t) => [
    // The history of a credential’s checks.
    index('verifications_credential_idx').on(t.credentialId, t.statusDate),
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
