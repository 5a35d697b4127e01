import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { id, instant } from '#db/columns.ts';
import { people } from './identity.ts';
import { projects } from './projects.ts';

/**
 * How a sponsor decided to get a project labelled, with what it was decided on: a record of decision. A change of mind is a new
 * row. Append-only.
 */
export const strategyDecisions = pgTable(
  'strategy_decisions',
  {
    id: id().primaryKey(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    mode: text({ enum: ['human', 'hybrid', 'automated'] }).notNull(),
    source: text({ enum: ['build', 'buy', 'hybrid'] }).notNull(),
    /** What was recommended at that moment; null where everything had something against it. */
    recommendedMode: text({ enum: ['human', 'hybrid', 'automated'] }),
    recommendedSource: text({ enum: ['build', 'buy', 'hybrid'] }),
    /** Share of the reads that own staff takes; the rest is bought. */
    ownShareBasisPoints: integer().notNull(),
    /** Why, in the sponsor's words; asked for where it is not what was recommended. */
    reason: text().notNull().default(''),
    /** What the sponsor put in, and every figure and option that it was shown (server/strategy/schemas.ts). */
    inputs: jsonb().notNull(),
    shown: jsonb().notNull(),
    decidedBy: uuid()
      .notNull()
      .references(() => people.id),
    decidedAt: instant().notNull(),
  },
  (t) => [
    // A project's decisions, newest first.
    index('strategy_decisions_project_idx').on(t.projectId, t.decidedAt),
    check('strategy_decisions_share', sql`own_share_basis_points between 0 and 10000`),
  ],
);
