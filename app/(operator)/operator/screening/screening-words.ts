import type { Tone } from '#app/_ui/tone.ts';
import type { Comparison, HitView, ScreenedPerson } from '#server/registers/schemas.ts';

export const LISTS = { leie: 'LEIE', sam: 'SAM.gov' } as const;

export const BASIS_WORDS: Record<HitView['basis'], string> = {
  npi: 'Same NPI',
  name_birth_date: 'Same name and birth date',
  name: 'Name only',
};

export const RESULT_WORDS: Record<Comparison, string> = {
  agree: 'Same',
  near: 'Nearly',
  differ: 'Differs',
  unknown: 'Not known',
};

/** What agrees speaks for an exclusion, so it is what to look at; what differs speaks for the person. */
export const RESULT_TONES: Record<Comparison, Tone> = {
  agree: 'critical',
  near: 'attention',
  differ: 'good',
  unknown: 'neutral',
};

const ELEMENTS: Record<HitView['comparison'][number]['element'], string> = {
  npi: 'NPI',
  last_name: 'Last name',
  first_name: 'First name',
  middle_name: 'Middle name',
  birth_date: 'Birth date',
  place: 'State',
};

/** The rows of the comparison: what the person gave beside what the list says. */
export function comparisonRows(person: ScreenedPerson, hit: HitView) {
  const { record } = hit;
  const own: Record<string, string | null> = {
    npi: person.npis.join(', ') || null,
    last_name: [person.legalName ?? person.name, person.formerFamilyName].filter(Boolean).join('; formerly '),
    first_name: person.legalName ?? person.name,
    middle_name: person.legalName ?? person.name,
    birth_date: person.birthDate,
    place: person.places.join(', ') || null,
  };
  const listed: Record<string, string | null> = {
    npi: record.npi,
    last_name: record.lastName,
    first_name: record.firstName,
    middle_name: record.middleName,
    birth_date: record.birthDate,
    place: [record.city, record.state].filter(Boolean).join(', ') || null,
  };
  return hit.comparison.map(({ element, result }) => ({
    element,
    label: ELEMENTS[element],
    own: own[element] ?? 'not given',
    listed: listed[element] ?? 'not listed',
    result,
  }));
}

/** A record in one line. */
export function recordName({ record }: Pick<HitView, 'record'>): string {
  return [record.firstName, record.middleName, record.lastName].filter(Boolean).join(' ');
}

/** What differs between a person and a record, for a reason that names it. */
export function reasonOfDifferences(hits: readonly HitView[]): string {
  const differing = [
    ...new Set(hits.flatMap((hit) => hit.comparison.filter((one) => one.result === 'differ'))),
  ];
  const names = [...new Set(differing.map((one) => ELEMENTS[one.element].toLowerCase()))];
  return names.length === 0
    ? ''
    : `Another person: ${names.join(' and ')} differ${names.length === 1 ? 's' : ''}.`;
}
