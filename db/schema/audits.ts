import {
  boolean,
  doublePrecision,
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
import { currency, id, instant, minor } from '#db/columns.ts';

/** The audit of a batch's final labels: what it is to show, and how large the sample is for it (R25). */
export const audits = pgTable(
  'audits',
  {
    batchId: uuid().notNull(),
    id: id(),
    /** To be shown: the error rate is at most this, with this confidence, when about so many are thought wrong. */
    maxErrorRate: doublePrecision().notNull(),
    confidence: doublePrecision().notNull(),
    expectedErrorRate: doublePrecision().notNull(),
    /** Cases drawn, of how many, and the most errors at which the statement still holds. */
    sampleSize: integer().notNull(),
    population: integer().notNull(),
    acceptErrors: integer().notNull(),
    reservedMinor: minor().notNull(),
    currency: currency().notNull(),
    orderedBy: uuid(),
    orderedAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.batchId, t.id] }),
    // One audit per batch.
    uniqueIndex('audits_batch_key').on(t.batchId),
  ],
);

/** A case drawn to be checked after it is final: audited with all its labels, or read again blind in search of misses. */
export const auditSamples = pgTable(
  'audit_samples',
  {
    batchId: uuid().notNull(),
    purpose: text({ enum: ['audit', 'reread'] }).notNull(),
    taskId: uuid().notNull(),
    /** waiting: not final yet; open: a slot waits or is worked on; dropped: given up; lost: the case became unusable, was shut (R24), or was never read. */
    status: text({ enum: ['waiting', 'open', 'done', 'dropped', 'lost'] }).notNull(),
    /**
     * For a re-read: whether the final label is the normal one, at last the one that it was held against; the others are there so
     * that nobody can tell.
     */
    isNormal: boolean(),
    /** For an audit: looked at when the batch was smaller, and not in the sample that is drawn from all of it now. In no estimate. */
    isExtra: boolean().notNull().default(false),
    drawnAt: instant().notNull(),
  },
  (t) => [
    // Also the way in: the samples of a purpose of a batch.
    primaryKey({ columns: [t.batchId, t.purpose, t.taskId] }),
    // What waits to be opened.
    index('audit_samples_status_idx').on(t.batchId, t.status),
  ],
);

/** What an auditor or expert found in one case. Append-only. */
export const auditResults = pgTable(
  'audit_results',
  {
    batchId: uuid().notNull(),
    id: id(),
    purpose: text({ enum: ['audit', 'reread'] }).notNull(),
    taskId: uuid().notNull(),
    /** The version of the final label that was looked at. */
    finalVersion: smallint().notNull(),
    /** Their submission (tier `audit`): the corrected answers, or the blind ones. */
    labelId: uuid().notNull(),
    auditorId: uuid().notNull(),
    outcome: text({ enum: ['agree', 'disagree'] }).notNull(),
    errorKind: text({ enum: ['mislabel', 'omission', 'extra', 'boundary', 'inconsistency'] }),
    /** Fields in which the final label is wrong. */
    wrongFields: jsonb().notNull(),
    comment: text().notNull(),
    createdAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.batchId, t.id] }),
    // One result per case and purpose; a second look is a new sample.
    uniqueIndex('audit_results_task_key').on(t.batchId, t.purpose, t.taskId),
  ],
);
