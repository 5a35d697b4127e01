import { errorResponse } from '#app/api/_request/error-response.ts';
import { systemContext } from '#server/command/context.ts';
import { systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { database } from '#server/database.ts';
import { env } from '#server/env.ts';
import { receiveWebhook } from '#server/payouts/receive-webhook.ts';

/** Stripe's webhook: verified over the raw body, stored once, answered fast; the work is a job. */
export async function POST(request: Request): Promise<Response> {
  const requestId = newId();
  const ctx = systemContext({ db: database(), clock: systemClock, name: 'stripe.webhook', requestId });
  try {
    const rawBody = await request.text();
    const secrets = env().STRIPE_WEBHOOK_SECRET.split(',');
    return Response.json(
      await receiveWebhook(ctx, {
        rawBody,
        signatureHeader: request.headers.get('stripe-signature'),
        secrets,
      }),
    );
  } catch (error) {
    return errorResponse(error, requestId);
  }
}
