import { index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { id, instant, sha256 } from '#db/columns.ts';

/** What changed, who did it and why; written in the transaction of the change. Append-only. */
export const auditEvents = pgTable(
  'audit_events',
  {
    id: id().primaryKey(),
    at: instant().notNull(),
    /** `<domain>.<past-tense verb>`, e.g. `agreements.signed`. */
    action: text().notNull(),
    actorKind: text({ enum: ['user', 'system', 'anonymous'] }).notNull(),
    personId: uuid(),
    orgId: uuid(),
    systemName: text(),
    sessionId: uuid(),
    requestId: text().notNull(),
    subjectKind: text().notNull(),
    subjectId: uuid(),
    /** Facts without PHI: ids, states before and after, hashes. */
    detail: jsonb().notNull(),
  },
  (t) => [
    // The history of one thing, newest first.
    index('audit_events_subject_idx').on(t.subjectKind, t.subjectId, t.at),
    // What an organisation did, newest first.
    index('audit_events_org_idx').on(t.orgId, t.at),
  ],
);

/** Signatures on what people decide: protocol versions, gold sets, verdicts. Append-only. */
export const signatures = pgTable(
  'signatures',
  {
    id: id().primaryKey(),
    subjectKind: text({
      enum: ['protocol_version', 'gold_set', 'pilot_verdict', 'contract', 'checkpoint'],
    }).notNull(),
    subjectId: uuid().notNull(),
    personId: uuid().notNull(),
    orgId: uuid().notNull(),
    role: text().notNull(),
    typedName: text().notNull(),
    /** What the signature says (21 CFR 11.50): authorship, review, approval, decision. */
    meaning: text().notNull(),
    contentSha256: text().notNull(),
    /** Of the record that names this signature too, where one is kept: a pilot's annex as canonical JSON. */
    recordSha256: sha256(),
    authMethod: text().notNull(),
    sessionId: uuid().notNull(),
    signedAt: instant().notNull(),
  },
  (t) => [
    // Who has signed a thing.
    index('signatures_subject_idx').on(t.subjectKind, t.subjectId),
  ],
);
