import type { z } from 'zod';
import type { OrgContext } from '#server/command/context.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { hasBatches } from '#server/work/reads.ts';
import { countAssetNames, countFindings, listDecidedTogether, listFindings } from './intake-queries.ts';
import type { FindingsInput, findingsView, intakeView } from './intake-schemas.ts';
import { type Dataset, getDataset } from './reads.ts';

async function ownDataset(ctx: OrgContext, datasetId: string): Promise<Dataset> {
  const dataset = await getDataset(ctx.db, datasetId);
  await getProjectForOrg(ctx.db, ctx.actor.orgId, dataset.projectId);
  return dataset;
}

/** How the intake of one of the acting sponsor's datasets stands: what was found, and what became of it. */
export async function viewIntake(
  ctx: OrgContext,
  input: { datasetId: string },
): Promise<z.infer<typeof intakeView>> {
  const dataset = await ownDataset(ctx, input.datasetId);
  const together = await listDecidedTogether(ctx.db, dataset.id);
  const names = await namesOfPeople(
    ctx.db,
    together.map((one) => one.by),
  );
  return {
    datasetId: dataset.id,
    name: dataset.name,
    status: dataset.intakeStatus,
    frozenAt: dataset.intakeFrozenAt,
    cases: dataset.caseCount,
    excluded: dataset.excludedCount,
    kinds: await countFindings(ctx.db, dataset.id),
    together: together.map((one) => ({ ...one, name: names.get(one.by)?.name ?? 'Somebody' })),
    requiredAssets: dataset.requiredAssets,
    assetNames: await countAssetNames(ctx.db, dataset.id),
    canReopen: dataset.intakeStatus === 'frozen' && !(await hasBatches(ctx.db, dataset.id)),
  };
}

/** Findings in the dataset's order, keyset; the sponsor's own ids, no content. */
export async function viewFindings(
  ctx: OrgContext,
  input: FindingsInput,
): Promise<z.infer<typeof findingsView>> {
  await ownDataset(ctx, input.datasetId);
  const found = await listFindings(ctx.db, { ...input, limit: input.limit + 1 });
  const rows = found.slice(0, input.limit);
  const last = found.length > input.limit ? rows.at(-1) : undefined;
  return {
    items: rows.map(({ otherDatasetId, otherCaseId, otherExternalId, ...row }) => ({
      ...row,
      other:
        otherDatasetId && otherCaseId && otherExternalId
          ? { datasetId: otherDatasetId, caseId: otherCaseId, externalId: otherExternalId }
          : null,
    })),
    next: last ? { position: last.position, code: last.code } : null,
  };
}
