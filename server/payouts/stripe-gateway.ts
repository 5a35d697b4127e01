import Stripe from 'stripe';
import { AppError } from '#server/core/errors.ts';
import { createFundingCalls, type FundingCalls } from './stripe-funding.ts';
import { createRecipientCalls, type RecipientCalls } from './stripe-recipients.ts';
import { createReconciliationCalls, type ReconciliationCalls } from './stripe-reconciliation.ts';
import { createTransferCalls, type TransferCalls } from './stripe-transfers.ts';

/** Where Stripe is; the names of the environment's variables. Without a host it is Stripe itself. */
export type StripeGatewayEnv = {
  STRIPE_SECRET_KEY: string;
  STRIPE_API_HOST?: string | undefined;
  STRIPE_API_PORT?: number | undefined;
  STRIPE_API_PROTOCOL?: 'http' | 'https' | undefined;
};

/**
 * Everything Readroom asks of Stripe. Each call that moves money takes an id of ours and may be repeated with it;
 * errors are AppErrors (see `stripe-errors.ts`). Only opaque ids are sent: no names, titles or clinical text.
 */
export type PaymentGateway = FundingCalls & RecipientCalls & TransferCalls & ReconciliationCalls;

const TIMEOUT_MS = 20_000;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1']);

/** The gateway for an environment. A live key is never sent to another host, nor in the clear over a network. */
export function createStripeGateway(
  env: StripeGatewayEnv,
  options: { timeoutMs?: number; maxNetworkRetries?: number } = {},
): PaymentGateway {
  const stripe = new Stripe(env.STRIPE_SECRET_KEY, {
    ...addressOf(env),
    telemetry: false,
    timeout: options.timeoutMs ?? TIMEOUT_MS,
    maxNetworkRetries: options.maxNetworkRetries ?? 2,
  });
  const isTest = env.STRIPE_SECRET_KEY.startsWith('sk_test_');
  return {
    ...createFundingCalls(stripe, { isTest }),
    ...createRecipientCalls(stripe),
    ...createTransferCalls(stripe),
    ...createReconciliationCalls(stripe),
  };
}

function addressOf(env: StripeGatewayEnv): { host?: string; port?: number; protocol?: 'http' | 'https' } {
  const { STRIPE_API_HOST: host, STRIPE_API_PORT: port, STRIPE_API_PROTOCOL: protocol } = env;
  if (host === undefined) return {};
  const chosen = protocol ?? (LOOPBACK.has(host) ? 'http' : 'https');
  const isSafe = env.STRIPE_SECRET_KEY.startsWith('sk_test_') && (chosen === 'https' || LOOPBACK.has(host));
  if (!isSafe) {
    throw new AppError({
      kind: 'bug',
      reason: 'stripe_not_configured',
      message: 'STRIPE_API_HOST is for the sandbox: use a test key (sk_test_…), and http on loopback only.',
    });
  }
  return { host, protocol: chosen, ...(port === undefined ? {} : { port }) };
}
