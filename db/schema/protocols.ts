import { index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { id, instant, sha256 } from '#db/columns.ts';
import { people } from './identity.ts';
import { projects } from './projects.ts';

/** A version of the rules and the label schema; frozen once both leads have signed its hash (table signatures). */
export const protocolVersions = pgTable(
  'protocol_versions',
  {
    id: id().primaryKey(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    version: integer().notNull(),
    status: text({ enum: ['draft', 'partially_signed', 'signed', 'superseded'] })
      .notNull()
      .default('draft'),
    /** What the change means for labels made before: breaking, clarifying or editorial; null for the first. */
    changeClass: text({ enum: ['breaking', 'clarifying', 'editorial'] }),
    guidelinesMarkdown: text().notNull(),
    /** Fields, required-if and cross-field rules (server/protocols/schemas.ts). */
    labelSchema: jsonb().notNull(),
    edgeCases: jsonb().notNull(),
    contentSha256: sha256().notNull(),
    createdBy: uuid()
      .notNull()
      .references(() => people.id),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
    signedAt: instant(),
  },
  (t) => [
    // A project’s versions by number.
    uniqueIndex('protocol_versions_project_version_key').on(t.projectId, t.version),
    // The version of a project in a state.
    index('protocol_versions_project_idx').on(t.projectId, t.status),
  ],
);
