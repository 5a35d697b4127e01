import type { Queryable } from '#db/client.ts';
import { listLiveOrders, type OrderRow } from './queries.ts';

export { listHours, sumUnitWork, type UnitWork } from './queries.ts';
export type { OrderRow };

/** The agreed order of a project with the sponsor's in-house unit, or null. */
export async function findAgreedOrder(q: Queryable, projectId: string): Promise<OrderRow | null> {
  return (await listLiveOrders(q, projectId)).find((one) => one.status === 'agreed') ?? null;
}
