import type { CommandTx } from '#server/command/transaction.ts';
import { deleteWalletOf } from './document-queries.ts';

/** Takes numbers, documents and answers of an erased person away; what was verified when stays, under the pseudonym. */
export function forgetWallet(tx: CommandTx, personId: string): Promise<void> {
  return deleteWalletOf(tx.db, personId);
}
