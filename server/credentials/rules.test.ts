import { describe, expect, test } from 'vitest';
import {
  describeCredentialRule,
  evaluateCredentialRule,
  isInForce,
  levelReaches,
  ruleHoldsUntil,
  yearsSince,
} from './rules.ts';
import {
  CREDENTIAL_LEVELS,
  CREDENTIAL_STATUSES,
  type CredentialRule,
  credentialRule,
  type SnapshotEntry,
} from './schemas.ts';

const NOW = new Date('2026-11-21T12:00:00Z');

const entry = (change: Partial<SnapshotEntry> = {}): SnapshotEntry => ({
  credentialId: '019a0000-0000-7000-8000-000000000001',
  kind: 'board_certification',
  title: 'Diagnostic radiology',
  issuer: 'Board',
  jurisdiction: 'US',
  specialty: 'Radiology',
  taxonomyCode: null,
  region: null,
  proficiency: null,
  level: 'primary_source',
  status: 'verified',
  issuedOn: '2016-01-01',
  expiresOn: '2027-01-01',
  years: 10,
  verificationId: null,
  verifiedOn: null,
  ...change,
});
const holding = (...credentials: SnapshotEntry[]) => ({ takenAt: NOW.toISOString(), credentials });
const rule = (change: object = {}): CredentialRule =>
  credentialRule.parse({
    anyOf: [{ allOf: [{ kind: 'board_certification', minLevel: 'primary_source', ...change }] }],
  });
const codes = (r: CredentialRule, ...held: SnapshotEntry[]) => {
  const decision = evaluateCredentialRule(r, holding(...held), NOW);
  return decision.allowed ? [] : decision.reasons.map((reason) => reason.code);
};

describe('credential rules', () => {
  test('an empty rule asks for nothing', () => {
    expect(evaluateCredentialRule({ anyOf: [] }, holding(), NOW)).toEqual({
      allowed: true,
      basis: 'no credential needed',
    });
  });

  test.each([
    ['nothing held', {}, [], ['credential.missing']],
    ['what is asked for', { specialty: 'radiology', jurisdiction: 'US', minYears: 10 }, [entry()], []],
    ['another specialty', { specialty: 'Pathology' }, [entry()], ['credential.missing']],
    ['another country', { jurisdiction: 'DE' }, [entry()], ['credential.missing']],
    ['too weak a level', {}, [entry({ level: 'vendor_attested' })], ['credential.level']],
    ['too few years', { minYears: 11 }, [entry()], ['credential.years']],
    ['no issue date', { minYears: 1 }, [entry({ years: null })], ['credential.years']],
    ['expired yesterday', {}, [entry({ expiresOn: '2026-11-20' })], ['credential.expired']],
    ['last day today', {}, [entry({ expiresOn: '2026-11-21' })], []],
    ['adverse finding', {}, [entry({ status: 'adverse' })], ['credential.not_in_force']],
    [
      'a good one beside a bad one',
      {},
      [entry({ status: 'revoked' }), entry({ credentialId: '019a0000-0000-7000-8000-000000000002' })],
      [],
    ],
  ])('%s', (_name, change, held, expected) => {
    expect(codes(rule(change), ...held)).toEqual(expected);
  });

  test('R27: a rule holds to the end of the last day of what it needs, and no longer', () => {
    const until = (r: CredentialRule, ...held: SnapshotEntry[]) =>
      ruleHoldsUntil(r, holding(...held), NOW)?.toISOString() ?? null;
    const first = entry({ expiresOn: '2026-11-21' });
    const second = entry({ expiresOn: '2026-12-31' });
    expect(until({ anyOf: [] }, first)).toBeNull();
    expect(until(rule(), entry({ expiresOn: null }))).toBeNull();
    expect(until(rule(), first)).toBe('2026-11-22T00:00:00.000Z');
    expect(until(rule(), first, second)).toBe('2027-01-01T00:00:00.000Z');
    expect(until(rule(), entry({ expiresOn: '2026-11-20' }))).toBe(NOW.toISOString());
  });

  test('of several alternatives one suffices, and a refusal tells the nearest', () => {
    const two = credentialRule.parse({
      anyOf: [
        {
          allOf: [
            { kind: 'medical_licence', minLevel: 'primary_source' },
            { kind: 'residency', minLevel: 'self_claimed' },
          ],
        },
        { allOf: [{ kind: 'board_certification', minLevel: 'primary_source' }] },
      ],
    });
    expect(codes(two, entry())).toEqual([]);
    expect(codes(two, entry({ level: 'self_claimed' }))).toEqual(['credential.level']);
    expect(codes(two)).toEqual(['credential.missing']);
  });

  test('a level counts exactly from itself upwards', () => {
    const reached = CREDENTIAL_LEVELS.map((level) =>
      CREDENTIAL_LEVELS.map((least) => levelReaches(level, least)),
    );
    expect(reached).toEqual([
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]);
  });

  test('only claimed, verifying and verified credentials count', () => {
    const counting = CREDENTIAL_STATUSES.filter((status) => isInForce({ status, expiresOn: null }, NOW));
    expect(counting).toEqual(['claimed', 'verifying', 'verified']);
  });

  test('years are whole and turn on the day', () => {
    expect(yearsSince('2016-11-21', NOW)).toBe(10);
    expect(yearsSince('2016-11-22', NOW)).toBe(9);
    expect(yearsSince('2030-01-01', NOW)).toBe(0);
    expect(yearsSince(null, NOW)).toBeNull();
  });

  test('a rule reads as a sentence', () => {
    expect(describeCredentialRule({ anyOf: [] })).toBe('No credential needed.');
    expect(describeCredentialRule(rule({ specialty: 'Radiology', jurisdiction: 'US', minYears: 5 }))).toBe(
      'A board certification in Radiology (US), at least 5 years, verified at its source.',
    );
  });
});

