import { expect, test } from 'vitest';
import { CREDENTIAL_STATUSES } from './schemas.ts';
import {
  applyVerification,
  mayBeAnswered,
  mayBeVerified,
  recheckDay,
  verificationProblems,
} from './verification-rules.ts';
import { type RecordVerificationInput, VERIFICATION_OUTCOMES } from './verification-schemas.ts';

const NOW = new Date('2026-11-21T12:00:00Z');

test('every state and outcome: closed states are closed until answered, the rest go to the outcome', () => {
  for (const status of CREDENTIAL_STATUSES)
    for (const outcome of VERIFICATION_OUTCOMES) {
      const of = { status, level: 'self_claimed' as const };
      const change = applyVerification(of, outcome);
      expect(change.ok, `${status} ${outcome}`).toBe(mayBeVerified(status));
      expect(applyVerification({ ...of, isAnswered: true }, outcome).ok).toBe(
        mayBeVerified(status) || (mayBeAnswered(status) && status !== 'discrepancy'),
      );
      if (!change.ok || outcome === 'unable') continue;
      expect(change.status).toBe(outcome);
      expect(change.level).toBe(outcome === 'verified' ? 'primary_source' : 'self_claimed');
    }
  expect(CREDENTIAL_STATUSES.filter((status) => !mayBeVerified(status))).toEqual([
    'adverse',
    'expired',
    'revoked',
  ]);
});

test('a source that cannot be asked changes nothing of what was proven', () => {
  const was = { status: 'verified', level: 'primary_source' } as const;
  expect(applyVerification(was, 'unable')).toMatchObject({ ...was, fhirStatus: 'req-revalid' });
  expect(applyVerification({ status: 'claimed', level: 'self_claimed' }, 'unable')).toMatchObject({
    status: 'unable',
  });
});

test('an adverse finding takes the state that its standing names, and a failed revalidation is one in FHIR words', () => {
  const state = (standing: 'revoked' | 'surrendered' | 'suspended' | 'probation' | 'expired') => {
    const change = applyVerification({ status: 'verified', level: 'primary_source' }, 'adverse', standing);
    return change.ok ? [change.status, change.fhirStatus] : null;
  };
  expect(state('revoked')).toEqual(['revoked', 'reval-fail']);
  expect(state('surrendered')).toEqual(['revoked', 'reval-fail']);
  expect(state('suspended')).toEqual(['suspended', 'reval-fail']);
  expect(state('probation')).toEqual(['adverse', 'reval-fail']);
  expect(state('expired')).toEqual(['expired', 'reval-fail']);
});

test.each([
  ['verified, as of today', { outcome: 'verified', sourceAsOf: '2026-11-21' }, []],
  ['a source of 121 days ago', { outcome: 'verified', sourceAsOf: '2026-07-23' }, ['source_old']],
  ['a source of 120 days ago', { outcome: 'verified', sourceAsOf: '2026-07-24' }, []],
  ['a source of tomorrow', { outcome: 'verified', sourceAsOf: '2026-11-22' }, ['source_in_future']],
  ['a discrepancy without words', { outcome: 'discrepancy' }, ['note_missing']],
  ['adverse without standing', { outcome: 'adverse', note: 'x' }, ['standing_missing']],
  ['adverse and active', { outcome: 'adverse', note: 'x', sourceStanding: 'active' }, ['standing_missing']],
  ['verified and revoked', { outcome: 'verified', sourceStanding: 'revoked' }, ['standing_against']],
  [
    'effective tomorrow',
    { outcome: 'adverse', note: 'x', sourceStanding: 'revoked', effectiveOn: '2026-11-22' },
    ['effective_in_future'],
  ],
  ['to be checked again yesterday', { outcome: 'verified', validUntil: '2026-11-20' }, ['valid_until_past']],
])('%s', (_name, change, expected) => {
  const input = { seenStatus: 'claimed', primarySource: 'Board', communicationMethod: 'portal', ...change };
  const codes = verificationProblems(input as RecordVerificationInput, NOW).map((one) => one.code);
  expect(codes).toEqual(expected.map((code) => `verification.${code}`));
});

test('checked again after a year for board certifications, after 36 months at the latest for all else', () => {
  const of = (kind: string, validUntil?: string) => recheckDay({ kind, validUntil, now: NOW });
  expect(of('medical_licence')).toBe('2029-11-21');
  expect(of('board_certification')).toBe('2027-11-21');
  expect(of('medical_licence', '2027-03-01')).toBe('2027-03-01');
  expect(of('medical_licence', '2039-03-01')).toBe('2029-11-21');
});
