import { sql } from 'drizzle-orm';
import { check, index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { id, instant } from '#db/columns.ts';
import { calls } from './bids.ts';
import { organisations, people } from './identity.ts';

/** A vendor that the sponsor has invited to a call, or that asks to be. */
export const callInvitations = pgTable(
  'call_invitations',
  {
    callId: uuid()
      .notNull()
      .references(() => calls.id),
    vendorOrgId: uuid()
      .notNull()
      .references(() => organisations.id),
    status: text({ enum: ['asked', 'invited', 'declined', 'withdrawn'] }).notNull(),
    /** Why the vendor asks, or declines. */
    note: text().notNull().default(''),
    createdAt: instant().notNull(),
    changedAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.callId, t.vendorOrgId] }),
    // The calls that a vendor is invited to: who may see a private call.
    index('call_invitations_vendor_idx').on(t.vendorOrgId, t.status),
  ],
);

/** A question of a bidder and its answer, for all bidders to read; who asked is told to nobody. */
export const callQuestions = pgTable(
  'call_questions',
  {
    id: id().primaryKey(),
    callId: uuid()
      .notNull()
      .references(() => calls.id),
    askerOrgId: uuid()
      .notNull()
      .references(() => organisations.id),
    askedBy: uuid()
      .notNull()
      .references(() => people.id),
    question: text().notNull(),
    askedAt: instant().notNull(),
    answer: text(),
    answeredBy: uuid().references(() => people.id),
    answeredAt: instant(),
  },
  (t) => [
    // The questions of a call in the order in which they were asked.
    index('call_questions_call_idx').on(t.callId, t.askedAt),
    check('call_questions_answer', sql`(answer is null) = (answered_at is null)`),
  ],
);

/** A later end of a call, with its reason. Append-only. */
export const callExtensions = pgTable(
  'call_extensions',
  {
    id: id().primaryKey(),
    callId: uuid()
      .notNull()
      .references(() => calls.id),
    fromAt: instant().notNull(),
    toAt: instant().notNull(),
    reason: text().notNull(),
    extendedBy: uuid()
      .notNull()
      .references(() => people.id),
    createdAt: instant().notNull(),
  },
  (t) => [
    // How the end of a call has moved.
    index('call_extensions_call_idx').on(t.callId, t.createdAt),
  ],
);
