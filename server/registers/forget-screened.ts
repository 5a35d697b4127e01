import { and, eq, sql } from 'drizzle-orm';
import { npiChecks, screeningHits } from '#db/schema/registers.ts';
import type { CommandTx } from '#server/command/transaction.ts';

/**
 * What is taken away here when an account is erased (design rule 11): open questions are closed, the version of the person
 * they were compared as and what NPPES said of them are emptied. A confirmed exclusion and its decisions stay.
 */
export async function forgetScreened(tx: CommandTx, personId: string): Promise<void> {
  const isTheirs = eq(screeningHits.personId, personId);
  await tx.db
    .update(screeningHits)
    .set({ status: 'superseded' })
    .where(and(isTheirs, eq(screeningHits.status, 'open')));
  // The record's place in the unique key keeps the versions apart.
  await tx.db
    .update(screeningHits)
    .set({ personVersion: sql`'erased ' || ${screeningHits.id}` })
    .where(isTheirs);
  await tx.db.update(npiChecks).set({ elements: [] }).where(eq(npiChecks.personId, personId));
}
