import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { engagements } from '#db/schema/staffing.ts';

export type EngagementRow = typeof engagements.$inferSelect;
export type EngagementRole = EngagementRow['role'];

/** Another organisation's live engagement of this person in the group, or null. Index: engagements_group_idx. */
export async function findRivalEngagement(
  tx: Tx,
  input: { group: string; personId: string; viaOrgId: string },
): Promise<EngagementRow | null> {
  const [row] = await tx
    .select()
    .from(engagements)
    .where(
      and(
        eq(engagements.independenceGroup, input.group),
        eq(engagements.personId, input.personId),
        ne(engagements.viaOrgId, input.viaOrgId),
        ne(engagements.status, 'ended'),
      ),
    )
    .limit(1);
  return row ?? null;
}

/** Adds an engagement; the same person, role and organisation on a project again gives back the live row. */
export async function upsertEngagement(tx: Tx, row: typeof engagements.$inferInsert): Promise<EngagementRow> {
  const [inserted] = await tx.insert(engagements).values(row).onConflictDoNothing().returning();
  if (inserted) return inserted;
  const [live] = await tx
    .update(engagements)
    .set({ contractId: row.contractId ?? null, status: 'active' })
    .where(
      and(
        eq(engagements.projectId, row.projectId),
        eq(engagements.personId, row.personId),
        eq(engagements.role, row.role),
        eq(engagements.viaOrgId, row.viaOrgId),
        ne(engagements.status, 'ended'),
      ),
    )
    .returning();
  if (!live) throw new Error('engagement vanished');
  return live;
}

/** Ends a live engagement; null when there is none to end. */
export async function endEngagementRow(
  tx: Tx,
  input: { id: string; now: Date; reason: string },
): Promise<EngagementRow | null> {
  const [row] = await tx
    .update(engagements)
    .set({ status: 'ended', endedAt: input.now, statusReason: input.reason })
    .where(and(eq(engagements.id, input.id), ne(engagements.status, 'ended')))
    .returning();
  return row ?? null;
}

/** Ids of the live engagements under a contract, locked in order; a contract has as many as its vendor named. */
export async function listLiveUnder(tx: Tx, contractId: string): Promise<string[]> {
  const rows = await tx
    .select({ id: engagements.id })
    .from(engagements)
    .where(and(eq(engagements.contractId, contractId), ne(engagements.status, 'ended')))
    .orderBy(engagements.id)
    .for('update');
  return rows.map((row) => row.id);
}

/** Engagements by project, person, role and status; at most 1,000. */
export async function listEngagements(
  q: Queryable,
  filter: {
    projectId?: string;
    personId?: string;
    viaOrgId?: string;
    roles?: readonly EngagementRole[];
    status?: EngagementRow['status'];
  },
): Promise<EngagementRow[]> {
  return q
    .select()
    .from(engagements)
    .where(
      and(
        filter.projectId ? eq(engagements.projectId, filter.projectId) : undefined,
        filter.personId ? eq(engagements.personId, filter.personId) : undefined,
        filter.viaOrgId ? eq(engagements.viaOrgId, filter.viaOrgId) : undefined,
        filter.roles ? inArray(engagements.role, [...filter.roles]) : undefined,
        filter.status ? eq(engagements.status, filter.status) : undefined,
      ),
    )
    .orderBy(engagements.createdAt)
    .limit(1000);
}

/** Organisations in whose projects the person is engaged, so that their exams are for them too; engagements_person_idx. */
export async function listEngagingSponsors(q: Queryable, personId: string): Promise<string[]> {
  const rows = await q.execute<{ id: string }>(sql`
    select distinct p.org_id as id from engagements e join projects p on p.id = e.project_id
    where e.person_id = ${personId} and e.status = 'active' and e.role <> 'examinee'
    union
    select distinct p.org_id from offers o join projects p on p.id = o.project_id
    where o.person_id = ${personId} and o.status in ('applied', 'offered', 'accepted') limit 200`);
  return [...rows].map((row) => row.id);
}
