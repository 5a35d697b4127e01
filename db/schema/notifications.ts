import { index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { id, instant } from '#db/columns.ts';
import { people } from './identity.ts';

/** Mail to send; the text never holds PHI. Kept for the local mailbox. */
export const mails = pgTable(
  'mails',
  {
    id: id().primaryKey(),
    toAddress: text().notNull(),
    subject: text().notNull(),
    body: text().notNull(),
    createdAt: instant().notNull(),
    sentAt: instant(),
    failure: text(),
  },
  (t) => [
    // Mails waiting, oldest first.
    index('mails_created_idx').on(t.createdAt),
  ],
);

/** What a person should know or decide, shown on their home page. */
export const notifications = pgTable(
  'notifications',
  {
    id: id().primaryKey(),
    personId: uuid()
      .notNull()
      .references(() => people.id),
    orgId: uuid(),
    kind: text().notNull(),
    title: text().notNull(),
    href: text(),
    detail: jsonb().notNull(),
    createdAt: instant().notNull(),
    readAt: instant(),
  },
  (t) => [
    // A person’s notices, unread first.
    index('notifications_person_idx').on(t.personId, t.readAt, t.createdAt),
    // Them all, the newest first.
    index('notifications_order_idx').on(t.personId, t.createdAt, t.id),
  ],
);
