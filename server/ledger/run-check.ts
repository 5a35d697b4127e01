import { and, desc, eq, lt } from 'drizzle-orm';
import { z } from 'zod';
import type { Queryable } from '#db/client.ts';
import { ledgerChecks } from '#db/schema/ledger.ts';
import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { checkLedger } from './reads.ts';

export const ledgerFinding = z.object({ ok: z.boolean(), problems: z.array(z.string()) });
export type LedgerFinding = z.infer<typeof ledgerFinding>;

type CheckKind = (typeof ledgerChecks.$inferSelect)['kind'];
export type StoredCheck = { kind: CheckKind; checkedAt: Date; ok: boolean; result: unknown };

const KEPT_DAYS = 90;

/** Checks the whole books now and keeps what was found; its cost grows with them, so screens read the last one. */
export async function runLedgerCheck(ctx: CommandContext): Promise<LedgerFinding> {
  const started = performance.now();
  const finding = await checkLedger(ctx.db);
  await storeCheck(ctx, { kind: 'ledger', ok: finding.ok, result: finding, started });
  return finding;
}

/** Keeps what a check found, with what it cost, and forgets those older than 90 days. */
export async function storeCheck(
  ctx: CommandContext,
  input: { kind: CheckKind; ok: boolean; result: unknown; started: number },
): Promise<void> {
  const { kind, ok, result } = input;
  const tookMs = Math.round(performance.now() - input.started);
  await transact(ctx, async (tx) => {
    await tx.db.insert(ledgerChecks).values({ id: newId(), kind, checkedAt: tx.now, ok, tookMs, result });
    await tx.db
      .delete(ledgerChecks)
      .where(and(eq(ledgerChecks.kind, kind), lt(ledgerChecks.checkedAt, plus(tx.now, -KEPT_DAYS * DAY))));
  });
}

/** The last check of a kind, or null before the first. Index: checks_kind_idx. */
export async function findLastCheck(q: Queryable, kind: CheckKind): Promise<StoredCheck | null> {
  const [row] = await q
    .select()
    .from(ledgerChecks)
    .where(eq(ledgerChecks.kind, kind))
    .orderBy(desc(ledgerChecks.checkedAt))
    .limit(1);
  return row ?? null;
}
