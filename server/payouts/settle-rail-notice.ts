import { and, eq, isNotNull } from 'drizzle-orm';
import { stripeEvents } from '#db/schema/payouts.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';

/** An operator says what was done about an event of the rail; it leaves the list, the words stay in the audit trail. */
export async function settleRailNotice(
  ctx: OrgContext,
  input: { eventId: string; done: string },
): Promise<void> {
  await transact(ctx, async (tx) => {
    const [row] = await tx.db
      .update(stripeEvents)
      .set({ attention: null })
      .where(and(eq(stripeEvents.id, input.eventId), isNotNull(stripeEvents.attention)))
      .returning({ type: stripeEvents.type });
    if (!row) {
      throw new AppError({
        kind: 'not_found',
        reason: 'rail_notice_not_found',
        message: 'There is no such notice, or somebody has dealt with it already.',
      });
    }
    await tx.audit({
      action: 'payouts.rail_notice_settled',
      subject: { kind: 'organisation', id: ctx.actor.orgId },
      detail: { eventId: input.eventId, type: row.type, done: input.done },
    });
  });
}
