import type { Queryable } from '#db/client.ts';
import { numberedClaims } from '#server/credentials/reads.ts';
import { type PrivateDetails, privateDetailsOf } from '#server/identity/private-details.ts';
import { stateNamed } from './places.ts';
import type { ScreenedPerson } from './schemas.ts';

const LICENCES = ['medical_licence', 'nursing_licence'];

/** People with what they are compared by: names, birth date, NPIs, the states of their licences. */
export type ComparedPerson = ScreenedPerson & Pick<PrivateDetails, 'legalGivenName' | 'legalFamilyName'>;

/** Adds to the details of people what they claim. */
export async function comparedPeople(
  q: Queryable,
  details: readonly PrivateDetails[],
): Promise<ComparedPerson[]> {
  const claims = await numberedClaims(
    q,
    details.map((one) => one.personId),
  );
  return details.map((one) => {
    const own = claims.get(one.personId) ?? [];
    const places = own
      .filter((claim) => LICENCES.includes(claim.kind))
      .flatMap((claim) => stateNamed(`${claim.issuer} ${claim.title}`) ?? []);
    const npis = own.flatMap((claim) =>
      claim.kind === 'npi' && claim.identifier !== null ? [claim.identifier] : [],
    );
    const legal = [one.legalGivenName, one.legalFamilyName].filter(Boolean).join(' ');
    return { ...one, legalName: legal === '' ? null : legal, npis, places: [...new Set(places)] };
  });
}

/** The same by id; erased accounts are left out. */
export async function comparedPeopleById(
  q: Queryable,
  personIds: readonly string[],
): Promise<Map<string, ComparedPerson>> {
  const details = await privateDetailsOf(q, personIds);
  const people = await comparedPeople(q, [...details.values()]);
  return new Map(people.map((one) => [one.personId, one]));
}
