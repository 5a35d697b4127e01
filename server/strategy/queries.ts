import { desc, eq, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { users } from '#db/schema/identity.ts';
import { strategyDecisions } from '#db/schema/strategy.ts';

export type DecisionRow = typeof strategyDecisions.$inferSelect & { decidedByName: string };

/** A project's decisions, newest first; at most 50. Index: strategy_decisions_project_idx. */
export async function listDecisions(q: Queryable, projectId: string): Promise<DecisionRow[]> {
  const rows = await q
    .select({ decision: strategyDecisions, name: users.name })
    .from(strategyDecisions)
    .leftJoin(users, eq(users.personId, strategyDecisions.decidedBy))
    .where(eq(strategyDecisions.projectId, projectId))
    .orderBy(desc(strategyDecisions.decidedAt), sql`${strategyDecisions.id} desc`)
    .limit(50);
  return rows.map(({ decision, name }) => ({ ...decision, decidedByName: name ?? 'Somebody who has left' }));
}

/** Adds a decision; none is ever changed. */
export async function insertDecision(tx: Tx, row: typeof strategyDecisions.$inferInsert): Promise<void> {
  await tx.insert(strategyDecisions).values(row);
}
