import { env } from '#server/env.ts';
import { createStripeGateway, type PaymentGateway } from './stripe-gateway.ts';

let gateway: PaymentGateway | null = null;

/** The process's gateway to Stripe or its sandbox, made once from the environment. */
export function paymentGateway(): PaymentGateway {
  gateway ??= createStripeGateway(env());
  return gateway;
}

/** True when payments go to the local sandbox, so that test payment methods may be offered. */
export function isSandbox(): boolean {
  return env().STRIPE_API_HOST !== undefined;
}
