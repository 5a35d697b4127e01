import { z } from 'zod';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { maySeeGold } from '#server/gold/reads.ts';
import { refuseWithheld } from '#server/pilots/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { getBatch } from '#server/work/reads.ts';
import { exportFinalLabels } from './export-final-labels.ts';
import { exportReads, exportReadsWithProvenance } from './export-reads.ts';

export const exportInput = z.object({
  batchId: z.uuid(),
  what: z.enum(['reads', 'reads_provenance', 'final_labels']),
  format: z.enum(['csv', 'jsonl']).default('csv'),
  /** Field of the `reads` export; the first measured field when left out. */
  field: z.string().max(60).optional(),
});
export type ExportInput = z.infer<typeof exportInput>;

export type OpenedExport = { fileName: string; mediaType: string; chunks: AsyncGenerator<string> };

/**
 * Opens an export of a batch of the acting sponsor's project and writes down that it was taken. Text is streamed, so the
 * size of a batch does not matter. `not_found` for another sponsor's batch, `pilot_withheld` while a pilot is read (R15), `panel_reading`
 * while a panel is (R7).
 */
export async function openExport(ctx: OrgContext, input: ExportInput): Promise<OpenedExport> {
  const batch = await getBatch(ctx.db, input.batchId);
  await getProjectForOrg(ctx.db, ctx.actor.orgId, batch.projectId).catch((cause: unknown) => {
    throw new AppError({
      kind: 'not_found',
      reason: 'batch_not_found',
      message: 'There is no such batch.',
      cause,
    });
  });
  await refuseWithheld(ctx.db, { batchId: batch.id, now: ctx.clock.now() });
  const { labelSchema } = await getProtocolVersion(ctx.db, batch.protocolVersionId);
  const field = input.field ?? labelSchema.fields[0]?.key ?? '';
  if (input.what === 'reads' && !labelSchema.fields.some((candidate) => candidate.key === field)) {
    throw new AppError({
      kind: 'invalid',
      reason: 'field_unknown',
      message: `The protocol has no field "${field}". It has: ${labelSchema.fields.map((f) => f.key).join(', ')}.`,
    });
  }
  await transact(ctx, (tx) =>
    tx.audit({
      action: 'interchange.exported',
      subject: { kind: 'batch', id: batch.id },
      detail: { what: input.what, format: input.format },
    }),
  );
  const mediaType = input.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson';
  return {
    fileName: `${input.what.replaceAll('_', '-')}-${batch.id}.${input.format}`,
    mediaType,
    chunks: chunksOf(ctx, input, field),
  };
}

function chunksOf(ctx: OrgContext, input: ExportInput, field: string): AsyncGenerator<string> {
  switch (input.what) {
    case 'reads':
      return exportReads(ctx.db, { batchId: input.batchId, field, format: input.format });
    case 'reads_provenance':
      return exportReadsWithProvenance(ctx.db, { ...input, isGoldShown: maySeeGold(ctx) });
    default:
      return exportFinalLabels(ctx.db, { ...input, isGoldShown: maySeeGold(ctx) });
  }
}
