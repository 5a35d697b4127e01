import { join } from 'node:path';
import { z } from 'zod';
import { startSandbox } from './server.ts';

const seconds = z.coerce
  .number()
  .int()
  .min(0)
  .max(30 * 86_400);

const environment = z.object({
  STRIPE_SECRET_KEY: z.string().startsWith('sk_test_', 'The sandbox takes test keys (sk_test_…) only'),
  STRIPE_API_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  STRIPE_WEBHOOK_URL: z.url().optional(),
  STRIPE_WEBHOOK_SECRET: z.string().min(8).optional(),
  PORT: z.coerce.number().int().optional(),
  READROOM_HOME: z.string().default('.readroom'),
  READROOM_SANDBOX_DIR: z.string().optional(),
  READROOM_SANDBOX_CARD_SECONDS: seconds.default(0),
  READROOM_SANDBOX_BANK_SECONDS: seconds.default(2),
  READROOM_SANDBOX_PAYOUT_SECONDS: seconds.default(2),
  READROOM_SANDBOX_FEES: z.enum(['stripe', 'none']).default('stripe'),
});

async function main(): Promise<void> {
  const parsed = environment.safeParse(process.env);
  if (!parsed.success) {
    throw new Error(
      parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
    );
  }
  const env = parsed.data;
  const webhookUrl =
    env.STRIPE_WEBHOOK_URL ?? (env.PORT ? `http://127.0.0.1:${env.PORT}/api/stripe/webhook` : null);
  const sandbox = await startSandbox({
    dir: env.READROOM_SANDBOX_DIR ?? join(env.READROOM_HOME, 'stripe'),
    port: env.STRIPE_API_PORT,
    secretKey: env.STRIPE_SECRET_KEY,
    webhook:
      webhookUrl && env.STRIPE_WEBHOOK_SECRET ? { url: webhookUrl, secret: env.STRIPE_WEBHOOK_SECRET } : null,
    settings: {
      cardSettleSeconds: env.READROOM_SANDBOX_CARD_SECONDS,
      bankSettleSeconds: env.READROOM_SANDBOX_BANK_SECONDS,
      payoutSeconds: env.READROOM_SANDBOX_PAYOUT_SECONDS,
      hasFees: env.READROOM_SANDBOX_FEES === 'stripe',
    },
  });
  const stop = () => {
    void sandbox.close().finally(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  // Under a parent, Ctrl-C is the parent's to handle: it stops the app first.
  process.on('SIGINT', () => {
    if (!process.send) stop();
  });
  process.once('disconnect', stop);
  process.send?.({ ready: true, port: sandbox.port });
}

main().catch((error: unknown) => {
  process.stderr.write(
    `The Stripe sandbox can't start: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exit(1);
});
