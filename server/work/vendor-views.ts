import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { findVendorBatch, listVendorBatchRows, listVendorReaders } from './vendor-queries.ts';

/** The batches that the acting vendor reads, those under way first; at most 200. Drafts are the sponsor's. */
export async function viewVendorBatches(ctx: OrgContext) {
  return listVendorBatchRows(ctx.db, ctx.actor.orgId);
}

/**
 * One batch of the acting vendor with its own people by name (R21). Reads are all that somebody submitted, dealt gold included;
 * how right they were is in no figure here.
 */
export async function viewVendorBatch(ctx: OrgContext, input: { batchId: string }) {
  const own = { batchId: input.batchId, orgId: ctx.actor.orgId };
  const batch = await findVendorBatch(ctx.db, own);
  if (batch === null) {
    throw new AppError({ kind: 'not_found', reason: 'batch_not_found', message: 'There is no such batch.' });
  }
  const readers = await listVendorReaders(ctx.db, own);
  const names = await namesOfPeople(
    ctx.db,
    readers.map((row) => row.annotatorId),
  );
  return {
    ...batch,
    readers: readers.map(({ annotatorId, ...row }) => ({
      ...row,
      name: names.get(annotatorId)?.name ?? row.alias,
    })),
  };
}
