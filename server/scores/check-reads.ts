import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { MINUTE, plus } from '#server/core/clock.ts';
import { eachBatch } from '#server/jobs/each-batch.ts';
import { getProject } from '#server/projects/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { getBatch } from '#server/work/reads.ts';
import { listAnswerCounts, listMovedBatches, putChecks } from './check-queries.ts';
import { countPlan } from './load-counted.ts';
import { extremeChecks, fastChecks, labelMixChecks, unitChecks } from './read-check-rules.ts';
import { pairsOf } from './running-reads.ts';

/**
 * Looks at the mix of answers, the answers at the ends of the scale, the reading times and the units of numbers of everybody in a batch. What is
 * unusual is flagged with its evidence; nothing is rejected, nobody is ranked. Returns how many flags stand.
 */
export async function checkReads(ctx: CommandContext, input: { batchId: string }): Promise<number> {
  const batch = await getBatch(ctx.db, input.batchId);
  const [project, { labelSchema }, counts] = await Promise.all([
    getProject(ctx.db, batch.projectId),
    getProtocolVersion(ctx.db, batch.protocolVersionId),
    listAnswerCounts(ctx.db, batch.id),
  ]);
  const { fields } = countPlan(batch.id, labelSchema, project);
  const numbers = fields.filter((field) => field.scale === 'interval');
  const pairs = await Promise.all(
    numbers.map(async (field) => ({
      field,
      own: await pairsOf(ctx.db, { batchId: batch.id, field: field.key }),
    })),
  );
  const found = [
    ...fields.flatMap((field) => {
      const own = counts.answers.filter((one) => one.field === field.key);
      return [...labelMixChecks(field, own), ...extremeChecks(field, own)];
    }),
    ...fastChecks(counts.times, batch.leastReadSeconds),
    ...pairs.flatMap(({ field, own }) => unitChecks(field, own)),
  ];
  await transact(ctx, (tx) => putChecks(tx.db, { batchId: batch.id, found, now: tx.now }));
  return found.length;
}

/** Checks every live batch whose counts moved in the last ten minutes. */
export async function checkMovedBatches(ctx: CommandContext): Promise<void> {
  const moved = await listMovedBatches(ctx.db, plus(ctx.clock.now(), -10 * MINUTE));
  await eachBatch(ctx, moved, async (batchId) => {
    await checkReads(ctx, { batchId });
  });
}
