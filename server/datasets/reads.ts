import { and, asc, eq, gt, inArray, isNotNull, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Queryable } from '#db/client.ts';
import { assets, cases, datasets } from '#db/schema/datasets.ts';
import { AppError } from '#server/core/errors.ts';
import { type Composition, composition, type DatasetEvidence, datasetEvidence } from './schemas.ts';

type DatasetRow = typeof datasets.$inferSelect;
export type Dataset = Omit<DatasetRow, 'evidence' | 'composition'> & {
  evidence: DatasetEvidence;
  composition: Composition;
};

function toDataset(row: DatasetRow): Dataset {
  return {
    ...row,
    evidence: datasetEvidence.parse(row.evidence),
    composition: composition.parse(row.composition),
  };
}

/** A dataset by id; `not_found` when there is none. */
export async function getDataset(q: Queryable, datasetId: string): Promise<Dataset> {
  const [row] = await q.select().from(datasets).where(eq(datasets.id, datasetId)).limit(1);
  if (!row) {
    throw new AppError({
      kind: 'not_found',
      reason: 'dataset_not_found',
      message: 'There is no such dataset.',
    });
  }
  return toDataset(row);
}

/** A project's datasets, oldest first; few. */
export async function listDatasets(q: Queryable, projectId: string): Promise<Dataset[]> {
  const rows = await q
    .select()
    .from(datasets)
    .where(eq(datasets.projectId, projectId))
    .orderBy(asc(datasets.createdAt))
    .limit(200);
  return rows.map(toDataset);
}

const textByName = z.record(z.string(), z.string());

/** A case without its assets. `subgroups` and `context` are name → text. */
export type Case = {
  datasetId: string;
  id: string;
  externalId: string;
  patientKey: string;
  site: string;
  split: string | null;
  subgroups: Record<string, string>;
  context: Record<string, string>;
  position: number;
};

function toCase(row: typeof cases.$inferSelect): Case {
  return { ...row, subgroups: textByName.parse(row.subgroups), context: textByName.parse(row.context) };
}

/** Cases of a dataset in file order, keyset by `after` (a position). */
export async function listCases(
  q: Queryable,
  datasetId: string,
  page: { after?: number | undefined; limit: number },
): Promise<Case[]> {
  const rows = await q
    .select()
    .from(cases)
    .where(
      and(
        eq(cases.datasetId, datasetId),
        page.after === undefined ? undefined : gt(cases.position, page.after),
      ),
    )
    .orderBy(asc(cases.position))
    .limit(page.limit);
  return rows.map(toCase);
}

export type CaseFilter = {
  /** Left out, whichever; null, the cases without a split. */
  split?: string | null | undefined;
  /** Only these, by the sponsor's own case ids. */
  externalIds?: readonly string[] | undefined;
  limit?: number | undefined;
};

/** Ids of a dataset's accepted cases in file order; what a batch is made of. At most 200,000 (design rule 1). */
export async function listCaseIds(
  q: Queryable,
  datasetId: string,
  filter: CaseFilter = {},
): Promise<string[]> {
  if (filter.externalIds !== undefined && filter.externalIds.length === 0) return [];
  const rows = await q
    .select({ id: cases.id })
    .from(cases)
    .where(
      and(
        eq(cases.datasetId, datasetId),
        isNull(cases.excludedReason),
        filter.split === undefined ? undefined : sql`${cases.split} is not distinct from ${filter.split}`,
        filter.externalIds === undefined
          ? undefined
          : sql`${cases.externalId} = any(${sql.param(filter.externalIds)}::text[])`,
      ),
    )
    .orderBy(asc(cases.position))
    .limit(filter.limit ?? 200_000);
  return rows.map((row) => row.id);
}

/** An asset as it is stored; its content goes out only through the gate (agreements: openAsset). */
export type Asset = typeof assets.$inferSelect;

