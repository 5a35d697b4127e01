import { bigint, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { id, instant, sha256 } from '#db/columns.ts';

/** A stored file: its key in the storage, checksum and who may have it is decided by the row that points here. */
export const files = pgTable(
  'files',
  {
    id: id().primaryKey(),
    storageKey: text().notNull(),
    sha256: sha256().notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    mediaType: text().notNull(),
    fileName: text().notNull(),
    orgId: uuid(),
    createdBy: uuid(),
    createdAt: instant().notNull(),
  },
  // Clean-up and quotas by organisation.
  (t) => [index('files_org_idx').on(t.orgId, t.createdAt)],
);
