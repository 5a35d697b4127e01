import { jsonb, pgTable, uuid } from 'drizzle-orm/pg-core';
import { instant } from '#db/columns.ts';
import { projects } from './projects.ts';

/** What a sponsor has made the parts of the match weigh in a project; the usual weights hold where there is no row. */
export const matchingWeights = pgTable('matching_weights', {
  projectId: uuid()
    .primaryKey()
    .references(() => projects.id),
  /** Part → weight; read back through server/matching/weights.ts. */
  weights: jsonb().notNull(),
  setBy: uuid().notNull(),
  setAt: instant().notNull(),
});
