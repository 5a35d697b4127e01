import { describe, expect, test } from 'vitest';
import { claimProblems, normaliseIdentifier } from './claim-rules.ts';
import { claimCredentialInput } from './schemas.ts';
import { numberKeyOf, SCHEMES } from './schemes.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const claim = { kind: 'medical_licence', title: 'Licence', issuer: 'Board', identifier: 'A 1' } as const;
const codesOf = (change: object) =>
  claimProblems({ ...claim, ...change } as Parameters<typeof claimProblems>[0], NOW).map((one) => one.code);

describe('dates', () => {
  test.each([
    ['nothing wrong', {}, []],
    ['issued tomorrow', { issuedOn: '2026-11-22' }, ['credential.issued_in_future']],
    ['issued long before anybody alive', { issuedOn: '1026-11-22' }, ['credential.issued_too_early']],
    ['expired yesterday', { expiresOn: '2026-11-20' }, ['credential.expired']],
    ['good until today', { expiresOn: '2026-11-21' }, []],
    ['good for a thousand years', { expiresOn: '3026-11-21' }, ['credential.expires_too_late']],
    [
      'dates crossed',
      { issuedOn: '2026-11-21', expiresOn: '2026-11-20' },
      ['credential.expired', 'credential.dates_crossed'],
    ],
  ])('%s', (_name, change, expected) => {
    expect(codesOf(change)).toEqual(expected);
  });
});

describe('numbers, as each register writes them (facts B1, B5)', () => {
  test.each([
    ['us_npi', 'npi', '123 456 7893', true],
    ['us_npi', 'npi', '1234567890', false],
    ['uk_gmc', 'medical_licence', '7012345', true],
    ['uk_gmc', 'medical_licence', '0012345', false],
    ['uk_gmc', 'medical_licence', '70123456', false],
    ['uk_nmc', 'nursing_licence', '12a3456b', true],
    ['uk_nmc', 'nursing_licence', '12A34567', false],
    ['au_ahpra', 'medical_licence', 'MED 000 123 4567', true],
    ['au_ahpra', 'medical_licence', '0001234567', false],
    ['ph_prc', 'medical_licence', '0123456', true],
    ['ph_prc', 'medical_licence', '123456', false],
    ['us_arrt', 'technologist_certification', '445566', true],
    ['us_aapc', 'coder_certification', '<b>', false],
  ])('%s %s %s: %s', (scheme, kind, identifier, isRight) => {
    const problems = claimProblems(
      { ...claim, kind, scheme, identifier } as Parameters<typeof claimProblems>[0],
      NOW,
    );
    expect(problems.filter((one) => one.path === 'identifier')).toHaveLength(isRight ? 0 : 1);
    for (const { message } of problems) expect(message).toMatch(/[.] |[.]$/);
  });

  test('every register that asks for a number says so when there is none, with what to do', () => {
    for (const { code, kind, number } of SCHEMES) {
      const problems = claimProblems(
        { ...claim, kind, scheme: code, identifier: undefined } as Parameters<typeof claimProblems>[0],
        NOW,
      );
      const missing = problems.filter((one) => one.code === 'credential.number_missing');
      expect(missing, code).toHaveLength(number?.isRequired ? 1 : 0);
    }
    expect(codesOf({ identifier: undefined })).toEqual(['credential.number_missing']);
  });

  test('are compared without case, spaces, dots and hyphens, register by register', () => {
    expect(normaliseIdentifier('ab 12-3.4')).toBe('AB1234');
    const key = (change: object) =>
      numberKeyOf({
        scheme: null,
        kind: 'medical_licence',
        issuer: 'Ärztekammer  Berlin',
        region: null,
        identifier: '7',
        ...change,
      });
    expect(key({})).toBe(key({ issuer: 'ärztekammer berlin' }));
    expect(key({})).not.toBe(key({ issuer: 'Ärztekammer Hamburg' }));
    expect(key({ region: 'CA' })).toBe(key({ region: 'CA', issuer: 'Other words for the board' }));
    expect(key({ region: 'CA' })).not.toBe(key({ region: 'OH' }));
    expect(key({ identifier: null })).toBeNull();
  });
});

describe('place, language, register', () => {
  test.each([
    ['a state licence without its state', { scheme: 'us_medical_licence' }, ['credential.state_missing']],
    ['no such state', { scheme: 'us_medical_licence', region: 'ZZ' }, ['credential.state_unknown']],
    [
      'a licence of another country without the country',
      { scheme: 'other_medical' },
      ['credential.country_missing'],
    ],
    ['a register that is not known', { scheme: 'xx_none' }, ['credential.scheme_unknown']],
    [
      'a nurse in the register of doctors',
      { kind: 'nursing_licence', scheme: 'uk_gmc', identifier: '7012345' },
      ['credential.scheme_of_other_kind'],
    ],
    [
      'a language that is none, without a level',
      { kind: 'language', scheme: 'language', specialty: 'Klingon', identifier: undefined },
      ['credential.language_missing', 'credential.proficiency_missing'],
    ],
    [
      'a language',
      { kind: 'language', scheme: 'language', specialty: 'de', proficiency: 'C1', identifier: undefined },
      [],
    ],
    ['a level of something else', { proficiency: 'C1' }, ['credential.proficiency_of_other_kind']],
  ])('%s', (_name, change, expected) => {
    expect(codesOf(change)).toEqual(expected);
  });

  test('a NUCC code has ten characters and ends in X', () => {
    const parse = (taxonomyCode: string) =>
      claimCredentialInput.safeParse({ ...claim, taxonomyCode }).success;
    expect([parse('2085R0202X'), parse('2085r0202x'), parse('2085R0202'), parse('2085R02020')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
