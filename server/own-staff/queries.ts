import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { ownStaffOrders } from '#db/schema/own-staff.ts';
import type { OrderStatus } from './schemas.ts';

export type OrderRow = typeof ownStaffOrders.$inferSelect;

/** A project's orders that wait or are agreed. Index: own_staff_orders_live_key. */
export async function listLiveOrders(q: Queryable, projectId: string): Promise<OrderRow[]> {
  return q
    .select()
    .from(ownStaffOrders)
    .where(
      and(eq(ownStaffOrders.projectId, projectId), inArray(ownStaffOrders.status, ['proposed', 'agreed'])),
    );
}

/** An order, locked until the transaction ends; null when there is none. */
export async function lockOrder(tx: Tx, orderId: string): Promise<OrderRow | null> {
  const [row] = await tx.select().from(ownStaffOrders).where(eq(ownStaffOrders.id, orderId)).for('update');
  return row ?? null;
}

/** A unit's orders with their projects, newest first; at most 200. Index: own_staff_orders_org_idx. */
export async function listOrdersOf(q: Queryable, orgId: string): Promise<(OrderRow & { project: string })[]> {
  const rows = await q.execute<{ id: string; project: string }>(sql`
    select o.id, p.title as project from own_staff_orders o join projects p on p.id = o.project_id
    where o.org_id = ${orgId}::uuid order by o.proposed_at desc, o.id desc limit 200`);
  const titles = new Map([...rows].map((row) => [row.id, row.project]));
  const orders = await q
    .select()
    .from(ownStaffOrders)
    .where(eq(ownStaffOrders.orgId, orgId))
    .orderBy(desc(ownStaffOrders.proposedAt), desc(ownStaffOrders.id))
    .limit(200);
  return orders.map((one) => ({ ...one, project: titles.get(one.id) ?? '' }));
}

export async function insertOrder(tx: Tx, row: typeof ownStaffOrders.$inferInsert): Promise<void> {
  await tx.insert(ownStaffOrders).values(row);
}

/** Moves an order that is still in `expected`; false when somebody was faster. */
export async function moveOrder(
  tx: Tx,
  at: { id: string; expected: OrderStatus; to: OrderStatus },
  set: Partial<OrderRow> = {},
): Promise<boolean> {
  const rows = await tx
    .update(ownStaffOrders)
    .set({ ...set, status: at.to })
    .where(and(eq(ownStaffOrders.id, at.id), eq(ownStaffOrders.status, at.expected)))
    .returning({ id: ownStaffOrders.id });
  return rows.length === 1;
}

/** What people of a unit have said they can give a week; who has said nothing is left out. */
export async function listHours(q: Queryable, personIds: readonly string[]): Promise<Map<string, number>> {
  if (personIds.length === 0) return new Map();
  const rows = await q.execute<{ personId: string; hours: number }>(sql`
    select person_id as "personId", hours_per_week::float8 as hours from availability
    where person_id = any(${sql.param([...personIds])}::uuid[])`);
  return new Map([...rows].map((row) => [row.personId, row.hours]));
}

export type UnitWork = { reads: number; activeMs: number; goldN: number; goldOk: number };

/** What a unit's people have read through it: in one project, or of a kind of work; from readers' own rows. Index: engagements_via_idx. */
export async function sumUnitWork(
  q: Queryable,
  of: { orgId: string } & ({ projectId: string } | { modality: string; anatomy: string }),
): Promise<UnitWork> {
  const which =
    'projectId' in of
      ? sql`p.id = ${of.projectId}::uuid`
      : sql`p.modality = ${of.modality} and p.anatomy = ${of.anatomy}`;
  const [row] = await q.execute<UnitWork>(sql`
    select coalesce(sum(r.submitted), 0)::int as reads, coalesce(sum(r.active_ms), 0)::float8 as "activeMs",
      coalesce(sum(r.gold_n), 0)::int as "goldN", coalesce(sum(r.gold_ok), 0)::int as "goldOk"
    from engagements e join projects p on p.id = e.project_id and ${which}
    join batches b on b.project_id = p.id and b.kind <> 'self_label'
    join readers r on r.batch_id = b.id and r.annotator_id = e.person_id and r.engagement_id = e.id and r.tier = 'label'
    where e.via_org_id = ${of.orgId}::uuid`);
  return row ?? { reads: 0, activeMs: 0, goldN: 0, goldOk: 0 };
}
