import { and, asc, eq, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { goldItems, goldSets } from '#db/schema/gold.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type GoldAnswers, type GoldStatus, goldAnswers } from './schemas.ts';

export type ActiveGold = { goldItemId: string; datasetId: string; caseId: string; answers: GoldAnswers };

/** Gold in force of a project, optionally of one dataset, in a stable order. Only items of signed sets are active. */
export async function listActiveGold(
  q: Queryable,
  projectId: string,
  datasetId?: string,
): Promise<ActiveGold[]> {
  const rows = await q
    .select()
    .from(goldItems)
    .where(
      and(
        eq(goldItems.projectId, projectId),
        eq(goldItems.status, 'active'),
        datasetId ? eq(goldItems.datasetId, datasetId) : undefined,
      ),
    )
    .orderBy(asc(goldItems.id));
  return rows.map((row) => ({
    goldItemId: row.id,
    datasetId: row.datasetId,
    caseId: row.caseId,
    answers: goldAnswers.parse(row.answers),
  }));
}

/** How many gold items of a project stand in each state. */
export async function countGold(q: Queryable, projectId: string): Promise<Record<GoldStatus, number>> {
  const rows = await q
    .select({ status: goldItems.status, n: sql<number>`count(*)::int` })
    .from(goldItems)
    .where(eq(goldItems.projectId, projectId))
    .groupBy(goldItems.status);
  const counts = { proposed: 0, agreed: 0, active: 0, disputed: 0, retired: 0, ambiguous: 0 };
  for (const row of rows) counts[row.status] = row.n;
  return counts;
}

export type GoldSet = typeof goldSets.$inferSelect;

/** The project's gold sets, oldest first; few. */
export async function listGoldSets(q: Queryable, projectId: string): Promise<GoldSet[]> {
  return q
    .select()
    .from(goldSets)
    .where(eq(goldSets.projectId, projectId))
    .orderBy(asc(goldSets.version))
    .limit(200);
}

/** Why a gold answer is right, as the panel's lead put it down; null when the panel was unanimous. */
export async function findGoldRationale(q: Queryable, goldItemId: string): Promise<string | null> {
  const [row] = await q
    .select({ rationale: goldItems.rationale })
    .from(goldItems)
    .where(eq(goldItems.id, goldItemId));
  return row?.rationale ?? null;
}

export { findStake, listOpenStakes, type OpenStake, type Stake } from './panel-queries.ts';

/** Whether somebody may know which cases are gold, and their answers. */
export const maySeeGold = (ctx: OrgContext): boolean =>
  ctx.actor.capabilities.has('quality.read') && ctx.actor.capabilities.has('gold.manage');
