import { doublePrecision, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { id, instant } from '#db/columns.ts';

/** A stored measurement with method, version, n and interval. Append-only; the newest counts. */
export const scores = pgTable(
  'scores',
  {
    id: id().primaryKey(),
    projectId: uuid().notNull(),
    batchId: uuid().notNull(),
    subjectKind: text({ enum: ['batch', 'reader', 'vendor', 'pair'] }).notNull(),
    /** Person or organisation; for a pair the first reader. */
    subjectId: uuid().notNull(),
    otherId: uuid(),
    field: text().notNull(),
    /** Class for per-class metrics, else ''. */
    className: text().notNull().default(''),
    metric: text().notNull(),
    value: doublePrecision(),
    lower: doublePrecision(),
    upper: doublePrecision(),
    n: integer().notNull(),
    excluded: integer().notNull().default(0),
    reason: text(),
    method: text().notNull(),
    methodVersion: text().notNull(),
    computedAt: instant().notNull(),
  },
  (t) => [
    // The newest value of each metric of a batch, for dashboards.
    index('scores_batch_idx').on(t.batchId, t.metric, t.subjectKind, t.subjectId, t.field, t.computedAt),
    index('scores_subject_idx').on(t.subjectId, t.metric, t.computedAt),
  ],
);
