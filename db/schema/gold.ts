import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { id, instant, sha256 } from '#db/columns.ts';
import { projects } from './projects.ts';

/** A versioned, signed set of gold items of a project (R7). */
export const goldSets = pgTable(
  'gold_sets',
  {
    id: id().primaryKey(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    version: integer().notNull(),
    status: text({ enum: ['draft', 'signed', 'superseded'] })
      .notNull()
      .default('draft'),
    contentSha256: sha256(),
    itemCount: integer().notNull().default(0),
    createdAt: instant().notNull(),
    signedAt: instant(),
  },
  (t) => [
    // A project’s gold sets by version.
    uniqueIndex('gold_sets_project_version_key').on(t.projectId, t.version),
  ],
);

/** A case with a known answer, or one whose answer the panel could not agree on. */
export const goldItems = pgTable(
  'gold_items',
  {
    id: id().primaryKey(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    goldSetId: uuid()
      .notNull()
      .references(() => goldSets.id),
    datasetId: uuid().notNull(),
    caseId: uuid().notNull(),
    status: text({ enum: ['proposed', 'agreed', 'active', 'disputed', 'retired', 'ambiguous'] }).notNull(),
    source: text({ enum: ['panel', 'pathology', 'follow_up', 'external', 'imported'] }).notNull(),
    /** Per field the list of acceptable values; an ordinal answer may be a set of levels. */
    answers: jsonb().notNull(),
    unanimous: text({ enum: ['unanimous', 'resolved', 'imported', 'unresolved'] }).notNull(),
    rationale: text(),
    /** Why it is disputed or retired; `rationale` stays why it was the answer. */
    statusReason: text(),
    resolvedBy: uuid(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (t) => [
    // A case has one live gold answer in a project.
    uniqueIndex('gold_items_case_key').on(t.projectId, t.caseId).where(sql`status <> 'retired'`),
    // The items of a set by state, for its signature.
    index('gold_items_set_idx').on(t.goldSetId, t.status),
  ],
);
