import { and, asc, desc, eq, gt, inArray, isNull, or, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { registerImports } from '#db/schema/registers.ts';
import { fileProblem, type ImportMode, type RegisterSource } from './schemas.ts';

export type ImportRow = typeof registerImports.$inferSelect;

/** The table that holds the rows of a register. */
export const TABLE_OF: Record<RegisterSource, string> = {
  nucc: 'register_specialties',
  nppes: 'register_providers',
  leie: 'exclusion_records',
  sam: 'exclusion_records',
};

export async function insertImport(tx: Tx, row: typeof registerImports.$inferInsert): Promise<void> {
  await tx.insert(registerImports).values(row);
}

/** The import that is being staged, or was when it was cut (register_imports_staging_key). */
export async function findStaging(q: Queryable, source: RegisterSource): Promise<ImportRow | null> {
  const [row] = await q
    .select()
    .from(registerImports)
    .where(and(eq(registerImports.source, source), eq(registerImports.status, 'staging')));
  return row ?? null;
}

/** The full file in use (register_imports_current_key), or null. */
export async function findCurrent(q: Queryable, source: RegisterSource): Promise<ImportRow | null> {
  const [row] = await q
    .select()
    .from(registerImports)
    .where(
      and(
        eq(registerImports.source, source),
        eq(registerImports.status, 'current'),
        eq(registerImports.mode, 'full'),
      ),
    );
  return row ?? null;
}

/** Everything in use of a register, the highest layer first; the full file is last. */
export async function listCurrent(q: Queryable, source: RegisterSource): Promise<ImportRow[]> {
  return q
    .select()
    .from(registerImports)
    .where(and(eq(registerImports.source, source), eq(registerImports.status, 'current')))
    .orderBy(desc(registerImports.layer))
    .limit(100);
}

/** The last runs of a register, newest first (register_imports_source_idx). */
export async function listRuns(q: Queryable, source: RegisterSource, limit: number): Promise<ImportRow[]> {
  return q
    .select()
    .from(registerImports)
    .where(eq(registerImports.source, source))
    .orderBy(desc(registerImports.startedAt), desc(registerImports.id))
    .limit(limit);
}

/** Ends a staging import as something else; false when it is staging no more. */
export async function endStaging(
  tx: Tx,
  importId: string,
  set: Partial<typeof registerImports.$inferInsert> & { status: ImportRow['status'] },
): Promise<boolean> {
  const rows = await tx
    .update(registerImports)
    .set(set)
    .where(and(eq(registerImports.id, importId), eq(registerImports.status, 'staging')))
    .returning({ id: registerImports.id });
  return rows.length === 1;
}

/**
 * Takes what a new full file replaces out of use: the old one and its layers, except layers of a later day, which then
 * lie on the new one. Locks the rows of the register in use, in id order.
 */
export async function replaceCurrent(
  tx: Tx,
  input: { source: RegisterSource; importId: string; asOf: string; now: Date },
): Promise<void> {
  const inUse = and(eq(registerImports.source, input.source), eq(registerImports.status, 'current'));
  await tx
    .select({ id: registerImports.id })
    .from(registerImports)
    .where(inUse)
    .orderBy(asc(registerImports.id))
    .for('update');
  const isLaterLayer = and(sql`${registerImports.mode} <> 'full'`, gt(registerImports.asOf, input.asOf));
  await tx.update(registerImports).set({ baseId: input.importId }).where(and(inUse, isLaterLayer));
  await tx
    .update(registerImports)
    .set({ status: 'replaced', endedAt: input.now })
    .where(and(inUse, or(eq(registerImports.mode, 'full'), sql`${registerImports.asOf} <= ${input.asOf}`)));
}

/** Imports that are out of use and whose rows are still there. */
export async function listUncleared(q: Queryable): Promise<ImportRow[]> {
  return q
    .select()
    .from(registerImports)
    .where(
      and(
        inArray(registerImports.status, ['replaced', 'refused', 'abandoned']),
        isNull(registerImports.clearedAt),
      ),
    )
    .orderBy(asc(registerImports.startedAt))
    .limit(100);
}

/** Deletes at most `limit` rows of an import; returns how many. The keys of all register tables begin with the import. */
export async function deleteRows(
  tx: Tx,
  row: Pick<ImportRow, 'id' | 'source'>,
  limit: number,
): Promise<number> {
  const table = sql.identifier(TABLE_OF[row.source]);
  const result = await tx.execute(sql`
    delete from ${table} where ctid = any(array(select ctid from ${table} where import_id = ${row.id} limit ${limit}))`);
  return result.count;
}

export async function markCleared(tx: Tx, importId: string, now: Date): Promise<void> {
  await tx.update(registerImports).set({ clearedAt: now }).where(eq(registerImports.id, importId));
}

/** What was wrong with a file, read back. */
export function problemsOf(row: Pick<ImportRow, 'problems'>) {
  return fileProblem.array().parse(row.problems);
}

/** The highest layer in use on a full file. */
export async function topLayer(
  q: Queryable,
  source: RegisterSource,
): Promise<{ layer: number; asOf: string; mode: ImportMode }[]> {
  return q
    .select({ layer: registerImports.layer, asOf: registerImports.asOf, mode: registerImports.mode })
    .from(registerImports)
    .where(and(eq(registerImports.source, source), eq(registerImports.status, 'current')))
    .orderBy(desc(registerImports.layer))
    .limit(100);
}
