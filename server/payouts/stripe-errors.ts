import Stripe from 'stripe';
import { AppError, type ErrorKind } from '#server/core/errors.ts';

/** What a call to Stripe can end in, besides success. */
export type StripeReason =
  | 'stripe_unknown_outcome'
  | 'stripe_busy'
  | 'stripe_not_configured'
  | 'stripe_key_reused'
  | 'stripe_object_missing'
  | 'stripe_refused'
  | 'payment_declined'
  | 'payee_not_ready'
  | 'platform_balance_insufficient';

const FAILURES: Record<StripeReason, { kind: ErrorKind; message: string }> = {
  stripe_unknown_outcome: {
    kind: 'unavailable',
    message:
      'Stripe did not answer, so it is not known whether this was carried out. It is checked before anything is sent again.',
  },
  stripe_busy: {
    kind: 'unavailable',
    message: 'Stripe takes no more requests right now. Try again in a minute.',
  },
  stripe_not_configured: {
    kind: 'unavailable',
    message: 'Stripe refused the API key. Check STRIPE_SECRET_KEY and its permissions.',
  },
  stripe_key_reused: {
    kind: 'conflict',
    message:
      'Stripe has refused this payment before under the same key. Nothing was sent; the next payout run sends it anew.',
  },
  stripe_object_missing: { kind: 'not_found', message: 'Stripe does not know this object.' },
  stripe_refused: { kind: 'invalid', message: 'Stripe refused the request as it was sent.' },
  payment_declined: {
    kind: 'precondition',
    message: 'The payment was declined. Use another payment method.',
  },
  payee_not_ready: {
    kind: 'precondition',
    message: 'The payee’s account can’t receive transfers yet. Ask the payee to finish the onboarding.',
  },
  platform_balance_insufficient: {
    kind: 'precondition',
    message: 'The balance at Stripe does not cover this yet. Wait until payments have settled, or add funds.',
  },
};

/** Codes of a refused request that say why in one word. */
const BY_CODE: Record<string, StripeReason> = {
  balance_insufficient: 'platform_balance_insufficient',
  insufficient_capabilities_for_transfer: 'payee_not_ready',
  payouts_not_allowed: 'payee_not_ready',
  resource_missing: 'stripe_object_missing',
  rate_limit: 'stripe_busy',
};

/**
 * Runs a call to Stripe and turns what it throws into an AppError. `stripe_unknown_outcome` is the one after which
 * money may have moved; every other reason means that it has not.
 */
export async function callStripe<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toAppError(error);
  }
}

/** True when it is not known whether the call was carried out: look before sending again. */
export function isUnknownOutcome(error: unknown): boolean {
  return error instanceof AppError && error.reason === 'stripe_unknown_outcome';
}

/** The AppError for what the SDK threw; an AppError stays as it is. Stripe's words are not repeated. */
export function toAppError(error: unknown): AppError<string> {
  if (error instanceof AppError) return error;
  if (!(error instanceof Stripe.errors.StripeError)) {
    return new AppError({
      kind: 'bug',
      reason: 'stripe_call_failed',
      message: 'The call to Stripe failed.',
      cause: error,
    });
  }
  const reason = reasonOf(error);
  const code = error.decline_code ?? error.code;
  return new AppError<StripeReason>({
    ...FAILURES[reason],
    reason,
    details: code ? [{ code: `stripe.${code}`, message: `Stripe says: ${code.replaceAll('_', ' ')}.` }] : [],
    cause: error,
  });
}

function reasonOf(error: Stripe.errors.StripeError): StripeReason {
  const { errors } = Stripe;
  // Another request holds the key right now (409): that one may yet succeed.
  if (error.statusCode === 409) return 'stripe_unknown_outcome';
  if (error instanceof errors.StripeIdempotencyError) return 'stripe_key_reused';
  if (error instanceof errors.StripeCardError) return 'payment_declined';
  if (error instanceof errors.StripeRateLimitError) return 'stripe_busy';
  if (error instanceof errors.StripeAuthenticationError || error instanceof errors.StripePermissionError) {
    return 'stripe_not_configured';
  }
  if (error instanceof errors.StripeInvalidRequestError) return BY_CODE[error.code ?? ''] ?? 'stripe_refused';
  // No answer, a 5xx, or something newer than this code: nothing is known.
  return 'stripe_unknown_outcome';
}
