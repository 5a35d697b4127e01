import { type ChainReach, type Reach, reachIn } from '#server/agreements/chain-reach.ts';
import { countriesLeft } from '#server/agreements/location-limits.ts';
import { isInEea } from '#server/agreements/rules.ts';
import type { VendorRow } from './vendor-queries.ts';

/**
 * By vendor, from which countries its people could be shown a project's data: what a chain of agreements could reach, within the limits of
 * the vendor's own that would carry it. Vendors that add nothing to what the people's own countries say are left out. As the gate does
 * (`loadGateFacts`), established in the EEA is who is so by the vendor's country or by their own, so that one vendor's people may stand
 * under different rules. `countries` are those that anybody reads from.
 */
export function teamLimits(
  vendors: readonly Pick<VendorRow, 'orgId' | 'country' | 'limits'>[],
  of: { chain: ChainReach; today: string; countries: readonly string[] },
): Map<string, readonly string[]> {
  const { chain, today, countries } = of;
  const ofEea = countries.filter((country) => lets(chain.inEea, country));
  const ofOthers = countries.filter((country) => lets(reachIn(chain, country), country));
  const isNarrower = ofOthers.some((country) => !ofEea.includes(country));
  const found = new Map<string, readonly string[]>();
  for (const { orgId, country, limits } of vendors) {
    const isEea = isInEea(country);
    const reached = isEea ? ofEea : ofOthers;
    const inEea = countriesLeft(limits, chain.inEea.carrying, today);
    const elsewhere = isEea ? inEea : countriesLeft(limits, chain.elsewhere.carrying, today);
    if (inEea === null && elsewhere === null) {
      if (isEea && isNarrower) found.set(orgId, reached);
      continue;
    }
    const isLeft = (from: string) => {
      const left = isInEea(from) ? inEea : elsewhere;
      return left === null || left.includes(from);
    };
    found.set(orgId, reached.filter(isLeft));
  }
  return found;
}

const lets = ({ countries }: Reach, country: string): boolean =>
  countries === null || countries.includes(country);
