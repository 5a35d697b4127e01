import { eq } from 'drizzle-orm';
import { ledgerAccounts, ledgerEntries, ledgerTransfers } from '#db/schema/ledger.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { type AccountKey, accountKey, findTransfer, lockAccounts } from './queries.ts';
import { assertBalanced, balanceChange, type TransferInput, transferHash } from './rules.ts';

/**
 * Posts a balanced transfer exactly once. The same id with the same content is a replay and changes nothing; with
 * other content it is a conflict. An account that may not go below zero refuses with `funds_insufficient`.
 */
export async function postTransfer(tx: CommandTx, input: TransferInput): Promise<{ posted: boolean }> {
  assertBalanced(input.legs);
  const contentSha256 = transferHash(input);
  const inserted = await tx.db
    .insert(ledgerTransfers)
    .values({
      id: input.id,
      kind: input.kind,
      refKind: input.ref.kind,
      refId: input.ref.id,
      reversesId: input.reversesId ?? null,
      effectiveAt: input.effectiveAt ?? tx.now,
      postedAt: tx.now,
      contentSha256,
    })
    .onConflictDoNothing()
    .returning({ id: ledgerTransfers.id });
  if (inserted.length === 0) {
    const existing = await findTransfer(tx.db, input.id);
    if (existing?.contentSha256 === contentSha256) return { posted: false };
    throw new AppError({
      kind: 'conflict',
      reason: 'transfer_id_reused',
      message: 'This transfer id was already used for another movement of money.',
    });
  }
  const keys = new Map<string, AccountKey>(
    input.legs.map((leg) => [
      accountKey(leg),
      { code: leg.code, ownerId: leg.ownerId, currency: leg.currency },
    ]),
  );
  const accounts = new Map(
    (await lockAccounts(tx.db, [...keys.values()], tx.now)).map((row) => [accountKey(row), { ...row }]),
  );
  for (const leg of input.legs) {
    const account = present(accounts.get(accountKey(leg)), 'ledger account');
    account.balanceMinor += balanceChange(account.normalSide, leg);
    account.version += 1;
    await tx.db.insert(ledgerEntries).values({
      id: newId(),
      transferId: input.id,
      accountId: account.id,
      direction: leg.direction,
      amountMinor: leg.amountMinor,
      currency: leg.currency,
      accountVersion: account.version,
      balanceAfterMinor: account.balanceMinor,
    });
  }
  for (const account of accounts.values()) {
    if (account.balanceMinor < 0n && !account.allowNegative) {
      throw new AppError({
        kind: 'precondition',
        reason: 'funds_insufficient',
        message: `There is not enough in ${account.code.replaceAll('_', ' ')}: ${-account.balanceMinor} ${account.currency} minor units are missing.`,
      });
    }
    await tx.db
      .update(ledgerAccounts)
      .set({ balanceMinor: account.balanceMinor, version: account.version })
      .where(eq(ledgerAccounts.id, account.id));
  }
  return { posted: true };
}