/** A case with its assets in order; `not_found` when the dataset has no such case. */
export async function getCaseWithAssets(
  q: Queryable,
  datasetId: string,
  caseId: string,
): Promise<Case & { assets: Asset[] }> {
  const [row] = await q
    .select()
    .from(cases)
    .where(and(eq(cases.datasetId, datasetId), eq(cases.id, caseId)))
    .limit(1);
  if (!row) {
    throw new AppError({ kind: 'not_found', reason: 'case_not_found', message: 'There is no such case.' });
  }
  const own = await q
    .select()
    .from(assets)
    .where(and(eq(assets.datasetId, datasetId), eq(assets.caseId, caseId)))
    .orderBy(asc(assets.position));
  return { ...toCase(row), assets: own };
}

/** An asset by its id; `not_found` when there is none. */
export async function getAsset(q: Queryable, assetId: string): Promise<Asset> {
  const [row] = await q.select().from(assets).where(eq(assets.id, assetId)).limit(1);
  if (!row) {
    throw new AppError({ kind: 'not_found', reason: 'asset_not_found', message: 'There is no such asset.' });
  }
  return row;
}

/** The subgroup columns of some cases, by case id. Index: the primary key. */
export async function subgroupsOf(
  q: Queryable,
  input: { datasetId: string; caseIds: readonly string[] },
): Promise<Map<string, Record<string, string>>> {
  if (input.caseIds.length === 0) return new Map();
  const rows = await q
    .select({ id: cases.id, subgroups: cases.subgroups })
    .from(cases)
    .where(and(eq(cases.datasetId, input.datasetId), inArray(cases.id, [...input.caseIds])));
  return new Map(rows.map((row) => [row.id, textByName.parse(row.subgroups)]));
}

/** By what figures of cases are told apart: the site and every subgroup column that a case has, by case id. Index: the primary key. */
export async function circumstancesOf(
  q: Queryable,
  input: { datasetId: string; caseIds: readonly string[] },
): Promise<Map<string, Record<string, string>>> {
  const found = new Map<string, Record<string, string>>();
  for (let at = 0; at < input.caseIds.length; at += 5000) {
    const rows = await q
      .select({ id: cases.id, site: cases.site, subgroups: cases.subgroups })
      .from(cases)
      .where(
        and(eq(cases.datasetId, input.datasetId), inArray(cases.id, input.caseIds.slice(at, at + 5000))),
      );
    for (const { id, site, subgroups } of rows)
      found.set(id, { ...(site === '' ? {} : { site }), ...textByName.parse(subgroups) });
  }
  return found;
}

/** The sponsor's own ids of cases, by case id; for exports and the sponsor's screens. */
export async function externalIdsOf(
  q: Queryable,
  datasetId: string,
  caseIds: readonly string[],
): Promise<Map<string, string>> {
  if (caseIds.length === 0) return new Map();
  const rows = await q
    .select({ id: cases.id, externalId: cases.externalId })
    .from(cases)
    .where(and(eq(cases.datasetId, datasetId), inArray(cases.id, [...caseIds])));
  return new Map(rows.map((row) => [row.id, row.externalId]));
}

/** A case as the choice of a batch's cases sees it. */
export type CaseFacts = Pick<Case, 'id' | 'externalId' | 'patientKey' | 'site' | 'split' | 'subgroups'>;

/**
 * The accepted cases of a dataset in file order with what they are chosen by, how many the intake keeps out, and which of the
 * accepted are quarantined (R24) and so left out.
 * `context` are words that a context column must hold. At most 200,000 (design rule 1).
 */
