import type { z } from 'zod';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { countOpenings, listDatasetsByWords } from './access-queries.ts';
import { findConcernedDataset } from './queries.ts';
import type { AccessQueryInput, AccessQueryView, concernedDatasets } from './schemas.ts';

/** Data sets an incident may concern, for an operator to choose from; at most 50. */
export function listConcerned(
  ctx: OrgContext,
  input: { words: string; datasetId?: string | undefined },
): Promise<z.infer<typeof concernedDatasets>> {
  return listDatasetsByWords(ctx.db, input);
}

/**
 * Asks the access log who opened which files of a data set in a time, by pseudonymous person: what an audit looks for and an
 * incident begins with. The question itself is audited. Errors: not_found `dataset_not_found`.
 */
export async function queryAccess(ctx: OrgContext, input: AccessQueryInput): Promise<AccessQueryView> {
  return transact(ctx, async (tx) => {
    if ((await findConcernedDataset(tx.db, input.datasetId)) === null) {
      throw new AppError({
        kind: 'not_found',
        reason: 'dataset_not_found',
        message: 'There is no such data set.',
      });
    }
    const found = await countOpenings(tx.db, input);
    await tx.audit({
      action: 'incidents.access_queried',
      subject: { kind: 'dataset', id: input.datasetId },
      detail: {
        from: input.from.toISOString(),
        until: input.until.toISOString(),
        country: input.country ?? null,
        openings: found.openings,
        people: found.people.length,
      },
    });
    return found;
  });
}
