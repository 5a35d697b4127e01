import { describe, expect, test } from 'vitest';
import { capabilitiesOf, ROLES, type Role } from '#server/command/capabilities.ts';
import { MINUTE, plus } from '#server/core/clock.ts';
import { attestationState, credentialState, trainingState } from './readiness.ts';
import {
  assertReauthenticated,
  isAddressOfDomain,
  mayGrant,
  nextOrgStatus,
  rolesOf,
  sessionState,
} from './rules.ts';

const now = new Date('2026-11-21T12:00:00Z');

describe('rules of identity', () => {
  test.each([
    [0, 60, 'open'],
    [14.99, 60, 'open'],
    [15, 60, 'idle'],
    [0, 0, 'expired'],
    [20, -1, 'expired'],
  ])('a session idle for %d min with %d min left is %s (164.312(a)(2)(iii))', (idle, left, state) => {
    const session = { lastSeenAt: plus(now, -idle * MINUTE), absoluteUntil: plus(now, left * MINUTE) };
    expect(sessionState(session, now)).toBe(state);
  });

  test('a signature needs the password entered in the last 5 minutes (21 CFR 11.200)', () => {
    expect(() => assertReauthenticated({ reauthenticatedAt: plus(now, -4.9 * MINUTE) }, now)).not.toThrow();
    for (const reauthenticatedAt of [null, plus(now, -5 * MINUTE)]) {
      expect(() => assertReauthenticated({ reauthenticatedAt }, now)).toThrow(/password again/);
    }
  });

  test('every role belongs to exactly one kind of organisation, but for those by which the platform makes exams (ADR 024)', () => {
    const [operator, ...makers] = rolesOf('platform');
    expect(operator).toBe('operator');
    const all = (['sponsor', 'vendor', 'independent'] as const).flatMap(rolesOf);
    expect([...all, 'operator'].sort()).toEqual([...ROLES].sort());
    expect(rolesOf('sponsor')).toEqual(expect.arrayContaining(makers));
    // Nobody but a sponsor's own people owns it.
    expect(makers).not.toContain('sponsor_owner');
  });

  test.each<[Role, Role, boolean]>([
    ['vendor_owner', 'vendor_owner', true],
    ['vendor_owner', 'vendor_annotator', true],
    ['vendor_owner', 'sponsor_owner', false],
    ['staffing_lead', 'vendor_annotator', true],
    ['staffing_lead', 'qa_lead', true],
    ['staffing_lead', 'staffing_lead', false],
    ['staffing_lead', 'vendor_owner', false],
    ['staffing_lead', 'vendor_finance', false],
    ['vendor_annotator', 'vendor_annotator', false],
  ])('in a vendor a %s giving %s: %s', (giver, role, may) => {
    expect(mayGrant(capabilitiesOf([giver]), 'vendor', role)).toBe(may);
  });

  test('nobody joins an independent, and only operators make operators', () => {
    expect(mayGrant(capabilitiesOf([...ROLES]), 'independent', 'independent_annotator')).toBe(false);
    expect(mayGrant(capabilitiesOf(['operator']), 'platform', 'operator')).toBe(true);
    expect(mayGrant(capabilitiesOf(['sponsor_owner']), 'sponsor', 'operator')).toBe(false);
  });

  test.each([
    ['unverified', 'verify', 'verified'],
    ['unverified', 'refuse', 'refused'],
    ['unverified', 'suspend', null],
    ['verified', 'verify', null],
    ['verified', 'refuse', null],
    ['verified', 'suspend', 'suspended'],
    ['refused', 'verify', 'verified'],
    ['refused', 'refuse', null],
    ['suspended', 'verify', 'verified'],
    ['suspended', 'suspend', null],
  ] as const)('an organisation that is %s, on %s, becomes %s', (from, decision, to) => {
    expect(nextOrgStatus(from, decision)).toBe(to);
  });

  test.each([
    ['a@radiance.example', true],
    ['a@mail.Radiance.example', true],
    ['a@notradiance.example', false],
    ['a@radiance.example.evil.test', false],
  ])('%s is of radiance.example: %s', (email, is) => {
    expect(isAddressOfDomain(email, 'radiance.example')).toBe(is);
    expect(isAddressOfDomain(email, null)).toBe(false);
  });
});

describe('steps of the readiness board (R0, R19)', () => {
  test.each([
    [[], 'missing'],
    [[{ status: 'claimed', expiresOn: null }], 'waiting'],
    [[{ status: 'verified', expiresOn: null }], 'done'],
    [[{ status: 'verified', expiresOn: '2026-11-21' }], 'done'],
    [[{ status: 'verified', expiresOn: '2026-11-20' }], 'expired'],
    [
      [
        { status: 'verified', expiresOn: '2026-11-20' },
        { status: 'verifying', expiresOn: null },
      ],
      'waiting',
    ],
    [[{ status: 'revoked', expiresOn: null }], 'missing'],
  ] as const)('credentials %j: %s', (held, state) => {
    expect(credentialState(held, now)).toBe(state);
  });

  test.each([
    [[], 'missing'],
    [[{ confirmedAt: null, validUntil: '2027-01-01' }], 'waiting'],
    [[{ confirmedAt: now, validUntil: '2027-01-01' }], 'done'],
    [[{ confirmedAt: now, validUntil: '2026-11-20' }], 'expired'],
  ])('attestations %j: %s', (held, state) => {
    expect(attestationState(held, now)).toBe(state);
  });

  test('a training counts for its own kind while it is in date', () => {
    const held = [{ kind: 'privacy_training' as const, validUntil: plus(now, MINUTE) }];
    expect(trainingState(held, 'privacy_training', now)).toBe('done');
    expect(trainingState(held, 'protocol_training', now)).toBe('missing');
    expect(trainingState(held, 'privacy_training', plus(now, MINUTE))).toBe('expired');
  });
});
