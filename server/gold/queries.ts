import { and, asc, eq, inArray, max } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { goldItems, goldSets } from '#db/schema/gold.ts';
import { newId } from '#server/core/ids.ts';

export type GoldSetRow = typeof goldSets.$inferSelect;
export type GoldItemRow = typeof goldItems.$inferSelect;

const CHUNK = 1000;

/**
 * The project's draft gold set, made when there is none. Two at once meet at the unique index on (project, version):
 * the second waits, inserts nothing and reads the first one's.
 */
export async function getOrCreateDraftSet(db: Tx, projectId: string, now: Date): Promise<GoldSetRow> {
  const draft = await findDraftSet(db, projectId);
  if (draft) return draft;
  const [last] = await db
    .select({ version: max(goldSets.version) })
    .from(goldSets)
    .where(eq(goldSets.projectId, projectId));
  await db
    .insert(goldSets)
    .values({ id: newId(), projectId, version: (last?.version ?? 0) + 1, createdAt: now })
    .onConflictDoNothing();
  return (await findDraftSet(db, projectId)) ?? getOrCreateDraftSet(db, projectId, now);
}

async function findDraftSet(q: Queryable, projectId: string): Promise<GoldSetRow | undefined> {
  const [row] = await q
    .select()
    .from(goldSets)
    .where(and(eq(goldSets.projectId, projectId), eq(goldSets.status, 'draft')))
    .orderBy(asc(goldSets.version))
    .limit(1);
  return row;
}

/** Adds items in chunks. */
export async function insertGoldItems(
  db: Tx,
  rows: readonly (typeof goldItems.$inferInsert)[],
): Promise<void> {
  for (let from = 0; from < rows.length; from += CHUNK) {
    await db.insert(goldItems).values(rows.slice(from, from + CHUNK));
  }
}

/** A set by id, locked so that it is not signed or added to meanwhile. */
export async function lockGoldSet(db: Tx, goldSetId: string): Promise<GoldSetRow | undefined> {
  const [row] = await db.select().from(goldSets).where(eq(goldSets.id, goldSetId)).for('update');
  return row;
}

/** Items of a set in id order. */
export async function listSetItems(q: Queryable, goldSetId: string): Promise<GoldItemRow[]> {
  return q.select().from(goldItems).where(eq(goldItems.goldSetId, goldSetId)).orderBy(asc(goldItems.id));
}

/** A gold item by id. */
export async function findGoldItem(q: Queryable, goldItemId: string): Promise<GoldItemRow | undefined> {
  const [row] = await q.select().from(goldItems).where(eq(goldItems.id, goldItemId)).limit(1);
  return row;
}

/** Cases of a project that already have a live gold answer (not retired). */
export async function listCasesWithGold(q: Queryable, projectId: string): Promise<Set<string>> {
  const rows = await q
    .select({ caseId: goldItems.caseId })
    .from(goldItems)
    .where(
      and(
        eq(goldItems.projectId, projectId),
        inArray(goldItems.status, ['proposed', 'agreed', 'active', 'disputed', 'ambiguous']),
      ),
    );
  return new Set(rows.map((row) => row.caseId));
}
