import { eq } from 'drizzle-orm';
import { mails } from '#db/schema/notifications.ts';
import type { CommandTx } from '#server/command/transaction.ts';

/** Removes every mail to an address, waiting ones too; for the erasure of an account. */
export async function forgetAddress(tx: CommandTx, address: string): Promise<void> {
  await tx.db.delete(mails).where(eq(mails.toAddress, address));
}
