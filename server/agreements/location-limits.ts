import { type SQL, sql } from 'drizzle-orm';
import { type GateAgreement, isEffective } from './gate-facts.ts';
import type { AgreementKind } from './schemas.ts';

/** An organisation's own agreement with the platform that limits where data is shown. */
export type LocationLimit = Pick<
  GateAgreement,
  'kind' | 'status' | 'effectiveFrom' | 'effectiveUntil' | 'suspendedByOrgId' | 'locations'
>;

/**
 * The limits of organisations as rows of `org_id` and JSON, those of days to come among them and what has ended left out. `orgIds` is a
 * statement that names them. A part of other domains' statements that ask it of many at once. Index: agreements_party_b_idx.
 */
export const locationLimitsSql = (orgIds: SQL, today: string): SQL => sql`
  select al.party_b_org_id as org_id, json_agg(json_build_object('kind', al.kind, 'status', al.status,
    'effectiveFrom', al.effective_from::text, 'effectiveUntil', al.effective_until::text, 'suspendedByOrgId', al.suspended_by_org_id,
    'locations', al.locations) order by al.id) as limits
  from agreements al join organisations alp on alp.id = al.party_a_org_id and alp.kind = 'platform'
  where al.party_b_org_id in (${orgIds}) and al.locations <> '{}' and al.status in ('active', 'termination_noticed', 'signed')
    and al.suspended_by_org_id is null and (al.effective_until is null or al.effective_until > ${today}::date)
  group by al.party_b_org_id`;

/** The countries that limits leave on a day for data which agreements of these kinds carry; null for everywhere. As `hopLocations`. */
export function countriesLeft(
  limits: readonly LocationLimit[],
  carrying: readonly AgreementKind[],
  today: string,
): readonly string[] | null {
  let left: readonly string[] | null = null;
  for (const limit of limits) {
    if (!carrying.includes(limit.kind) || !isEffective(limit, today)) continue;
    left = left === null ? limit.locations : left.filter((one) => limit.locations.includes(one));
  }
  return left;
}
