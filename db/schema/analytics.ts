import { bigint, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from '#db/columns.ts';

/** How far the roll-up of a batch has come. One row per batch, locked by the one pass that advances it. */
export const rollUpMarks = pgTable('roll_up_marks', {
  batchId: uuid().primaryKey(),
  /** Transactions before this id have ended: what they wrote is counted, what later ones wrote is not. */
  horizon: bigint({ mode: 'bigint' }).notNull(),
  /** No label stamped before this instant can appear any more; a pass looks at nothing older. */
  floorAt: instant().notNull(),
  /** What had been submitted by this instant is counted; the lag is told from it. */
  completeTo: instant().notNull(),
  advancedAt: instant().notNull(),
  /** Final labels of cases with a known answer, and those of them with every gated field right; when last counted. */
  checked: integer().notNull().default(0),
  checkedRight: integer().notNull().default(0),
  checkedAt: instant(),
  /** How long that count took, so that a large batch is counted less often. */
  checkedTookMs: integer().notNull().default(0),
});

/** Label reads by hour (UTC): first submits, whatever became of them. */
export const readHours = pgTable(
  'read_hours',
  {
    batchId: uuid().notNull(),
    hourAt: instant().notNull(),
    reads: integer().notNull(),
    activeMs: bigint({ mode: 'number' }).notNull(),
  },
  // Also the way in: a batch's hours since an instant.
  (t) => [primaryKey({ columns: [t.batchId, t.hourAt] })],
);

/** Answers by day (UTC) and class, as they stand after amendments; fields with a closed list of answers only. */
export const answerDays = pgTable(
  'answer_days',
  {
    batchId: uuid().notNull(),
    field: text().notNull(),
    day: text().notNull(),
    answer: text().notNull(),
    n: integer().notNull(),
  },
  // Also the way in: a batch's field, day by day.
  (t) => [primaryKey({ columns: [t.batchId, t.field, t.day, t.answer] })],
);

/** One row: the last pass over all batches, so that a batch to which nothing came since is known to be complete. */
export const rollUpPasses = pgTable('roll_up_passes', {
  id: integer().primaryKey(),
  /** Every batch is complete up to this instant. */
  completeTo: instant().notNull(),
});
