import { errorResponse } from '#app/api/_request/error-response.ts';
import { readBody } from '#app/api/_request/guard-request.ts';
import { systemContext } from '#server/command/context.ts';
import { systemClock } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { database } from '#server/database.ts';
import { env } from '#server/env.ts';
import { receiveWebhook } from '#server/payouts/receive-webhook.ts';

/** Anybody may knock here, so nobody makes us hold more than an event could be. */
const MAX_BYTES = 1024 * 1024;

/** Stripe's webhook: verified over the raw body, stored once, answered fast; the work is a job. */
export async function POST(request: Request): Promise<Response> {
  const requestId = newId();
  const ctx = systemContext({ db: database(), clock: systemClock, name: 'stripe.webhook', requestId });
  try {
    const body = await readBody(request, MAX_BYTES);
    if (body === null) {
      throw new AppError({
        kind: 'limit',
        reason: 'webhook_too_large',
        message: 'The body is larger than 1 MB, which no event is.',
      });
    }
    const rawBody = new TextDecoder().decode(body);
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
