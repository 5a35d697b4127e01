import type { CommandTx } from '#server/command/transaction.ts';
import { forgetFiles } from '#server/files/forget-files.ts';
import { deleteWalletOf } from './document-queries.ts';

/** Takes numbers, documents with their bytes, and answers of an erased person away; what was verified when stays, under the pseudonym. */
export async function forgetWallet(tx: CommandTx, personId: string): Promise<void> {
  await forgetFiles(tx, await deleteWalletOf(tx.db, personId));
}
