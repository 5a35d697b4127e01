import { and, eq, isNotNull } from 'drizzle-orm';
import { assets } from '#db/schema/datasets.ts';
import type { CommandTx } from '#server/command/transaction.ts';

/** Opens the files of a case again after a false alarm; returns how many. What `quarantineCase` shut. */
export async function releaseCase(
  tx: CommandTx,
  input: { datasetId: string; caseId: string },
): Promise<number> {
  const rows = await tx.db
    .update(assets)
    .set({ quarantinedAt: null })
    .where(
      and(
        eq(assets.datasetId, input.datasetId),
        eq(assets.caseId, input.caseId),
        isNotNull(assets.quarantinedAt),
      ),
    )
    .returning({ id: assets.id });
  return rows.length;
}
