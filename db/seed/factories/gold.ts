import type { Database } from '#db/client.ts';
import { goldItems, goldSets } from '#db/schema/gold.ts';
import { type Clock, systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import type { GoldAnswers, GoldSource, GoldStatus } from '#server/gold/schemas.ts';
import { hashContent } from '#server/protocols/content-hash.ts';

export type MakeGold = {
  projectId: string;
  datasetId: string;
  items: { caseId: string; answers: GoldAnswers }[];
  version?: number;
  status?: GoldStatus;
  source?: GoldSource;
  clock?: Clock;
};

/** A signed gold set whose items are active, inserted directly. Returns the set and its item ids in order. */
export async function makeGold(
  db: Database,
  input: MakeGold,
): Promise<{ goldSetId: string; goldItemIds: string[] }> {
  const now = (input.clock ?? systemClock).now();
  const goldSetId = newId();
  const signed = (input.status ?? 'active') === 'active';
  await db.insert(goldSets).values({
    id: goldSetId,
    projectId: input.projectId,
    version: input.version ?? 1,
    status: signed ? 'signed' : 'draft',
    contentSha256: signed ? hashContent(input.items) : null,
    itemCount: input.items.length,
    createdAt: now,
    signedAt: signed ? now : null,
  });
  const rows = input.items.map((item) => ({
    id: newId(),
    projectId: input.projectId,
    goldSetId,
    datasetId: input.datasetId,
    caseId: item.caseId,
    status: input.status ?? ('active' as const),
    source: input.source ?? ('panel' as const),
    answers: item.answers,
    unanimous: 'unanimous' as const,
    createdAt: now,
    updatedAt: now,
  }));
  if (rows.length > 0) await db.insert(goldItems).values(rows);
  return { goldSetId, goldItemIds: rows.map((row) => row.id) };
}
