import { index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from '#db/columns.ts';

/** An author's appeal against the rejection of a read (R31): one per read, because what is overturned is accepted for good. Append-only. */
export const appeals = pgTable(
  'appeals',
  {
    batchId: uuid().notNull(),
    labelId: uuid().notNull(),
    /** The author of the read. */
    annotatorId: uuid().notNull(),
    reason: text().notNull(),
    createdAt: instant().notNull(),
    /** When the answer is due. */
    dueAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.batchId, t.labelId] }),
    // A person's own appeals.
    index('appeals_person_idx').on(t.annotatorId, t.createdAt),
  ],
);

/** The appeals that wait for their decision: what the desk shows and reminders walk, however many were decided. */
export const waitingAppeals = pgTable(
  'waiting_appeals',
  {
    batchId: uuid().notNull(),
    labelId: uuid().notNull(),
    createdAt: instant().notNull(),
    dueAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.batchId, t.labelId] }),
    // The operators' desk and its reminders, oldest first.
    index('waiting_appeals_due_idx').on(t.dueAt, t.labelId),
  ],
);

/** What an operator decided on an appeal, and why; the author reads it. Append-only. */
export const appealDecisions = pgTable(
  'appeal_decisions',
  {
    batchId: uuid().notNull(),
    labelId: uuid().notNull(),
    /** `upheld`: the rejection stands. `overturned`: the read is paid and counts again. */
    outcome: text({ enum: ['upheld', 'overturned'] }).notNull(),
    reason: text().notNull(),
    decidedBy: uuid().notNull(),
    decidedAt: instant().notNull(),
  },
  // One decision per appeal.
  (t) => [primaryKey({ columns: [t.batchId, t.labelId] })],
);
