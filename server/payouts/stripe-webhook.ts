import Stripe from 'stripe';
import { z } from 'zod';
import { AppError } from '#server/core/errors.ts';

/** A webhook whose signature and age are right. It is a hint: fetch the object it names before acting on it. */
export type StripeWebhook = {
  id: string;
  type: string;
  /** The connected account it is about; null for the platform. */
  account: string | null;
  /** Id of the object it is about, e.g. `pi_…`. */
  objectId: string | null;
  createdAt: Date;
  livemode: boolean;
  /** The whole event as sent, for the `stripe_events` row. */
  payload: Record<string, unknown>;
};

export type StripeWebhookReason =
  | 'webhook_not_configured'
  | 'webhook_signature_invalid'
  | 'webhook_timestamp_outside'
  | 'webhook_malformed';

const TOLERANCE_SECONDS = 300;

const snapshot = z.object({
  object: z.literal('event'),
  id: z.string().min(1).max(255),
  type: z.string().min(1).max(255),
  account: z.string().optional(),
  created: z.number().int(),
  livemode: z.boolean(),
  data: z.object({ object: z.looseObject({ id: z.string().optional() }) }),
});

/** v2 notifications carry no copy of the object, only where to fetch it. */
const notification = z.object({
  object: z.literal('v2.core.event'),
  id: z.string().min(1).max(255),
  type: z.string().min(1).max(255),
  context: z.string().nullish(),
  created: z.iso.datetime(),
  livemode: z.boolean(),
  related_object: z.object({ id: z.string() }).nullish(),
});

/**
 * Checks a webhook's raw body against its `Stripe-Signature` header: signed with one of `secrets` (several while
 * one is being replaced), and sent at most 300 seconds before or after `now`. Throws `unauthenticated` for a bad
 * signature or time and `invalid` for a signed body that is no event. The same event may come again: store its id.
 */
export function verifyStripeWebhook(input: {
  rawBody: string;
  signatureHeader: string | null;
  secrets: readonly string[];
  now: Date;
}): StripeWebhook {
  const { rawBody, signatureHeader, now } = input;
  const secrets = input.secrets.filter((secret) => secret.trim() !== '');
  if (secrets.length === 0) {
    throw fail('bug', 'webhook_not_configured', 'No webhook secret is set. Set STRIPE_WEBHOOK_SECRET.');
  }
  const sentAt = timestampOf(signatureHeader);
  const header = signatureHeader ?? '';
  if (sentAt === null || !secrets.some((secret) => isSigned(rawBody, header, secret))) {
    throw fail(
      'unauthenticated',
      'webhook_signature_invalid',
      'The signature does not match the body and our secret.',
    );
  }
  // The SDK looks at the past only; a time in the future (or in milliseconds) is as wrong.
  if (Math.abs(Math.floor(now.getTime() / 1000) - sentAt) > TOLERANCE_SECONDS) {
    throw fail(
      'unauthenticated',
      'webhook_timestamp_outside',
      `The webhook was signed more than ${TOLERANCE_SECONDS} seconds before or after now. Check the clock.`,
    );
  }
  return parseEvent(rawBody);
}

/** The one timestamp of the header in seconds; null when there is none, several, or something else. */
function timestampOf(header: string | null): number | null {
  const times = (header ?? '').split(',').filter((part) => part.trim().startsWith('t='));
  const match = times.length === 1 ? /^t=(\d{1,15})$/.exec(times[0]?.trim() ?? '') : null;
  return match ? Number(match[1]) : null;
}

function isSigned(rawBody: string, header: string, secret: string): boolean {
  try {
    // Tolerance 0 leaves the time to us. `constructEvent` is this check and JSON.parse, but refuses v2 notifications.
    return Stripe.webhooks.signature?.verifyHeader(rawBody, header, secret, 0) === true;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false;
    throw error;
  }
}

function parseEvent(rawBody: string): StripeWebhook {
  let payload: unknown;
  try {
    payload = JSON.parse(rawBody);
  } catch (cause) {
    throw fail('invalid', 'webhook_malformed', 'The signed body is not JSON.', cause);
  }
  const thin = notification.safeParse(payload);
  if (thin.success) {
    const { id, type, context, created, livemode, related_object } = thin.data;
    return {
      id,
      type,
      account: context ?? null,
      objectId: related_object?.id ?? null,
      createdAt: new Date(created),
      livemode,
      payload: payload as Record<string, unknown>,
    };
  }
  const full = snapshot.safeParse(payload);
  if (!full.success) {
    throw fail('invalid', 'webhook_malformed', 'The signed body is not a Stripe event.', full.error);
  }
  const { id, type, account, created, livemode, data } = full.data;
  return {
    id,
    type,
    account: account ?? null,
    objectId: data.object.id ?? null,
    createdAt: new Date(created * 1000),
    livemode,
    payload: payload as Record<string, unknown>,
  };
}

function fail(
  kind: 'bug' | 'invalid' | 'unauthenticated',
  reason: StripeWebhookReason,
  message: string,
  cause?: unknown,
): AppError<StripeWebhookReason> {
  return new AppError({ kind, reason, message, ...(cause === undefined ? {} : { cause }) });
}
