import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { carryingKinds, reachableCountries } from './gate-locations.ts';
import { loadGateFacts } from './gate-queries.ts';
import type { AgreementKind } from './schemas.ts';

export type ChainReach = {
  /** The countries a chain could reach; null for everywhere. */
  countries: readonly string[] | null;
  /** Kinds of agreement that would carry the data: their limits hold for whoever works through them. */
  carrying: ReadonlySet<AgreementKind>;
};

/**
 * Where a project's data could be shown once everybody has signed what they have not: the sponsor's own hop and the law decide it. What
 * matching asks before anybody is proposed; the door itself decides by `decideGate`.
 */
export async function chainReach(
  q: Queryable,
  at: { projectId: string; sponsorOrgId: string; today: string },
): Promise<ChainReach> {
  const facts = await loadGateFacts(q, {
    personId: null,
    viaOrgId: at.sponsorOrgId,
    of: { projectId: at.projectId },
    purpose: 'read',
    today: at.today,
    country: null,
  });
  if (facts === null) return { countries: null, carrying: new Set() };
  const notPermitted = await countriesNotPermitted(q, at.sponsorOrgId, facts.allowedCountries);
  return { countries: reachableCountries(facts, notPermitted), carrying: carryingKinds(facts) };
}

/** Countries that the sponsor's newest assessment found against (transfer_assessments_org_idx). */
async function countriesNotPermitted(
  q: Queryable,
  orgId: string,
  countries: readonly string[],
): Promise<ReadonlySet<string>> {
  if (countries.length === 0) return new Set();
  const rows = await q.execute<{ country: string }>(sql`
    select country from (
      select distinct on (country) country, outcome from transfer_assessments
      where org_id = ${orgId} and country = any(${sql.param([...countries])}::text[]) order by country, assessed_at desc
    ) newest where outcome = 'not_permitted'`);
  return new Set([...rows].map((row) => row.country));
}
