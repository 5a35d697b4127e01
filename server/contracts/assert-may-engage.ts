import type { CommandTx } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { listProtectedWork } from './engaging-queries.ts';
import { engagingProblem } from './engaging-rules.ts';

/**
 * Refuses with `engaging_not_yet` while a contract keeps an organisation from engaging a person directly: the sponsor a
 * vendor's reader, the vendor a reader of the sponsor's panel. Asked wherever somebody is invited into an organisation or
 * engaged on a project other than through the vendor itself.
 */
export async function assertMayEngage(
  tx: Pick<CommandTx, 'db' | 'now'>,
  input: { byOrgId: string; personId: string },
): Promise<void> {
  const works = await listProtectedWork(tx.db, {
    personId: input.personId,
    byOrgId: input.byOrgId,
    now: tx.now,
  });
  const problem = engagingProblem(works, { byOrgId: input.byOrgId, now: tx.now });
  if (problem)
    throw new AppError({
      kind: 'precondition',
      reason: problem.code,
      message: problem.message,
      details: [problem],
    });
}
