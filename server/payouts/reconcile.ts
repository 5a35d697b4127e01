import { eq } from 'drizzle-orm';
import { payouts } from '#db/schema/payouts.ts';
import type { CommandContext } from '#server/command/context.ts';
import { getPlatformOrg } from '#server/identity/reads.ts';
import { balanceOf, checkLedger } from '#server/ledger/reads.ts';
import { listSettledPayouts, type SettledPayout } from './queries.ts';
import type { PaymentGateway } from './stripe-gateway.ts';

export type Reconciliation = {
  ok: boolean;
  ledger: { ok: boolean; problems: string[] };
  /** Per currency: what the ledger says is at Stripe and what Stripe says. */
  clearing: { currency: string; ledgerMinor: bigint; stripeMinor: bigint; differenceMinor: bigint }[];
  transfers: {
    confirmed: number;
    found: number;
    missing: string[];
    unexpected: string[];
    /** Another amount than ours, or taken back in part or whole. */
    amountDiffers: string[];
  };
};

/** What was found, and the payouts whose transfer was, with their amount: they can be marked as reconciled. */
export type Compared = { found: Reconciliation; matchedPayoutIds: string[] };

/**
 * The three-way check: the ledger with itself, the clearing account with the rail's balance, every confirmed payout with a
 * transfer of the same amount, however many there are. Reads only; what differs is named.
 */
export async function reconcile(
  ctx: CommandContext,
  gateway: PaymentGateway,
  input: { since: Date; currencies?: readonly string[]; page?: number },
): Promise<Compared> {
  const ledger = await checkLedger(ctx.db);
  const platform = await getPlatformOrg(ctx.db);
  const stripe = await gateway.platformBalance();
  const currencies = new Set([...(input.currencies ?? ['USD']), ...stripe.map((row) => row.currency)]);
  const clearing: Reconciliation['clearing'] = [];
  for (const currency of currencies) {
    const ledgerMinor = await balanceOf(ctx.db, { code: 'stripe_clearing', ownerId: platform.id, currency });
    const row = stripe.find((balance) => balance.currency === currency);
    const stripeMinor = (row?.availableMinor ?? 0n) + (row?.pendingMinor ?? 0n);
    clearing.push({ currency, ledgerMinor, stripeMinor, differenceMinor: ledgerMinor - stripeMinor });
  }
  const { transfers, matchedPayoutIds } = await compareTransfers(ctx, gateway, input);
  const ok =
    ledger.ok &&
    clearing.every((row) => row.differenceMinor === 0n) &&
    transfers.missing.length + transfers.unexpected.length + transfers.amountDiffers.length === 0;
  return { found: { ok, ledger, clearing, transfers }, matchedPayoutIds };
}

async function compareTransfers(
  ctx: CommandContext,
  gateway: PaymentGateway,
  { since, page }: { since: Date; page?: number },
): Promise<{ transfers: Reconciliation['transfers']; matchedPayoutIds: string[] }> {
  const confirmed = new Map<string, SettledPayout>();
  const filter = { rail: 'stripe_connect' as const, since, ...(page === undefined ? {} : { page }) };
  for await (const rows of listSettledPayouts(ctx.db, filter))
    for (const row of rows) confirmed.set(row.id, row);
  const matchedPayoutIds: string[] = [];
  const total = confirmed.size;
  const result = {
    confirmed: total,
    found: 0,
    missing: [] as string[],
    unexpected: [] as string[],
    amountDiffers: [] as string[],
  };
  for await (const transfer of gateway.listTransfers({ since })) {
    const row = transfer.payoutId === null ? undefined : confirmed.get(transfer.payoutId);
    if (!row) {
      const [known] =
        transfer.payoutId === null
          ? []
          : await ctx.db.select({ id: payouts.id }).from(payouts).where(eq(payouts.id, transfer.payoutId));
      if (!known) result.unexpected.push(transfer.transferId);
      continue;
    }
    confirmed.delete(row.id);
    result.found += 1;
    const isWhole = row.amountMinor === transfer.money.amountMinor && transfer.reversedMinor === 0n;
    (isWhole ? matchedPayoutIds : result.amountDiffers).push(row.id);
  }
  result.missing.push(...confirmed.keys());
  return { transfers: result, matchedPayoutIds };
}
