import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { currentLists } from './screening-queries.ts';

/** An operator asks that everybody is screened now; a job does it. Error: `lists_missing`. */
export async function askForScreening(ctx: OrgContext): Promise<void> {
  await transact(ctx, async (tx) => {
    if ((await currentLists(tx.db)).length === 0) {
      throw new AppError({
        kind: 'precondition',
        reason: 'lists_missing',
        message: 'There is no exclusion list to screen against. Import the LEIE or SAM first.',
      });
    }
    await tx.enqueue({
      name: 'registers.screen-everybody',
      payload: { cause: 'operator' },
      key: 'registers.screen-everybody',
    });
    await tx.audit({
      action: 'registers.screening_asked_for',
      subject: { kind: 'organisation', id: ctx.actor.orgId },
    });
  });
}
