import type { OrgContext } from '#server/command/context.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { type Dataset, getDataset, listCases, listDatasets } from './reads.ts';

/** A project's datasets with their composition. */
export async function viewDatasets(ctx: OrgContext, input: { projectId: string }): Promise<Dataset[]> {
  await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  return listDatasets(ctx.db, input.projectId);
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
