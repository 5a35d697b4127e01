import { sql } from 'drizzle-orm';
import { boolean, index, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { id, instant } from '#db/columns.ts';

/** Flags from the reading page: ask, PHI seen, incidental finding, technical (R24). Append-only; answers are rows too. */
export const caseFlags = pgTable(
  'case_flags',
  {
    batchId: uuid().notNull(),
    id: id(),
    taskId: uuid().notNull(),
    annotatorId: uuid().notNull(),
    kind: text({ enum: ['ask', 'phi_seen', 'incidental_finding', 'technical'] }).notNull(),
    note: text().notNull(),
    replyTo: uuid(),
    /** How an incident ended, on the answer to "PHI seen". */
    outcome: text({ enum: ['false_alarm', 'confirmed'] }),
    createdAt: instant().notNull(),
    dueAt: instant(),
  },
  (t) => [
    primaryKey({ columns: [t.batchId, t.id] }),
    // What was said about a task.
    index('case_flags_task_idx').on(t.batchId, t.taskId),
    // How much a person has said lately, so that a flood is refused.
    index('case_flags_person_idx').on(t.annotatorId, t.createdAt),
    // What is due, so that whoever must answer is reminded.
    index('case_flags_due_idx').on(t.dueAt, t.id).where(sql`reply_to is null`),
    // Incidents of the installation, for the operator.
    index('case_flags_incident_idx').on(t.createdAt).where(sql`kind = 'phi_seen' and reply_to is null`),
  ],
);

/** What many readers said about one case comes to one alert: an edge case for the clinical lead, or a case that is unusable. */
export const caseAlerts = pgTable(
  'case_alerts',
  {
    batchId: uuid().notNull(),
    id: id(),
    taskId: uuid().notNull(),
    /** `gold_skipped`: a gold case that people pass on; it is not taken out of work, because gold is decided on (R7). */
    kind: text({ enum: ['edge_case', 'unusable', 'gold_skipped'] }).notNull(),
    status: text({ enum: ['open', 'clarifying', 'closed'] }).notNull(),
    /** Reason → people, at the time it was raised. */
    reasons: jsonb().notNull(),
    /** Whether its reads differed besides. */
    isDisputed: boolean().notNull(),
    openedAt: instant().notNull(),
    /** When somebody must have looked; null where nobody must. */
    dueAt: instant(),
    decidedAt: instant(),
    decidedBy: uuid(),
    decisionNote: text(),
    /** The protocol version that says what to do with such cases. */
    protocolVersionId: uuid(),
  },
  (t) => [
    primaryKey({ columns: [t.batchId, t.id] }),
    // One alert of a kind per case.
    uniqueIndex('case_alerts_task_key').on(t.batchId, t.taskId, t.kind),
    // What is due, so that whoever must decide is reminded.
    index('case_alerts_due_idx').on(t.dueAt, t.id).where(sql`status = 'open'`),
  ],
);
