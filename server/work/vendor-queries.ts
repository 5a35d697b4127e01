import { and, desc, eq, ne, or, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { projects } from '#db/schema/projects.ts';
import { readers, terms } from '#db/schema/work.ts';
import { batches } from '#db/schema/work-batches.ts';

/** A batch that the organisation reads, alone or a part of it (`pools`). Indexes: batches_status_idx, batches_pools_idx. */
const readBy = (orgId: string) =>
  or(eq(batches.vendorOrgId, orgId), sql`${batches.pools} @> ${JSON.stringify([{ orgId }])}::jsonb`);

const shown = {
  batchId: batches.id,
  name: batches.name,
  kind: batches.kind,
  status: batches.status,
  statusReason: batches.statusReason,
  project: projects.title,
  cases: batches.taskCount,
  openedAt: batches.openedAt,
  settledAt: batches.settledAt,
  isShared: sql<boolean>`${batches.vendorOrgId} is null`,
};

/** Batches that an organisation reads, open ones first, then the newest; at most 200. */
export async function listVendorBatchRows(q: Queryable, orgId: string) {
  return q
    .select(shown)
    .from(batches)
    .innerJoin(projects, eq(projects.id, batches.projectId))
    .where(and(readBy(orgId), ne(batches.status, 'draft')))
    .orderBy(sql`${batches.status} = 'settled'`, desc(batches.openedAt), desc(batches.id))
    .limit(200);
}

/** One of an organisation's batches; null when it is another's, or a draft. */
export async function findVendorBatch(q: Queryable, of: { batchId: string; orgId: string }) {
  const [row] = await q
    .select(shown)
    .from(batches)
    .innerJoin(projects, eq(projects.id, batches.projectId))
    .where(and(eq(batches.id, of.batchId), readBy(of.orgId), ne(batches.status, 'draft')));
  return row ?? null;
}

/** People who work in a batch through an organisation, by the terms in force. Index: the primary keys. */
export async function listVendorReaders(q: Queryable, of: { batchId: string; orgId: string }) {
  return q
    .select({
      annotatorId: readers.annotatorId,
      alias: readers.alias,
      tier: readers.tier,
      status: readers.status,
      reads: readers.submitted,
      skipped: readers.skipped,
      activeMs: readers.activeMs,
      lastSeenAt: readers.lastSeenAt,
    })
    .from(readers)
    .innerJoin(
      terms,
      and(
        eq(terms.batchId, readers.batchId),
        eq(terms.annotatorId, readers.annotatorId),
        eq(terms.tier, readers.tier),
        eq(terms.termsNo, readers.termsNo),
      ),
    )
    .where(and(eq(readers.batchId, of.batchId), eq(terms.payeeOrgId, of.orgId)))
    .orderBy(desc(readers.lastSeenAt), readers.alias)
    .limit(1000);
}
