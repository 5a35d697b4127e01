import { stripeEvents } from '#db/schema/payouts.ts';
import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { verifyStripeWebhook } from './stripe-webhook.ts';

/**
 * Takes a webhook in: verified, stored once by its id, its job enqueued in the same transaction. A duplicate is
 * acknowledged and does nothing. Order does not matter: the job asks Stripe for the object as it is now.
 */
export async function receiveWebhook(
  ctx: CommandContext,
  input: { rawBody: string; signatureHeader: string | null; secrets: readonly string[] },
): Promise<{ duplicate: boolean }> {
  const event = verifyStripeWebhook({ ...input, now: ctx.clock.now() });
  return transact(ctx, async (tx) => {
    const stored = await tx.db
      .insert(stripeEvents)
      .values({
        id: event.id,
        type: event.type,
        account: event.account,
        payload: { objectId: event.objectId },
        createdAt: event.createdAt,
        receivedAt: tx.now,
      })
      .onConflictDoNothing()
      .returning({ id: stripeEvents.id });
    if (stored.length === 0) return { duplicate: true };
    await tx.enqueue({ name: 'payouts.process-stripe-event', payload: { eventId: event.id } });
    return { duplicate: false };
  });
}
