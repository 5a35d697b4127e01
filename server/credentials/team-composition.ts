import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';

/** How many of an organisation's readers hold a title, counted once each, by how it is known. */
export type TeamTitle = {
  orgId: string;
  title: string;
  specialty: string | null;
  /** People whose claim was checked at its source. */
  primarySource: number;
  /** People whose claim the vendor vouches for and nobody has checked at its source. */
  vendorAttested: number;
};

/**
 * What the readers of some organisations are by verified facts: credentials in force, in date, checked at the source or
 * vouched for (R19); what people merely claim is not counted. The most held first, at most 40 titles an organisation, with
 * how many readers there are. Index: memberships_org_person_role_key, credentials_person_idx.
 */
export async function teamComposition(
  q: Queryable,
  of: { orgIds: readonly string[]; now: Date },
): Promise<Map<string, { readers: number; titles: TeamTitle[] }>> {
  if (of.orgIds.length === 0) return new Map();
  const orgIds = sql.param([...of.orgIds]);
  const today = of.now.toISOString().slice(0, 10);
  const readers = await q.execute<{ orgId: string; n: number }>(sql`
    select org_id as "orgId", count(distinct person_id)::int as n from memberships
    where org_id = any (${orgIds}::uuid[]) and status = 'active' and role in ('vendor_annotator', 'qa_lead') group by 1`);
  const rows = await q.execute<TeamTitle>(sql`
    with readers as (
      select distinct org_id, person_id from memberships
      where org_id = any (${orgIds}::uuid[]) and status = 'active' and role in ('vendor_annotator', 'qa_lead')),
    held as (
      select r.org_id, r.person_id, c.title, c.specialty, bool_or(c.level = 'primary_source') as is_primary
      from readers r join credentials c on c.person_id = r.person_id
      where ((c.level = 'primary_source' and c.status = 'verified')
          or (c.level = 'vendor_attested' and c.status in ('claimed', 'verifying', 'verified')))
        and (c.expires_on is null or c.expires_on >= ${today}::date)
      group by 1, 2, 3, 4),
    counted as (
      select org_id, title, specialty, count(*) filter (where is_primary)::int as p,
        count(*) filter (where not is_primary)::int as a,
        row_number() over (partition by org_id order by count(*) desc, title, specialty) as place
      from held group by 1, 2, 3)
    select org_id as "orgId", title, specialty, p as "primarySource", a as "vendorAttested"
    from counted where place <= 40 order by org_id, place`);
  const found = new Map(of.orgIds.map((id) => [id, { readers: 0, titles: [] as TeamTitle[] }]));
  for (const row of readers) found.set(row.orgId, { readers: row.n, titles: [] });
  for (const row of rows) found.get(row.orgId)?.titles.push(row);
  return found;
}
