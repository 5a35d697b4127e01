import type { CommandTx } from '#server/command/transaction.ts';
import { type AccountKey, lockAccounts } from './queries.ts';

/** Balance of one account, locked until the transaction ends, so that what is taken from it is still there when it is. */
export async function lockBalance(tx: CommandTx, key: AccountKey): Promise<bigint> {
  const [account] = await lockAccounts(tx.db, [key], tx.now);
  return account?.balanceMinor ?? 0n;
}
