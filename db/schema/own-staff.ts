import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { currency, id, instant, minor } from '#db/columns.ts';
import { organisations, people } from './identity.ts';
import { projects } from './projects.ts';

/**
 * What a sponsor and its in-house unit agreed for a project: the internal price, the hours, the exam. A change is a new order, which
 * takes the earlier one's place when it is accepted.
 */
export const ownStaffOrders = pgTable(
  'own_staff_orders',
  {
    id: id().primaryKey(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    /** The in-house unit. */
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    status: text({ enum: ['proposed', 'agreed', 'declined', 'withdrawn', 'superseded', 'ended'] }).notNull(),
    /** What a read is charged internally; 0: nothing, and no payout rail is needed. No platform fee in any case (R2). */
    pricePerReadMinor: minor().notNull(),
    currency: currency().notNull(),
    /** Hours a week that the unit gives to the project, all its people together. */
    hoursPerWeek: integer().notNull(),
    /** Whether its people pass the exam on the protocol before they read (R17, R34). */
    needsExam: boolean().notNull().default(true),
    note: text().notNull().default(''),
    proposedBy: uuid()
      .notNull()
      .references(() => people.id),
    proposedAt: instant().notNull(),
    answeredBy: uuid().references(() => people.id),
    answeredAt: instant(),
    endedAt: instant(),
    endReason: text(),
  },
  (t) => [
    // One order of a project waits, and one is agreed.
    uniqueIndex('own_staff_orders_live_key')
      .on(t.projectId, t.status)
      .where(sql`status in ('proposed', 'agreed')`),
    // A unit's orders, newest first.
    index('own_staff_orders_org_idx').on(t.orgId, t.proposedAt),
    check('own_staff_orders_price', sql`price_per_read_minor >= 0`),
    check('own_staff_orders_hours', sql`hours_per_week between 1 and 100000`),
  ],
);
