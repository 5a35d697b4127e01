import { and, eq, isNull } from 'drizzle-orm';
import { z } from 'zod';
import { stripeEvents } from '#db/schema/payouts.ts';
import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { listOperators } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { refreshDestination } from './destinations.ts';
import { attentionFor } from './event-attention.ts';
import { refreshFunding } from './fund-by-card.ts';
import { findDestination } from './queries.ts';
import type { PaymentGateway } from './stripe-gateway.ts';

const stored = z.object({ objectId: z.string().nullable() });

/**
 * Works off one stored event by fetching the object it names; doing it twice changes nothing. What Readroom books nothing
 * for, disputes, refunds and reversals, is told to the operators and stands on their money page until one has dealt with it.
 */
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
  const attention = attentionFor(event.type);
  await transact(ctx, async (tx) => {
    const [done] = await tx.db
      .update(stripeEvents)
      .set({ processedAt: tx.now, attention })
      .where(and(eq(stripeEvents.id, event.id), isNull(stripeEvents.processedAt)))
      .returning({ id: stripeEvents.id });
    if (done && attention !== null) await tellOperators(tx, attention);
  });
}

async function tellOperators(tx: CommandTx, title: string): Promise<void> {
  for (const one of await listOperators(tx.db))
    await notifyPerson(tx, { ...one, kind: 'payouts.rail_notice', title, href: '/operator/money' });
}
