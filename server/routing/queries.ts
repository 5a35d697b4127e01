import { and, desc, eq, isNull, ne, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { handOffs, routingRules } from '#db/schema/routing.ts';
import { batches } from '#db/schema/work-batches.ts';
import { type HandOffView, type RoutingRule, routingRule } from './schemas.ts';

export type HandOffRow = typeof handOffs.$inferSelect;

/** The rule of a project that holds, or null. Index: routing_rules_project_idx. */
export async function findRule(
  q: Queryable,
  projectId: string,
): Promise<{ rule: RoutingRule; setAt: Date } | null> {
  const [row] = await q
    .select()
    .from(routingRules)
    .where(eq(routingRules.projectId, projectId))
    .orderBy(desc(routingRules.setAt), desc(routingRules.id))
    .limit(1);
  return row ? { rule: routingRule.parse(row.rule), setAt: row.setAt } : null;
}

export async function insertRule(tx: Tx, row: typeof routingRules.$inferInsert): Promise<void> {
  await tx.insert(routingRules).values(row);
}

export async function insertHandOff(tx: Tx, row: typeof handOffs.$inferInsert): Promise<void> {
  await tx.insert(handOffs).values(row);
}

/** Hand-offs whose first read is awaited and can still come, oldest first; at most 500. Index: hand_offs_waiting_idx. */
export async function listWaiting(q: Queryable): Promise<HandOffRow[]> {
  const rows = await q
    .select({ handOff: handOffs })
    .from(handOffs)
    // One that ended unread would keep its place in the list for ever.
    .innerJoin(batches, and(eq(batches.id, handOffs.batchId), ne(batches.status, 'settled')))
    .where(isNull(handOffs.firstReadAt))
    .orderBy(handOffs.decidedAt)
    .limit(500);
  return rows.map((row) => row.handOff);
}

/** Writes when the first read came; only once. */
export async function setFirstRead(tx: Tx, at: { id: string; firstReadAt: Date }): Promise<void> {
  await tx
    .update(handOffs)
    .set({ firstReadAt: at.firstReadAt })
    .where(sql`${handOffs.id} = ${at.id}::uuid and ${handOffs.firstReadAt} is null`);
}

/** A project's hand-offs, newest first; at most 500. Index: hand_offs_project_idx. */
export async function listHandOffs(q: Queryable, projectId: string): Promise<HandOffView[]> {
  const rows = await q.execute<
    Omit<HandOffView, 'decidedAt' | 'countsFrom' | 'firstReadAt'> & {
      decidedAt: string;
      openedAt: string | null;
      firstReadAt: string | null;
    }
  >(sql`
    select h.id, h.batch_id as "batchId", b.name as batch, o.legal_name as "to", h.reason, h.says, h.reads,
      h.decided_at::text as "decidedAt", b.opened_at::text as "openedAt", h.first_read_at::text as "firstReadAt"
    from hand_offs h join batches b on b.id = h.batch_id join organisations o on o.id = h.to_org_id
    where h.project_id = ${projectId}::uuid order by h.decided_at desc, h.id desc limit 500`);
  return [...rows].map(({ openedAt, ...row }) => {
    const decidedAt = new Date(row.decidedAt);
    const opened = openedAt === null ? null : new Date(openedAt);
    return {
      ...row,
      decidedAt,
      // Nobody can read a draft: what was decided when it was made counts from its opening.
      countsFrom: opened === null ? null : opened > decidedAt ? opened : decidedAt,
      firstReadAt: row.firstReadAt === null ? null : new Date(row.firstReadAt),
    };
  });
}
