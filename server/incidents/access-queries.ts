import { desc, eq, ilike, or, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { datasets } from '#db/schema/datasets.ts';
import { organisations } from '#db/schema/identity.ts';
import { projects } from '#db/schema/projects.ts';
import type { AccessQueryInput, AccessQueryView } from './schemas.ts';

/** As many files as an incident can name one by one. */
const NAMED_FILES = 500;

/** Data sets whose own, project's or sponsor's name holds the words, newest first; at most 50. Rare: no index is kept for it. */
export async function listDatasetsByWords(
  q: Queryable,
  { words, datasetId }: { words: string; datasetId?: string | undefined },
) {
  const like = `%${words.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return q
    .select({
      datasetId: datasets.id,
      name: datasets.name,
      project: projects.title,
      sponsor: organisations.legalName,
      dataClass: datasets.dataClass,
      cases: datasets.caseCount,
    })
    .from(datasets)
    .innerJoin(projects, eq(projects.id, datasets.projectId))
    .innerJoin(organisations, eq(organisations.id, datasets.orgId))
    .where(
      datasetId !== undefined
        ? eq(datasets.id, datasetId)
        : words === ''
          ? undefined
          : or(ilike(datasets.name, like), ilike(projects.title, like), ilike(organisations.legalName, like)),
    )
    .orderBy(desc(datasets.createdAt), desc(datasets.id))
    .limit(50);
}

/** Openings of a data set's files in a time by person, most first (asset_openings_asset_idx by file); at most 1,000 people. */
export async function countOpenings(q: Queryable, query: AccessQueryInput): Promise<AccessQueryView> {
  const inCountry = query.country === undefined ? sql`true` : sql`o.country = ${query.country}`;
  const openings = sql`
    select o.* from assets a join asset_openings o on o.asset_id = a.id
      and o.at >= ${query.from.toISOString()}::timestamptz and o.at < ${query.until.toISOString()}::timestamptz
    where a.dataset_id = ${query.datasetId} and ${inCountry}`;
  const people = await q.execute<{
    person_id: string;
    openings: number;
    refused: number;
    assets: number;
    first_at: string;
    last_at: string;
    countries: string[] | null;
  }>(sql`
    select person_id, count(*) filter (where allowed)::int as openings, count(*) filter (where not allowed)::int as refused,
      count(distinct asset_id) filter (where allowed)::int as assets, min(at)::text as first_at, max(at)::text as last_at,
      array_agg(distinct country) filter (where country is not null) as countries
    from (${openings}) as found group by person_id order by 2 desc, person_id limit 1000`);
  const files = await q.execute<{ asset_id: string; total: number }>(sql`
    select asset_id, count(*) over ()::int as total from (${openings}) as found
    where allowed group by asset_id order by asset_id limit ${NAMED_FILES + 1}`);
  const assetCount = files[0]?.total ?? 0;
  const rows = [...people];
  return {
    openings: rows.reduce((sum, row) => sum + row.openings, 0),
    refused: rows.reduce((sum, row) => sum + row.refused, 0),
    assetCount,
    assetIds: assetCount > NAMED_FILES ? null : [...files].map((row) => row.asset_id),
    people: rows.map((row) => ({
      personId: row.person_id,
      openings: row.openings,
      refused: row.refused,
      assets: row.assets,
      firstAt: new Date(row.first_at),
      lastAt: new Date(row.last_at),
      countries: row.countries ?? [],
    })),
  };
}
