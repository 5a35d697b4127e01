import { describe, expect, it } from 'vitest';
import { nameKey } from './names.ts';
import { stateNamed } from './places.ts';
import type { ExclusionRecord } from './schemas.ts';
import { compareDays, compareWithRecord, subjectOf } from './screening-rules.ts';

const person = (more: Partial<Parameters<typeof subjectOf>[0]> = {}) =>
  subjectOf({
    personId: '018f0000-0000-7000-8000-000000000001',
    name: 'John Q. Smith, MD',
    legalName: null,
    legalGivenName: null,
    legalFamilyName: null,
    formerFamilyName: null,
    birthDate: '1960-03-14',
    country: 'US',
    npis: ['1234567893'],
    places: ['OH'],
    ...more,
  });

const record = (more: Partial<ExclusionRecord> = {}) => {
  const listed: ExclusionRecord = {
    source: 'leie',
    lastName: 'SMITH',
    firstName: 'JOHN',
    middleName: null,
    npi: null,
    birthDate: null,
    city: 'COLUMBUS',
    state: 'OH',
    country: 'US',
    specialty: null,
    reason: '1128a1',
    agency: 'HHS OIG',
    excludedOn: '2020-03-19',
    excludedUntil: null,
    waiverOn: null,
    waiverState: null,
    recordNumber: null,
    remarks: null,
    ...more,
  };
  return {
    record: listed,
    lastKey: nameKey(listed.lastName ?? ''),
    firstKey: nameKey(listed.firstName ?? ''),
  };
};

const resultOf = (match: ReturnType<typeof compareWithRecord>, element: string) =>
  match === null || match === 'set_aside'
    ? match
    : match.comparison.find((one) => one.element === element)?.result;

describe('matching a person with a record of an exclusion list', () => {
  it('first by NPI, whatever the name', () => {
    const match = compareWithRecord(
      person(),
      record({ npi: '1234567893', lastName: 'OTHER', firstName: 'ANN' }),
      1,
    );
    expect(match).toMatchObject({ basis: 'npi', score: 0.9 });
    expect(resultOf(match, 'last_name')).toBe('differ');
    expect(compareWithRecord(person(), record({ npi: '1234567893' }), 1)).toMatchObject({
      basis: 'npi',
      score: 1,
    });
  });

  it('then by last and first name and birth date, also under a form of the first name', () => {
    const dated = record({ birthDate: '1960-03-14' });
    expect(compareWithRecord(person(), dated, 40)).toMatchObject({ basis: 'name_birth_date', score: 0.97 });
    const jack = compareWithRecord(person({ name: 'Jack Smith' }), dated, 40);
    expect(jack).toMatchObject({ basis: 'name_birth_date' });
    expect(resultOf(jack, 'first_name')).toBe('near');
  });

  it('then by name for a human to look at; a common one, and one of another place, further down', () => {
    const rare = compareWithRecord(person({ birthDate: null, npis: [] }), record(), 1);
    const common = compareWithRecord(person({ birthDate: null, npis: [] }), record(), 32);
    const elsewhere = compareWithRecord(person({ birthDate: null, npis: [] }), record({ state: 'TX' }), 32);
    for (const match of [rare, common, elsewhere]) expect(match).toMatchObject({ basis: 'name' });
    const score = (match: typeof rare) =>
      match === null || match === 'set_aside' ? Number.NaN : match.score;
    expect(score(rare)).toBeGreaterThan(score(common));
    expect(score(common)).toBeGreaterThan(score(elsewhere));
  });

  it('sets a record of a common name aside that another birth date or NPI rules out', () => {
    expect(compareWithRecord(person(), record({ birthDate: '1971-11-02' }), 12)).toBe('set_aside');
    expect(compareWithRecord(person(), record({ npi: '1987654328' }), 12)).toBe('set_aside');
  });

  it('does not let somebody with a rare name pass by what they say of themselves', () => {
    expect(compareWithRecord(person(), record({ birthDate: '1971-11-02' }), 1)).toMatchObject({
      basis: 'name',
    });
  });

  it('finds a name that is misspelt, unless anything speaks against it', () => {
    const smyth = record({ lastName: 'SMYTH' });
    expect(compareWithRecord(person({ birthDate: null, npis: [] }), smyth, 1)).toMatchObject({
      basis: 'name',
    });
    expect(compareWithRecord(person(), record({ lastName: 'SMYTH', birthDate: '1971-11-02' }), 1)).toBeNull();
    expect(compareWithRecord(person(), record({ lastName: 'SCHMIDT' }), 1)).toBeNull();
    expect(compareWithRecord(person(), record({ firstName: 'MARY' }), 1)).toBeNull();
  });

  it('finds a former name, and a legal name that the account does not show', () => {
    const jones = record({ lastName: 'JONES', firstName: 'MARY', birthDate: '1960-03-14' });
    expect(
      compareWithRecord(person({ name: 'Mary Smith', formerFamilyName: 'Jones' }), jones, 9),
    ).toMatchObject({ basis: 'name_birth_date' });
    const legal = person({ name: 'M', legalGivenName: 'Mary Ann', legalFamilyName: 'Jones' });
    expect(compareWithRecord(legal, jones, 9)).toMatchObject({ basis: 'name_birth_date' });
  });

  it('asks again about another version of the person: a name, a birth date, a number', () => {
    const versions = [
      person(),
      person({ birthDate: null }),
      person({ npis: [] }),
      person({ name: 'Jon Smith' }),
      person({ places: [] }),
    ];
    expect(new Set(versions.map((one) => one.version)).size).toBe(versions.length);
    expect(person({ country: 'DE' }).version).toBe(person().version);
  });

  it.each([
    ['1960-03-14', '1960-03-14', 'agree'],
    ['1960-03-14', '1960-03-15', 'near'],
    ['1960-03-04', '1960-04-03', 'near'],
    ['1960-03-14', '1971-11-02', 'differ'],
    ['1960-03-14', null, 'unknown'],
  ] as const)('birth dates %s and %s: %s', (a, b, result) => {
    expect(compareDays(a, b)).toBe(result);
  });

  it.each([
    ['State Medical Board of Ohio', 'OH'],
    ['West Virginia Board of Medicine', 'WV'],
    ['Virginia Board of Medicine', 'VA'],
    ['Medical licence TX', 'TX'],
    ['General Medical Council', null],
  ])('%s is of %s', (issuer, state) => {
    expect(stateNamed(issuer)).toBe(state);
  });
});
