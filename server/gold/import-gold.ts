import type { CommandTx } from '#server/command/transaction.ts';
import { newId } from '#server/core/ids.ts';
import { getOrCreateDraftSet, insertGoldItems } from './queries.ts';
import type { GoldAnswers, GoldSource } from './schemas.ts';

export type ImportGoldInput = {
  projectId: string;
  datasetId: string;
  items: readonly { caseId: string; answers: GoldAnswers; source: GoldSource }[];
};

/**
 * Adds gold that came with a dataset to the project's draft set, in the import's transaction (R7). The items are
 * `agreed`: known, but in force only once the clinical lead has signed the set. The caller has validated the answers.
 */
export async function importGold(tx: CommandTx, input: ImportGoldInput): Promise<{ goldSetId: string }> {
  const set = await getOrCreateDraftSet(tx.db, input.projectId, tx.now);
  await insertGoldItems(
    tx.db,
    input.items.map((item) => ({
      id: newId(),
      projectId: input.projectId,
      goldSetId: set.id,
      datasetId: input.datasetId,
      caseId: item.caseId,
      status: 'agreed' as const,
      source: item.source,
      answers: item.answers,
      unanimous: 'imported' as const,
      createdAt: tx.now,
      updatedAt: tx.now,
    })),
  );
  await tx.audit({
    action: 'gold.imported',
    subject: { kind: 'gold_set', id: set.id },
    detail: { datasetId: input.datasetId, items: input.items.length },
  });
  return { goldSetId: set.id };
}