describe('rules in groups', () => {
  const radiologist = { kind: 'board_certification' as const, minLevel: 'primary_source' as const };
  const german = {
    kind: 'language' as const,
    specialty: 'de',
    minProficiency: 'C1' as const,
    minLevel: 'self_claimed' as const,
  };
  const holding = (...credentials: SnapshotEntry[]) => ({ takenAt: NOW.toISOString(), credentials });
  const nested: CredentialRule = {
    anyOf: [{ allOf: [radiologist, { anyOf: [german, { ...german, specialty: 'fr' }] }] }],
  };

  test('nest, are told in words, and name what is missing of the nearest way', () => {
    expect(credentialRule.parse(nested)).toEqual(nested);
    expect(describeCredentialRule(nested)).toBe(
      'A board certification, verified at its source, and (German at C1 or better, own word suffices, or French at C1 or better, own word suffices).',
    );
    const of = (proficiency: 'B2' | 'C2') =>
      evaluateCredentialRule(
        nested,
        holding(entry(), entry({ kind: 'language', title: 'German', specialty: 'de', proficiency })),
        NOW,
      );
    expect(of('C2')).toMatchObject({ allowed: true });
    expect(of('B2')).toMatchObject({
      allowed: false,
      reasons: [
        { code: 'credential.proficiency', message: expect.stringContaining('"German" is known at B2') },
      ],
    });
  });

  test('too deep, too many, and empty groups are refused in a sentence; a hostile depth does not hurt', () => {
    const deep = (n: number): unknown => (n === 0 ? radiologist : { allOf: [deep(n - 1)] });
    const issue = (value: unknown) => credentialRule.safeParse(value).error?.issues[0];
    expect(issue({ anyOf: [deep(4)] })?.message).toBe('A rule nests at most 5 deep. Write it flatter.');
    expect(credentialRule.safeParse({ anyOf: [deep(3)] }).success).toBe(true);
    let hostile: unknown = radiologist;
    for (let n = 0; n < 200_000; n += 1) hostile = { allOf: [hostile] };
    expect(issue({ anyOf: [hostile] })?.message).toContain('deep');
    const many = { anyOf: Array.from({ length: 5 }, () => ({ allOf: Array(9).fill(radiologist) })) };
    expect(issue(many)?.message).toBe('A rule names at most 40 credentials.');
    expect(issue({ anyOf: [{ allOf: [] }] })).toMatchObject({
      path: ['anyOf', 0, 'allOf'],
      message: 'A group needs at least one credential.',
    });
    expect(issue({ anyOf: [{ allOf: [{ ...radiologist, jurisdiction: 'Mars' }] }] })?.path).toEqual([
      'anyOf',
      0,
      'allOf',
      0,
      'jurisdiction',
    ]);
  });
});
