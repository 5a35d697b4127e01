import { desc, isNotNull } from 'drizzle-orm';
import { z } from 'zod';
import type { Queryable } from '#db/client.ts';
import { stripeEvents } from '#db/schema/payouts.ts';

export const railNotice = z.object({
  eventId: z.string(),
  type: z.string(),
  /** The object at the rail, to find it there; null when the event named none. */
  objectId: z.string().nullable(),
  attention: z.string(),
  receivedAt: z.date(),
});
export type RailNotice = z.infer<typeof railNotice>;

const stored = z.object({ objectId: z.string().nullable() });

/** Events of the rail that wait for an operator, newest first; at most 200. Index: stripe_events_attention_idx. */
export async function listRailNotices(q: Queryable): Promise<RailNotice[]> {
  const rows = await q
    .select()
    .from(stripeEvents)
    .where(isNotNull(stripeEvents.attention))
    .orderBy(desc(stripeEvents.receivedAt))
    .limit(200);
  return rows.map((row) => ({
    eventId: row.id,
    type: row.type,
    objectId: stored.parse(row.payload).objectId,
    attention: row.attention ?? '',
    receivedAt: row.receivedAt,
  }));
}
