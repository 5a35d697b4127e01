import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { isInEea } from './adequate-countries.ts';
import { carryingKinds, reachableCountries } from './gate-locations.ts';
import { loadGateFacts } from './gate-queries.ts';
import type { AgreementKind } from './schemas.ts';

/** Where a project's data could be shown once everybody has signed what they have not. */
export type Reach = {
  /** The countries a chain could reach; null for everywhere. */
  countries: readonly string[] | null;
  /** Kinds of agreement that would carry the data: their limits hold for whoever works through them. */
  carrying: readonly AgreementKind[];
};

/** Readers established in the EEA stand under further rules (R18), and with them under further agreements' limits. */
export type ChainReach = { inEea: Reach; elsewhere: Reach };

/** What holds of readers from a country. */
export const reachIn = (chain: ChainReach, country: string | null): Reach =>
  isInEea(country) ? chain.inEea : chain.elsewhere;

/**
 * Where a project's data could be shown: the sponsor's own hop and the law decide it. What matching asks before anybody is proposed;
 * the door itself decides by `decideGate`.
 */
export async function chainReach(
  q: Queryable,
  at: { projectId: string; sponsorOrgId: string; today: string },
): Promise<ChainReach> {
  const [inEea, elsewhere] = await Promise.all([reachOf(q, at, true), reachOf(q, at, false)]);
  return { inEea, elsewhere };
}

async function reachOf(
  q: Queryable,
  at: { projectId: string; sponsorOrgId: string; today: string },
  isEstablishedInEu: boolean,
): Promise<Reach> {
  const facts = await loadGateFacts(q, {
    personId: null,
    viaOrgId: at.sponsorOrgId,
    of: { projectId: at.projectId },
    purpose: 'read',
    today: at.today,
    country: null,
    isEstablishedInEu,
  });
  if (facts === null) return { countries: null, carrying: [] };
  const notPermitted = await countriesNotPermitted(q, at.sponsorOrgId, facts.allowedCountries);
  return { countries: reachableCountries(facts, notPermitted), carrying: [...carryingKinds(facts)] };
}

/**
 * Whether somebody on their own account could be let in from a country once all is signed that can be: their own agreements' limits
 * stand beside the sponsor's. The same of one person as the index says of all.
 */
export async function reachesPerson(
  q: Queryable,
  at: { projectId: string; personId: string; ownOrgId: string; country: string | null; today: string },
): Promise<boolean> {
  const facts = await loadGateFacts(q, {
    personId: at.personId,
    viaOrgId: at.ownOrgId,
    of: { projectId: at.projectId },
    purpose: 'read',
    today: at.today,
    country: at.country,
  });
  if (facts === null) return false;
  const refused = facts.transferAssessment?.outcome === 'not_permitted' ? at.country : null;
  const countries = reachableCountries(facts, new Set(refused === null ? [] : [refused]));
  return countries === null || (at.country !== null && countries.includes(at.country));
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
