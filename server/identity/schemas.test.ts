import { describe, expect, test } from 'vitest';
import { countryName, listCountries } from './countries.ts';
import { organisationInput, signUpInput } from './schemas.ts';

describe('what a sign-up may say', () => {
  const good = {
    account: {
      name: ' Mira Novak ',
      email: ' Mira@Example.ORG ',
      password: 'four words make sense',
      country: 'SI',
    },
    organisation: {
      kind: 'vendor',
      legalName: 'Radiance GmbH',
      registerNumber: 'HRB 77',
      domain: 'Radiance.Example',
      country: 'DE',
    },
  };

  test('names are trimmed, addresses and domains made lower case', () => {
    expect(signUpInput.parse(good)).toMatchObject({
      account: { name: 'Mira Novak', email: 'mira@example.org' },
      organisation: { domain: 'radiance.example' },
    });
  });

  test.each([
    ['account.name', ''],
    ['account.name', 'x'.repeat(121)],
    ['account.email', 'mira'],
    ['account.email', 'mira@'],
    ['account.email', `${'x'.repeat(250)}@example.org`],
    ['account.password', 'elevenchars'],
    ['account.password', 'x'.repeat(129)],
    ['account.country', 'XX'],
    ['account.country', 'de'],
    ['account.country', 'UK'],
    ['organisation.kind', 'platform'],
    ['organisation.legalName', ' '],
    ['organisation.registerNumber', ''],
    ['organisation.domain', 'https://radiance.example'],
    ['organisation.domain', 'radiance'],
    ['organisation.domain', 'radiance.example/about'],
    ['organisation.country', 'EU'],
  ])('%s %j is refused at its field', (path, value) => {
    const [part, field] = path.split('.') as ['account' | 'organisation', string];
    const result = signUpInput.safeParse({ ...good, [part]: { ...good[part], [field]: value } });
    expect(result.success).toBe(false);
    expect(result.error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });

  test('a company needs its register number and domain, an independent needs nothing more', () => {
    expect(
      organisationInput.safeParse({ kind: 'sponsor', legalName: 'A Company', country: 'US' }).success,
    ).toBe(false);
    expect(organisationInput.safeParse({ kind: 'independent' }).success).toBe(true);
  });

  test('countries are those of ISO 3166-1 and Kosovo, by name', () => {
    const list = listCountries();
    expect(list).toHaveLength(250);
    expect(list.map((c) => c.code)).toEqual(expect.arrayContaining(['US', 'DE', 'IN', 'KE', 'GB', 'XK']));
    expect(countryName('GB')).toBe('United Kingdom');
    expect(countryName('ZZ')).toBeNull();
  });
});