export async function listAcceptedCases(
  q: Queryable,
  datasetId: string,
  filter: {
    split?: string | undefined;
    externalIds?: readonly string[] | undefined;
    caseIds?: readonly string[] | undefined;
    context?: readonly { name: string; contains: string }[] | undefined;
  } = {},
): Promise<{ cases: CaseFacts[]; excluded: number; quarantined: CaseFacts[] }> {
  const rows = await q
    .select({
      id: cases.id,
      externalId: cases.externalId,
      patientKey: cases.patientKey,
      site: cases.site,
      split: cases.split,
      subgroups: cases.subgroups,
      excludedReason: cases.excludedReason,
    })
    .from(cases)
    .where(
      and(
        eq(cases.datasetId, datasetId),
        filter.split === undefined ? undefined : eq(cases.split, filter.split),
        filter.externalIds && sql`${cases.externalId} = any(${sql.param([...filter.externalIds])}::text[])`,
        filter.caseIds && sql`${cases.id} = any(${sql.param([...filter.caseIds])}::uuid[])`,
        ...(filter.context ?? []).map(
          ({ name, contains }) =>
            sql`position(lower(${contains}) in lower(${cases.context} ->> ${name})) > 0`,
        ),
      ),
    )
    .orderBy(asc(cases.position))
    .limit(200_000);
  const shut = await quarantinedCases(q, datasetId);
  const accepted = rows
    .filter((row) => row.excludedReason === null)
    .map(({ excludedReason: _in, ...row }) => ({
      ...row,
      subgroups: row.subgroups as Record<string, string>,
    }));
  return {
    cases: shut.size === 0 ? accepted : accepted.filter((row) => !shut.has(row.id)),
    excluded: rows.length - accepted.length,
    quarantined: shut.size === 0 ? [] : accepted.filter((row) => shut.has(row.id)),
  };
}

/** Cases of a dataset with a file that is quarantined (R24). Index: assets_quarantined_idx. */
async function quarantinedCases(q: Queryable, datasetId: string): Promise<ReadonlySet<string>> {
  const rows = await q
    .selectDistinct({ caseId: assets.caseId })
    .from(assets)
    .where(and(eq(assets.datasetId, datasetId), isNotNull(assets.quarantinedAt)));
  return new Set(rows.map((row) => row.caseId));
}

/** Cases of a dataset by the sponsor's own ids of them, also those that the intake keeps out. Index: cases_external_key. */
export async function casesByExternalId(
  q: Queryable,
  datasetId: string,
  externalIds: readonly string[],
): Promise<Map<string, { id: string; split: string | null }>> {
  const rows = await q
    .select({ id: cases.id, externalId: cases.externalId, split: cases.split })
    .from(cases)
    .where(
      and(
        eq(cases.datasetId, datasetId),
        sql`${cases.externalId} = any(${sql.param([...externalIds])}::text[])`,
      ),
    );
  return new Map(rows.map(({ externalId, ...one }) => [externalId, one]));
}

/** How many of these external ids the dataset does not have. */
export async function countUnknownExternalIds(
  q: Queryable,
  datasetId: string,
  externalIds: readonly string[],
): Promise<number> {
  const [row] = await q.execute<{ n: number }>(sql`
    select count(*)::int as n from (select distinct unnest(${sql.param([...externalIds])}::text[]) as id) w
    where not exists (select 1 from cases c where c.dataset_id = ${datasetId} and c.external_id = w.id)`);
  return row?.n ?? 0;
}

/**
 * What of these cases of one split the project has in accepted cases elsewhere too, by the split or its absence: patients, and contents
 * to the byte, whosever they are said to be. A model would be tested on what it has met. Index: datasets_project_idx.
 */
export async function countInOtherSplits(
  q: Queryable,
  input: { projectId: string; datasetId: string; split: string | null; caseIds: readonly string[] },
): Promise<{ split: string | null; patients: number; contents: number }[]> {
  const rows = await q.execute<{ split: string | null; patients: number; contents: number }>(sql`
    with own as materialized (
      select patient_key, content_sha256 from cases
      where dataset_id = ${input.datasetId} and id = any(${sql.param([...input.caseIds])}::uuid[])),
    others as materialized (
      select o.split, o.patient_key, o.content_sha256 from datasets d join cases o on o.dataset_id = d.id
      where d.project_id = ${input.projectId} and o.excluded_reason is null
        and o.split is distinct from ${input.split}::text)
    select split, sum(patients)::int as patients, sum(contents)::int as contents from (
      select split, count(distinct patient_key) as patients, 0 as contents from others
      where patient_key in (select patient_key from own) group by split
      union all
      select split, 0, count(distinct content_sha256) from others
      where content_sha256 in (select content_sha256 from own) group by split) found
    group by split order by split nulls last`);
  return [...rows];
}

/** Cases that the intake keeps out, by reason; found and kept out by site and subgroup; and the accepted set held as it is. */
export { countExcluded, countReasons, holdAccepted } from './intake-queries.ts';
