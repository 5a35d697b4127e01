import { and, asc, between, eq, gt, notInArray } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { datasets } from '#db/schema/datasets.ts';
import { projects } from '#db/schema/projects.ts';

export type EndingEvidence = {
  id: string;
  orgId: string;
  projectId: string;
  name: string;
  expiresOn: string;
};

/**
 * Data sets whose evidence has its last day in this span, of projects that may still be read, by id. Once a day over datasets_pkey:
 * projects have few data sets.
 */
export async function listEvidenceEnding(
  q: Queryable,
  page: { from: string; to: string; after: string | null; limit: number },
): Promise<EndingEvidence[]> {
  const rows = await q
    .select({
      id: datasets.id,
      orgId: datasets.orgId,
      projectId: datasets.projectId,
      name: datasets.name,
      expiresOn: datasets.evidenceExpiresOn,
    })
    .from(datasets)
    .innerJoin(projects, eq(projects.id, datasets.projectId))
    .where(
      and(
        between(datasets.evidenceExpiresOn, page.from, page.to),
        notInArray(projects.status, ['completed', 'archived']),
        page.after === null ? undefined : gt(datasets.id, page.after),
      ),
    )
    .orderBy(asc(datasets.id))
    .limit(page.limit);
  return rows.flatMap((row) => (row.expiresOn === null ? [] : [{ ...row, expiresOn: row.expiresOn }]));
}
