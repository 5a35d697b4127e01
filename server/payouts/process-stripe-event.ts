import { and, eq, isNull } from 'drizzle-orm';
import { z } from 'zod';
import { stripeEvents } from '#db/schema/payouts.ts';
import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { refreshDestination } from './destinations.ts';
import { refreshFunding } from './fund-by-card.ts';
import { findDestination } from './queries.ts';
import type { PaymentGateway } from './stripe-gateway.ts';

const stored = z.object({ objectId: z.string().nullable() });

/** Works off one stored event by fetching the object it names; doing it twice changes nothing. */
export async function processStripeEvent(
  ctx: CommandContext,
  gateway: PaymentGateway,
  input: { eventId: string },
): Promise<void> {
  const [event] = await ctx.db
    .select()
    .from(stripeEvents)
    .where(and(eq(stripeEvents.id, input.eventId), isNull(stripeEvents.processedAt)));
  if (!event) return;
  const { objectId } = stored.parse(event.payload);
  if (objectId !== null && event.type.startsWith('payment_intent.'))
    await refreshFunding(ctx, gateway, objectId);
  const accountId = event.type.startsWith('v2.core.account')
    ? objectId
    : event.type === 'account.updated'
      ? (objectId ?? event.account)
      : null;
  if (accountId !== null) {
    const destination = await findDestination(ctx.db, { stripeAccountId: accountId });
    if (destination) await refreshDestination(ctx, gateway, destination);
  }
  await transact(ctx, (tx) =>
    tx.db.update(stripeEvents).set({ processedAt: tx.now }).where(eq(stripeEvents.id, event.id)),
  );
}
