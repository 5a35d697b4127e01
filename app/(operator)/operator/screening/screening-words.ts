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
  agree: 'attention',
  near: 'information',
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

const NAME_PARTS = ['last_name', 'first_name', 'middle_name'];

/** The rows of the comparison: what the person gave beside what the list says; the name in one row, with its parts in words. */
export function comparisonRows(person: ScreenedPerson, hit: HitView) {
  const { record, comparison } = hit;
  const own: Partial<Record<string, string | null>> = {
    npi: person.npis.join(', ') || null,
    birth_date: person.birthDate,
    place: person.places.join(', ') || null,
  };
  const listed: Partial<Record<string, string | null>> = {
    npi: record.npi,
    birth_date: record.birthDate,
    place: [record.city, record.state].filter(Boolean).join(', ') || null,
  };
  const parts = comparison.filter((one) => NAME_PARTS.includes(one.element));
  const name = {
    element: 'name',
    label: 'Name',
    own: [person.legalName ?? person.name, person.formerFamilyName].filter(Boolean).join('; formerly '),
    listed: recordName(hit),
    result: worst(parts.map((one) => one.result)),
    detail: parts
      .map((one) => `${ELEMENTS[one.element].toLowerCase()} ${RESULT_WORDS[one.result].toLowerCase()}`)
      .join(', '),
  };
  const others = comparison
    .filter((one) => !NAME_PARTS.includes(one.element))
    .map(({ element, result }) => ({
      element,
      label: ELEMENTS[element],
      own: own[element] ?? 'not given',
      listed: listed[element] ?? 'not listed',
      result,
      detail: null,
    }));
  return [name, ...others];
}

/** The least alike of what is known. */
function worst(results: readonly Comparison[]): Comparison {
  return (['differ', 'near', 'agree'] as const).find((result) => results.includes(result)) ?? 'unknown';
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
