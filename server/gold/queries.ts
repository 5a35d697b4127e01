import { and, asc, eq, gt, inArray, max } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { goldItems, goldSets } from '#db/schema/gold.ts';
import { newId } from '#server/core/ids.ts';

export type GoldSetRow = typeof goldSets.$inferSelect;
export type GoldItemRow = typeof goldItems.$inferSelect;

const CHUNK = 1000;

/**
 * The project's draft gold set, made when there is none, locked so that it is not signed while items join it. Two at once
 * meet at the unique index on (project, version): the second waits, inserts nothing and takes the first one's.
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

async function findDraftSet(q: Tx, projectId: string): Promise<GoldSetRow | undefined> {
  const [row] = await q
    .select()
    .from(goldSets)
    .where(and(eq(goldSets.projectId, projectId), eq(goldSets.status, 'draft')))
    .orderBy(asc(goldSets.version))
    .limit(1)
    .for('update');
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

/** A page of a project's items in id order, keyset by `after`. */
export async function listItemsPage(
  q: Queryable,
  input: {
    projectId: string;
    status?: GoldItemRow['status'] | undefined;
    after?: string | undefined;
    limit: number;
  },
): Promise<GoldItemRow[]> {
  return q
    .select()
    .from(goldItems)
    .where(
      and(
        eq(goldItems.projectId, input.projectId),
        input.status === undefined ? undefined : eq(goldItems.status, input.status),
        input.after === undefined ? undefined : gt(goldItems.id, input.after),
      ),
    )
    .orderBy(asc(goldItems.id))
    .limit(input.limit);
}

/** A gold item by id. */
export async function findGoldItem(q: Queryable, goldItemId: string): Promise<GoldItemRow | undefined> {
  const [row] = await q.select().from(goldItems).where(eq(goldItems.id, goldItemId)).limit(1);
  return row;
}

/** Moves an item from one state to the next with what was decided; null when it was not in that state. */
export async function moveGoldItem(
  db: Tx,
  input: {
    id: string;
    from: GoldItemRow['status'];
    set: Partial<Omit<GoldItemRow, 'id' | 'projectId' | 'caseId'>>;
  },
): Promise<GoldItemRow | null> {
  const [row] = await db
    .update(goldItems)
    .set(input.set)
    .where(and(eq(goldItems.id, input.id), eq(goldItems.status, input.from)))
    .returning();
  return row ?? null;
}

/** Puts the agreed items of a set in force; returns how many. */
export async function activateItems(db: Tx, goldSetId: string, now: Date): Promise<number> {
  const rows = await db
    .update(goldItems)
    .set({ status: 'active', updatedAt: now })
    .where(and(eq(goldItems.goldSetId, goldSetId), eq(goldItems.status, 'agreed')))
    .returning({ id: goldItems.id });
  return rows.length;
}

/** Marks a draft set signed; false when it was not a draft. */
export async function markSetSigned(
  db: Tx,
  input: { goldSetId: string; contentSha256: string; itemCount: number; now: Date },
): Promise<boolean> {
  const rows = await db
    .update(goldSets)
    .set({
      status: 'signed',
      contentSha256: input.contentSha256,
      itemCount: input.itemCount,
      signedAt: input.now,
    })
    .where(and(eq(goldSets.id, input.goldSetId), eq(goldSets.status, 'draft')))
    .returning({ id: goldSets.id });
  return rows.length === 1;
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
