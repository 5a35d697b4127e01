import type { CommandContext } from '#server/command/context.ts';
import { errorFields, log } from '#server/log.ts';

/**
 * Does the same for every batch, one after the other. A batch that fails is logged and the others go on: or the one that waits
 * longest, which comes first, would keep all the others from ever being looked at.
 */
export async function eachBatch(
  ctx: CommandContext,
  batchIds: readonly string[],
  look: (batchId: string) => Promise<void>,
): Promise<void> {
  for (const batchId of batchIds) {
    try {
      await look(batchId);
    } catch (error) {
      log.error({ batchId, requestId: ctx.requestId, ...errorFields(error) }, 'batch not looked at');
    }
  }
}
