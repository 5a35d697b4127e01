import { and, count, desc, eq, isNull, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { notifications } from '#db/schema/notifications.ts';

export type Notice = {
  id: string;
  orgId: string | null;
  kind: string;
  title: string;
  href: string | null;
  createdAt: Date;
  readAt: Date | null;
};

/** A person's notes, newest first, before the id `before`; with how many are unread. Index notifications_person_idx. */
export async function listNotices(
  q: Queryable,
  personId: string,
  input: { before?: string | undefined; limit: number },
): Promise<{ items: Notice[]; unread: number; next: string | null }> {
  const mine = eq(notifications.personId, personId);
  const [unread] = await q
    .select({ n: count() })
    .from(notifications)
    .where(and(mine, isNull(notifications.readAt)));
  const rows = await q
    .select({
      id: notifications.id,
      orgId: notifications.orgId,
      kind: notifications.kind,
      title: notifications.title,
      href: notifications.href,
      createdAt: notifications.createdAt,
      readAt: notifications.readAt,
    })
    .from(notifications)
    .where(and(mine, input.before === undefined ? undefined : isBefore(personId, input.before)))
    .orderBy(desc(notifications.createdAt), desc(notifications.id))
    .limit(input.limit + 1);
  const items = rows.slice(0, input.limit);
  const next = rows.length > input.limit ? (items.at(-1)?.id ?? null) : null;
  return { items, unread: unread?.n ?? 0, next };
}

/** Behind one of the person's notices in the order of time: an id that follows from what a notice is about (`derivedId`) knows no time. */
const isBefore = (personId: string, noticeId: string) =>
  sql`(${notifications.createdAt}, ${notifications.id}) < (select n.created_at, n.id from ${notifications} n
    where n.id = ${noticeId} and n.person_id = ${personId})`;
