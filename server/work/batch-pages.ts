import { and, asc, count, eq, gt, inArray, isNull, or } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { batches } from '#db/schema/work-batches.ts';
import type { Batch } from './reads.ts';

/** States of a batch that is under way: it is read, stands still, or is brought to its end. */
export const LIVE: readonly Batch['status'][] = ['open', 'paused', 'closing'];

const PAGE = 500;

type Which = {
  statuses: readonly Batch['status'][];
  projectId?: string | undefined;
  kinds?: readonly Batch['kind'][] | undefined;
  /** Without what is kept for another person. */
  readableBy?: string | undefined;
};

/**
 * All batches in some states, page by page in the order of their ids, so that a huge project's are neither cut nor held at once. A batch
 * that is moved meanwhile keeps its place. For commands and standing jobs; a screen's list is `listBatches`. Indexes: batches_project_idx,
 * batches_status_idx, or the primary key where most are meant.
 */
export async function* pagesOfBatches(q: Queryable, of: Which & { size?: number }): AsyncGenerator<Batch[]> {
  const size = of.size ?? PAGE;
  for (let after: string | null = null; ; ) {
    const rows: Batch[] = await q
      .select()
      .from(batches)
      .where(and(whichSql(of), after === null ? undefined : gt(batches.id, after)))
      .orderBy(asc(batches.id))
      .limit(size);
    if (rows.length > 0) yield rows;
    if (rows.length < size) return;
    after = rows.at(-1)?.id ?? null;
  }
}

/** How many batches there are in some states. Index: batches_project_idx. */
export async function countBatches(q: Queryable, of: Which): Promise<number> {
  const [row] = await q.select({ n: count() }).from(batches).where(whichSql(of));
  return row?.n ?? 0;
}

/** How many batches a project has under each of its contracts, drafts included. Index: batches_project_idx. */
export async function countByContract(q: Queryable, projectId: string): Promise<Map<string, number>> {
  const rows = await q
    .select({ contractId: batches.contractId, n: count() })
    .from(batches)
    .where(eq(batches.projectId, projectId))
    .groupBy(batches.contractId);
  return new Map(rows.flatMap(({ contractId, n }) => (contractId === null ? [] : [[contractId, n]])));
}

/** The named batches; those that are not there are left out. */
export async function batchesById(q: Queryable, batchIds: readonly string[]): Promise<Map<string, Batch>> {
  const ids = [...new Set(batchIds)];
  if (ids.length === 0) return new Map();
  const rows = await q.select().from(batches).where(inArray(batches.id, ids));
  return new Map(rows.map((row) => [row.id, row]));
}

function whichSql(of: Which) {
  return and(
    inArray(batches.status, [...of.statuses]),
    of.projectId === undefined ? undefined : eq(batches.projectId, of.projectId),
    of.kinds === undefined ? undefined : inArray(batches.kind, [...of.kinds]),
    of.readableBy === undefined
      ? undefined
      : or(isNull(batches.reservedFor), eq(batches.reservedFor, of.readableBy)),
  );
}
