import { boolean, date, index, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { id, instant, sha256 } from '#db/columns.ts';
import { datasets } from './datasets.ts';
import { organisations } from './identity.ts';

/** Something that may be a breach of protected data: from its discovery to its closure (45 CFR 164.402–414, GDPR 33). */
export const incidents = pgTable(
  'incidents',
  {
    id: id().primaryKey(),
    source: text({ enum: ['phi_seen', 'report', 'audit_query'] }).notNull(),
    /** The reader's report it began with. */
    batchId: uuid(),
    flagId: uuid(),
    datasetId: uuid()
      .notNull()
      .references(() => datasets.id),
    /** Whose data it is: who is told. */
    sponsorOrgId: uuid()
      .notNull()
      .references(() => organisations.id),
    /** What happened, in words that hold nothing of the data. */
    account: text().notNull(),
    /** The first day on which it was known, or would have been by reasonable diligence, and to whom (164.410(a)(2)). */
    discoveredAt: instant().notNull(),
    discoveredBy: uuid(),
    /** Who noticed it where it was no account of this installation, or not the one who wrote it down: by their role, not by name. */
    discovererRole: text(),
    /** The platform acts as the sponsor's agent: what it knows the sponsor knows. */
    isAgent: boolean().notNull().default(false),
    /** Data about people in the EEA: the 72 hours of Article 33 GDPR run. */
    isEuPersonal: boolean().notNull().default(false),
    contractDueAt: instant().notNull(),
    authorityDueAt: instant(),
    notifyDueAt: instant().notNull(),
    /** Files concerned and who had opened them, taken from the access log when it was registered. */
    affected: jsonb().notNull(),
    /** The four factors of 164.402(2), each in words. */
    assessment: jsonb(),
    decision: text({ enum: ['breach', 'low_probability', 'no_incident'] }),
    decisionReason: text(),
    decidedBy: uuid(),
    decidedAt: instant(),
    status: text({ enum: ['open', 'assessed', 'closed'] })
      .notNull()
      .default('open'),
    correctiveAction: text(),
    correctedOn: date(),
    registeredBy: uuid().notNull(),
    registeredAt: instant().notNull(),
    closedBy: uuid(),
    closedAt: instant(),
  },
  (t) => [
    // The register, open ones by what is due first.
    index('incidents_status_idx').on(t.status, t.contractDueAt),
    // A reader's report is registered once.
    uniqueIndex('incidents_flag_key').on(t.flagId),
  ],
);

/** A letter about an incident as it was sent. Append-only. */
export const incidentLetters = pgTable(
  'incident_letters',
  {
    id: id().primaryKey(),
    incidentId: uuid()
      .notNull()
      .references(() => incidents.id),
    kind: text({ enum: ['first_notice', 'breach_notice', 'supplement', 'closing'] }).notNull(),
    toOrgId: uuid().notNull(),
    recipients: text().array().notNull(),
    subject: text().notNull(),
    body: text().notNull(),
    bodySha256: sha256().notNull(),
    sentBy: uuid().notNull(),
    sentAt: instant().notNull(),
  },
  // The letters of an incident in order.
  (t) => [index('incident_letters_incident_idx').on(t.incidentId, t.sentAt)],
);
