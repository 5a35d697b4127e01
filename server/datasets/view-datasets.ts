import type { OrgContext } from '#server/command/context.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { listDocuments } from './document-queries.ts';
import { type Dataset, getDataset, listCases, listDatasets } from './reads.ts';
import type { DatasetDocument } from './schemas.ts';

/** A project's datasets with their composition and the documents behind their evidence. */
export async function viewDatasets(
  ctx: OrgContext,
  input: { projectId: string },
): Promise<(Dataset & { documents: DatasetDocument[] })[]> {
  await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const found = await listDatasets(ctx.db, input.projectId);
  const documents = await listDocuments(
    ctx.db,
    found.map((dataset) => dataset.id),
  );
  return found.map((dataset) => ({ ...dataset, documents: documents.get(dataset.id) ?? [] }));
}

export type CaseLine = {
  id: string;
  externalId: string;
  site: string;
  split: string | null;
  subgroups: Record<string, string>;
  position: number;
};

/** Cases of one of the sponsor's datasets in file order, without their content, keyset by position. */
export async function viewCases(
  ctx: OrgContext,
  input: { datasetId: string; after?: number | undefined; limit: number },
): Promise<{ items: CaseLine[]; next: number | null }> {
  const dataset = await getDataset(ctx.db, input.datasetId);
  await getProjectForOrg(ctx.db, ctx.actor.orgId, dataset.projectId);
  const rows = await listCases(ctx.db, dataset.id, input);
  const items = rows.map(({ id, externalId, site, split, subgroups, position }) => ({
    id,
    externalId,
    site,
    split,
    subgroups,
    position,
  }));
  const last = items.length === input.limit ? items.at(-1) : undefined;
  return { items, next: last?.position ?? null };
}
