import type { ErrorDetail } from '#server/core/errors.ts';
import { ADEQUATE_COUNTRIES } from './adequate-countries.ts';
import {
  type GateAgreement,
  type GateFacts,
  type GateHop,
  type GateOrg,
  isEffective,
  kindsMeeting,
} from './gate-facts.ts';
import { describeHop, hopHref, refusal } from './gate-words.ts';
import { type AgreementKind, KIND_TITLES } from './schemas.ts';

/** Every hop the data goes over: whoever stands on agreements of their own instead of an attestation is one more (R18). */
function allHops(facts: GateFacts): readonly GateHop[] {
  const { hops, via, person, today } = facts;
  const platform = hops.find((hop) => hop.upper.kind === 'platform')?.upper;
  // An independent's own agreements are the last hop already.
  const standsAlone =
    via.kind !== 'independent' && !isAttested(person.attestation, today) && hasOwnAgreements(facts);
  if (platform === undefined || !standsAlone) return hops;
  const own: GateOrg = { id: 'own', kind: 'independent', verified: true, country: person.country ?? '' };
  return [...hops, { upper: platform, lower: own, agreements: person.ownAgreements }];
}

const isAttested = (attestation: GateFacts['person']['attestation'], today: string): boolean =>
  attestation?.confirmed === true && attestation.validUntil >= today;

/** The strictest location rule of all hops: a limit in any agreement that carries the data holds for who looks. */
export function hopLocations(facts: GateFacts): ErrorDetail[] {
  const { country } = facts.person;
  return allHops(facts).flatMap((hop) =>
    limitsOn(hop, facts)
      .filter((one) => country === null || !one.locations.includes(country))
      .map((one) =>
        refusal(
          'gate.location_by_agreement',
          `${describeHop(hop)}: the ${KIND_TITLES[one.kind].toLowerCase()} lets data be shown in ${one.locations.join(', ')} only, and ${country === null ? 'your country is not known' : `you are in ${country}`}.`,
          { change: 'The parties agree on further countries.', href: hopHref(hop) },
        ),
      ),
  );
}

/** Kinds of agreement that carry the data under the rules in force. */
export function carryingKinds({ requirements }: Pick<GateFacts, 'requirements'>): Set<AgreementKind> {
  return new Set(
    requirements.flatMap((row) => {
      const [rule, subject = ''] = row.requirement.split(':');
      return rule === 'agreement' || rule === 'undertaking' ? kindsMeeting(subject as AgreementKind) : [];
    }),
  );
}

/** The agreements of a hop that carry the data and limit where it is shown. */
function limitsOn(hop: GateHop, facts: GateFacts): readonly GateAgreement[] {
  const carrying = carryingKinds(facts);
  return hop.agreements.filter(
    (one) => carrying.has(one.kind) && isEffective(one, facts.today) && one.locations.length > 0,
  );
}

/**
 * The countries in which somebody could be let in by signing what is missing: within every limit of the agreements that stand, and, where
 * the law asks for it, with adequate protection or a country that the sponsor has named and not found against. Null for everywhere.
 */
export function reachableCountries(
  facts: GateFacts,
  notPermitted: ReadonlySet<string>,
): readonly string[] | null {
  const limits = facts.hops.flatMap((hop) => limitsOn(hop, facts)).map((one) => one.locations);
  if (facts.requirements.some((row) => row.requirement === 'adequate_country')) {
    const named = facts.allowedCountries.filter((country) => !notPermitted.has(country));
    limits.push([...new Set([...ADEQUATE_COUNTRIES, ...named])]);
  }
  const [first, ...others] = limits;
  return first === undefined ? null : first.filter((country) => others.every((one) => one.includes(country)));
}

/** R18: whoever is no workforce of the vendor may stand on agreements of their own, of every kind the hops need. */
export function hasOwnAgreements({ requirements, person, via, sponsor, today }: GateFacts): boolean {
  if (via.id === sponsor.id) return false;
  const needed = requirements.flatMap((row) => {
    const [rule, subject = ''] = row.requirement.split(':');
    return row.appliesTo === 'hop' && rule === 'agreement' ? [subject as AgreementKind] : [];
  });
  return (
    needed.length > 0 &&
    needed.every((kind) =>
      person.ownAgreements.some((one) => kindsMeeting(kind).includes(one.kind) && isEffective(one, today)),
    )
  );
}
