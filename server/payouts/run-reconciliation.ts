import type { CommandContext } from '#server/command/context.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { storeCheck } from '#server/ledger/run-check.ts';
import { type Reconciliation, reconcile } from './reconcile.ts';
import type { PaymentGateway } from './stripe-gateway.ts';

const WINDOW_DAYS = 30;

/** Compares the books with the rail over the last 30 days, now, and keeps what was found for the operator's page. */
export async function runReconciliation(
  ctx: CommandContext,
  gateway: PaymentGateway,
): Promise<Reconciliation> {
  const started = performance.now();
  const found = await reconcile(ctx, gateway, { since: plus(ctx.clock.now(), -WINDOW_DAYS * DAY) });
  await storeCheck(ctx, { kind: 'reconciliation', ok: found.ok, result: jsonOf(found), started });
  return found;
}

/** Money as text: JSON has no whole numbers of any size. */
function jsonOf(found: Reconciliation): unknown {
  return JSON.parse(
    JSON.stringify(found, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
  );
}
