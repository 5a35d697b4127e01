import { and, eq, isNull } from 'drizzle-orm';
import { assets } from '#db/schema/datasets.ts';
import type { CommandTx } from '#server/command/transaction.ts';

/** Shuts every file of a case for everyone at once (R24); the gate refuses them from now on. Returns how many it shut. */
export async function quarantineCase(
  tx: CommandTx,
  input: { datasetId: string; caseId: string },
): Promise<number> {
  const rows = await tx.db
    .update(assets)
    .set({ quarantinedAt: tx.now })
    .where(
      and(
        eq(assets.datasetId, input.datasetId),
        eq(assets.caseId, input.caseId),
        isNull(assets.quarantinedAt),
      ),
    )
    .returning({ id: assets.id });
  return rows.length;
}
