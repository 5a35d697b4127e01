import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { storeCheck } from '#server/ledger/run-check.ts';
import { reconcilePayouts } from './queries.ts';
import { type Reconciliation, reconcile } from './reconcile.ts';
import type { PaymentGateway } from './stripe-gateway.ts';

const WINDOW_DAYS = 30;
const CHUNK = 1000;

/**
 * Compares the books with the rail over the last 30 days, now, marks the payouts whose transfer was
 * found as reconciled, and keeps what was found for the operator's page.
 */
export async function runReconciliation(
  ctx: CommandContext,
  gateway: PaymentGateway,
): Promise<Reconciliation> {
  const started = performance.now();
  const { found, matchedPayoutIds } = await reconcile(ctx, gateway, {
    since: plus(ctx.clock.now(), -WINDOW_DAYS * DAY),
  });
  for (let at = 0; at < matchedPayoutIds.length; at += CHUNK) {
    const ids = matchedPayoutIds.slice(at, at + CHUNK);
    await transact(ctx, (tx) => reconcilePayouts(tx.db, ids));
  }
  await storeCheck(ctx, { kind: 'reconciliation', ok: found.ok, result: jsonOf(found), started });
  return found;
}

/** Money as text: JSON has no whole numbers of any size. */
function jsonOf(found: Reconciliation): unknown {
  return JSON.parse(
    JSON.stringify(found, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
  );
}
