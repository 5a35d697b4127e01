import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { findPayout } from './queries.ts';
import { confirmPayout } from './settle-payout.ts';

/** The operator records that a bank transfer was made, with its reference (R32). */
export async function recordBankPayout(
  ctx: OrgContext,
  input: { payoutId: string; bankReference: string },
): Promise<void> {
  const payout = await findPayout(ctx.db, input.payoutId);
  if (payout?.rail !== 'bank_transfer')
    throw new AppError({
      kind: 'not_found',
      reason: 'payout_not_found',
      message: 'There is no such bank payout.',
    });
  if (payout.status !== 'submitted') {
    throw new AppError({
      kind: 'conflict',
      reason: 'payout_state',
      message: `This payout is ${payout.status}; only a submitted bank payout can be recorded.`,
    });
  }
  await confirmPayout(ctx, input);
}
