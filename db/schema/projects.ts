import { sql } from 'drizzle-orm';
import { check, date, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { currency, id, instant, minor } from '#db/columns.ts';
import { organisations, people } from './identity.ts';

export const DATA_CLASSES = [
  'phi',
  'limited_data_set',
  'deidentified_safe_harbor',
  'deidentified_expert',
  'eu_personal',
  'synthetic',
  'public',
] as const;

/** What a sponsor wants annotated. JSON columns are read back through the zod schemas of server/projects. */
export const projects = pgTable(
  'projects',
  {
    id: id().primaryKey(),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    title: text().notNull(),
    summary: text().notNull().default(''),
    modality: text().notNull(),
    anatomy: text().notNull(),
    intendedUse: text({
      enum: ['research', 'training', 'tuning', 'test_reference', 'post_market'],
    }).notNull(),
    dataClass: text({ enum: DATA_CLASSES }).notNull(),
    status: text({
      enum: ['draft', 'open', 'piloting', 'active', 'paused', 'completed', 'monitoring', 'archived'],
    })
      .notNull()
      .default('draft'),
    currency: currency().notNull(),
    budgetMinor: minor().notNull(),
    deadline: date().notNull(),
    /** Allowed reader countries and share of onshore reads. */
    locationPolicy: jsonb().notNull(),
    /** Credential rule for readers and reviewers. */
    credentialRule: jsonb().notNull(),
    /** Overlap, thresholds, gold share, review share, adjudication rule, action per threshold. */
    qualityPolicy: jsonb().notNull(),
    reviewPeriodDays: integer().notNull().default(7),
    platformFeeBasisPoints: integer().notNull().default(1500),
    createdBy: uuid()
      .notNull()
      .references(() => people.id),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (t) => [
    // A sponsor's projects, newest first.
    index('projects_org_idx').on(t.orgId, t.createdAt),
    check('projects_budget_positive', sql`budget_minor > 0`),
    check('projects_review_period', sql`review_period_days between 1 and 21`),
  ],
);
