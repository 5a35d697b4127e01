import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { eachBatch } from '#server/jobs/each-batch.ts';
import { LIVE, pagesOfBatches } from './batch-pages.ts';
import type { Batch } from './reads.ts';
import { listStranded } from './stranded-turns.ts';
import { strandedPlace, strandedSays } from './stranded-words.ts';
import { KEEPERS, tellSponsor } from './tell-sponsor.ts';

/**
 * Tells whoever may engage people for a project of cases that wait for a turn that nobody engaged may take (`listStranded`): the batch
 * would stand, and its reserve with it, and nobody would know. Once for each batch and tier; the batch's page says it as long as it holds. Safe to repeat.
 */
export async function tellOfStranded(ctx: CommandContext): Promise<void> {
  for await (const page of pagesOfBatches(ctx.db, { statuses: LIVE })) {
    const byId = new Map(page.map((batch) => [batch.id, batch]));
    await eachBatch(ctx, [...byId.keys()], async (batchId) => {
      const batch = byId.get(batchId);
      if (batch) await tellOfBatch(ctx, batch);
    });
  }
}

async function tellOfBatch(ctx: CommandContext, batch: Batch): Promise<void> {
  const stranded = await listStranded(ctx.db, batch, ctx.clock.now());
  if (stranded.length === 0) return;
  await transact(ctx, async (tx) => {
    for (const one of stranded) {
      const { href, says } = strandedPlace(batch, one.tier);
      await tellSponsor(tx, batch, {
        roles: [...KEEPERS, 'clinical_lead'],
        kind: 'work.stranded',
        title: `“${batch.name}”: ${strandedSays(one).title} ${says}`,
        href,
        detail: { batchId: batch.id, tier: one.tier, cases: one.cases },
        once: `${batch.id} ${one.tier}`,
      });
    }
  });
}
