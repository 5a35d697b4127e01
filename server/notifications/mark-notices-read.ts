import { and, eq, inArray, isNull } from 'drizzle-orm';
import { notifications } from '#db/schema/notifications.ts';
import type { UserContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';

/** Marks the person's own notes as read, all or those named; others' ids change nothing. Not audited: nobody else is touched. */
export async function markNoticesRead(
  ctx: UserContext,
  input: { ids?: string[] | undefined },
): Promise<{ marked: number }> {
  return transact(ctx, async (tx) => {
    const rows = await tx.db
      .update(notifications)
      .set({ readAt: tx.now })
      .where(
        and(
          eq(notifications.personId, ctx.actor.personId),
          isNull(notifications.readAt),
          input.ids === undefined ? undefined : inArray(notifications.id, input.ids),
        ),
      )
      .returning({ id: notifications.id });
    return { marked: rows.length };
  });
}
