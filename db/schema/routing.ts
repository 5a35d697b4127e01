import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { id, instant } from '#db/columns.ts';
import { organisations, people } from './identity.ts';
import { projects } from './projects.ts';
import { batches } from './work-batches.ts';

/** What of a project stays with own staff and what overflows; the newest row holds. Append-only. */
export const routingRules = pgTable(
  'routing_rules',
  {
    id: id().primaryKey(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    /** server/routing/schemas.ts. */
    rule: jsonb().notNull(),
    setBy: uuid()
      .notNull()
      .references(() => people.id),
    setAt: instant().notNull(),
  },
  // The rule of a project that holds.
  (t) => [index('routing_rules_project_idx').on(t.projectId, t.setAt)],
);

/** Reads that were handed from own staff to a vendor: when a batch was made by the rule, or when they were overdue. */
export const handOffs = pgTable(
  'hand_offs',
  {
    id: id().primaryKey(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    batchId: uuid()
      .notNull()
      .references(() => batches.id),
    fromOrgId: uuid()
      .notNull()
      .references(() => organisations.id),
    toOrgId: uuid()
      .notNull()
      .references(() => organisations.id),
    /** made: the vendor's part from the start; late: the forecast passed the due date; hours: beyond the weekly hours. */
    reason: text({ enum: ['made', 'late', 'hours'] }).notNull(),
    /** What it was decided on, in words. */
    says: text().notNull(),
    reads: integer().notNull(),
    /** Places in the late lane that the reads were given, which set them apart; null for `made`. */
    firstKey: bigint({ mode: 'bigint' }),
    lastKey: bigint({ mode: 'bigint' }),
    decidedAt: instant().notNull(),
    /** When the other side handed in the first of them; null while it has not. */
    firstReadAt: instant(),
  },
  (t) => [
    // A project's hand-offs, newest first.
    index('hand_offs_project_idx').on(t.projectId, t.decidedAt),
    // Those whose first read is still awaited, for the job.
    index('hand_offs_waiting_idx').on(t.decidedAt).where(sql`first_read_at is null`),
    check('hand_offs_reads', sql`reads > 0`),
  ],
);
