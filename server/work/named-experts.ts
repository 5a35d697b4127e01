import { and, asc, eq } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Queryable, Tx } from '#db/client.ts';
import { namedExperts, readers } from '#db/schema/work.ts';

/** How long a case waits for the expert who is named for its reader before any expert may take it: nothing waits for who is away. */
export const HOLD_HOURS = 24;

/** More readers than these are not listed to choose from. */
const MOST_LISTED = 500;

/** Names the expert in place of the one before. */
export async function upsertNamedExpert(tx: Tx, row: typeof namedExperts.$inferInsert): Promise<void> {
  const { expertId, namedBy, namedAt } = row;
  await tx
    .insert(namedExperts)
    .values(row)
    .onConflictDoUpdate({
      target: [namedExperts.batchId, namedExperts.annotatorId],
      set: { expertId, namedBy, namedAt },
    });
}

/** Leaves somebody's reads to any expert. */
export async function deleteNamedExpert(tx: Tx, at: { batchId: string; annotatorId: string }): Promise<void> {
  await tx
    .delete(namedExperts)
    .where(and(eq(namedExperts.batchId, at.batchId), eq(namedExperts.annotatorId, at.annotatorId)));
}

/** Who is named for whom in a batch, both by alias (R21). Keys: named_experts' and readers' primary ones. */
export async function listNamedExperts(
  q: Queryable,
  batchId: string,
): Promise<{ technician: string; expert: string }[]> {
  const [technicians, experts] = [alias(readers, 'technician'), alias(readers, 'expert')];
  return q
    .select({ technician: technicians.alias, expert: experts.alias })
    .from(namedExperts)
    .innerJoin(
      technicians,
      and(
        eq(technicians.batchId, namedExperts.batchId),
        eq(technicians.annotatorId, namedExperts.annotatorId),
        eq(technicians.tier, 'label'),
      ),
    )
    .innerJoin(
      experts,
      and(
        eq(experts.batchId, namedExperts.batchId),
        eq(experts.annotatorId, namedExperts.expertId),
        eq(experts.tier, 'review'),
      ),
    )
    .where(eq(namedExperts.batchId, batchId))
    .orderBy(asc(technicians.alias))
    .limit(MOST_LISTED);
}

export type Pairable = {
  annotatorId: string;
  alias: string;
  /** The terms that hold for them now. */
  termsNo: number;
};

/** Those who read in a batch, or those who review in it, by alias. Key: readers' primary one. */
export async function listPairable(
  q: Queryable,
  of: { batchId: string; tier: 'label' | 'review' },
): Promise<Pairable[]> {
  return q
    .select({ annotatorId: readers.annotatorId, alias: readers.alias, termsNo: readers.termsNo })
    .from(readers)
    .where(and(eq(readers.batchId, of.batchId), eq(readers.tier, of.tier)))
    .orderBy(asc(readers.alias))
    .limit(MOST_LISTED);
}
