import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { type Sandbox, type SandboxOptions, startSandbox } from './server.ts';

export const TEST_KEY = 'sk_test_sandbox_for_tests';

export type TestSandbox = {
  sandbox: Sandbox;
  /** Where its journal is. */
  dir: string;
  /** The real SDK, pointed at the sandbox. */
  stripe: Stripe;
  /** What `createStripeGateway` takes. */
  env: { STRIPE_SECRET_KEY: string; STRIPE_API_HOST: string; STRIPE_API_PORT: number };
  /** Calls the sandbox's control API, e.g. `control('POST', 'faults', { on: 'call', kind: 'error_after' })`. */
  control(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Record<string, unknown>>;
  /** Makes a recipient account, ready to be paid unless another outcome is given. */
  recipient(outcome?: 'complete' | 'failed' | 'pending' | 'unfinished'): Promise<string>;
  /** Puts available funds, free of fees' rounding, into the platform's balance. */
  fund(amount: number, currency?: string): Promise<Stripe.PaymentIntent>;
  /** Closes it and opens it again on the same folder, as after a restart. */
  restart(): Promise<TestSandbox>;
  close(): Promise<void>;
};

/** A sandbox in a folder of its own, on a free port, for one test or file. */
export async function startTestSandbox(options: Partial<SandboxOptions> = {}): Promise<TestSandbox> {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'readroom-stripe-'));
  const sandbox = await startSandbox({ port: 0, secretKey: TEST_KEY, webhook: null, ...options, dir });
  const stripe = testClient(sandbox.port);
  const control = (method: string, path: string, body: object = {}) =>
    callControl(sandbox.url, method, path, body);
  return {
    sandbox,
    dir,
    stripe,
    env: { STRIPE_SECRET_KEY: TEST_KEY, STRIPE_API_HOST: '127.0.0.1', STRIPE_API_PORT: sandbox.port },
    control,
    recipient: async (outcome = 'complete') => {
      const account = await stripe.v2.core.accounts.create({
        contact_email: 'payee@example.test',
        identity: { country: 'US', entity_type: 'individual' },
      });
      if (outcome !== 'unfinished') await control('POST', `accounts/${account.id}/onboarding`, { outcome });
      return account.id;
    },
    fund: (amount, currency = 'usd') =>
      stripe.paymentIntents.create({
        amount,
        currency,
        confirm: true,
        payment_method: 'pm_card_bypassPending',
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      }),
    restart: async () => {
      await sandbox.close();
      return startTestSandbox({ ...options, dir });
    },
    close: async () => {
      await sandbox.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The real SDK, pointed at a sandbox's port. */
export function testClient(
  port: number,
  options: { maxNetworkRetries?: number; timeout?: number } = {},
): Stripe {
  return new Stripe(TEST_KEY, { host: '127.0.0.1', port, protocol: 'http', telemetry: false, ...options });
}

async function callControl(
  url: string,
  method: string,
  path: string,
  body: object,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/_sandbox/${path}`, {
    method,
    headers: { authorization: `Bearer ${TEST_KEY}` },
    ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
  });
  const told = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(told)}`);
  return told;
}
