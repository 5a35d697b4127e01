import { sql } from 'drizzle-orm';
import {
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { country, currency, id, instant, minor, sha256 } from '#db/columns.ts';
import { submissionSpan } from '#db/submission-order.ts';

/** Hot. One person's answers to all fields of one case. Append-only: an amendment is a new revision (R22). */
export const labels = pgTable(
  'labels',
  {
    batchId: uuid().notNull(),
    /** Made by the client: the idempotency key of the submit. */
    id: id(),
    taskId: uuid().notNull(),
    slotNo: integer().notNull(),
    tier: text({ enum: ['label', 'review', 'audit', 'adjudicate'] }).notNull(),
    round: smallint().notNull(),
    revision: smallint().notNull().default(1),
    /** True for an undo within ten minutes (R22); null, which takes no room, for a submit, first or after a return. */
    isAmendment: boolean(),
    /** The label that this one replaces. */
    supersedesId: uuid(),
    annotatorId: uuid().notNull(),
    leaseId: uuid().notNull(),
    termsNo: smallint().notNull(),
    /** Field → value, validated against the protocol version of the terms. */
    answers: jsonb().notNull(),
    confidence: smallint(),
    rationale: text(),
    /** Hash of what was sent where the row does not hold all of it: reviews, audits. Null for a label, which is its own record. */
    contentSha256: sha256(),
    /** Null, which takes no room: by hand, as `manual` says in older rows. */
    labelOrigin: text({ enum: ['manual', 'prelabel_accepted', 'prelabel_changed'] }),
    /** Assets, context fields and pre-label (model, version) that were on the screen, what is empty left out; null: nothing. */
    shown: jsonb(),
    /** Null where the client did not say. */
    appBuild: text(),
    viewport: text(),
    activeMs: integer().notNull(),
    country: country(),
    submittedAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.batchId, t.id] }),
    // Keyset export in the order of submission, and the watermark of roll-ups. One entry for ten seconds (db/submission-order.ts).
    // The reads of a task are found through its slots, so they need no index of their own (ADR 031).
    index('labels_submitted_idx').on(t.batchId, submissionSpan(sql`submitted_at`)),
  ],
);

/** Hot. A reviewer's decision on one label of a task. Append-only. */
export const reviews = pgTable(
  'reviews',
  {
    batchId: uuid().notNull(),
    id: id(),
    taskId: uuid().notNull(),
    labelId: uuid().notNull(),
    reviewerId: uuid().notNull(),
    /** The review slot under which it was made. */
    slotNo: integer().notNull(),
    outcome: text({ enum: ['accept', 'fix_accept', 'return', 'reject'] }).notNull(),
    /** Closed list, only for reject (R31). */
    reason: text({ enum: ['no_effort', 'protocol_rule_broken', 'wrong_case', 'not_own_work', 'duplicate'] }),
    comment: text().notNull().default(''),
    /** Corrected answers for fix_accept. */
    fixedAnswers: jsonb(),
    createdAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.batchId, t.id] }),
    // The reviews of a task.
    index('reviews_task_idx').on(t.batchId, t.taskId),
    // Decisions since the mark of the running scores.
    index('reviews_created_idx').on(t.batchId, t.createdAt),
  ],
);

/** Hot. The known answers of a batch's gold tasks, copied when the batch opens (the set is versioned). */
export const goldAnswers = pgTable(
  'gold_answers',
  {
    batchId: uuid().notNull(),
    taskId: uuid().notNull(),
    goldItemId: uuid().notNull(),
    /** Per field the list of acceptable values. */
    answers: jsonb().notNull(),
    /** When the gold item was disputed or retired: from then on it is neither dealt nor counted, also not what was read before. */
    withdrawnAt: instant(),
    /** While a withdrawn answer is taken back, reader by reader: the last whose counts rest on it no more. Null before and after. */
    uncountedTo: uuid(),
  },
  (t) => [
    primaryKey({ columns: [t.batchId, t.taskId] }),
    // The batches that hold a gold item which is withdrawn.
    index('gold_answers_item_idx').on(t.goldItemId),
  ],
);

/** Hot. What consensus, review or adjudication settled for a task, per field with its path. Append-only by version. */
export const finalLabels = pgTable(
  'final_labels',
  {
    batchId: uuid().notNull(),
    taskId: uuid().notNull(),
    version: smallint().notNull(),
    caseId: uuid().notNull(),
    /** Field → { value, confidence, votes, path } (server/labels/schemas.ts). */
    fields: jsonb().notNull(),
    method: text().notNull(),
    /** Ids of the labels, reviews and adjudication it rests on. */
    sources: jsonb().notNull(),
    costMinor: minor().notNull(),
    currency: currency().notNull(),
    uncertain: smallint().notNull().default(0),
    settledAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.batchId, t.taskId, t.version] }),
    // Final labels in the order they were settled, for the exports’ keyset.
    index('final_labels_settled_idx').on(t.batchId, t.settledAt, t.taskId),
    // Cases of a batch that were left undecided: few (viewUndecided).
    index('final_labels_uncertain_idx').on(t.batchId, t.taskId).where(sql`uncertain > 0`),
  ],
);
