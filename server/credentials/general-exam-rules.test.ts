import { expect, test } from 'vitest';
import { DAY, plus } from '#server/core/clock.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { examSpecialty, passHoldsUntil, tryRefusal } from './general-exam-rules.ts';

const now = new Date('2026-11-22T10:00:00Z');
const exam = { retryAfterDays: 7, maxAttempts: 2 };
const ago = (days: number) => plus(now, -days * DAY);
const tried = (days: number, verdict: 'pass' | 'inconclusive' | 'fail' = 'fail') => ({
  verdict,
  finishedAt: ago(days),
});
const code = (attempts: ReturnType<typeof tried>[], passUntil: string | null = null) =>
  tryRefusal({ exam, attempts, passUntil, now })?.code ?? null;

test('a try that was no pass waits its days, and so many tries in a year are all', () => {
  expect(code([])).toBeNull();
  expect(code([tried(6)])).toBe('exam.wait');
  expect(code([tried(7)])).toBeNull();
  expect(code([tried(60), tried(30, 'inconclusive')])).toBe('exam.no_retry');
  // The first of them is over a year old.
  expect(code([tried(366), tried(30)])).toBeNull();
});

test('the refusal says from which day on it can be tried again', () => {
  const said = tryRefusal({ exam, attempts: [tried(300), tried(200)], passUntil: null, now });
  expect(said?.message).toContain(`from ${sayDay(plus(ago(300), 365 * DAY))} on`);
});

test('a pass in force is renewed in its last 60 days, and its try is counted to no limit', () => {
  expect(code([tried(100, 'pass')], '2027-11-01')).toBe('exam.passed');
  expect(code([tried(700, 'pass')], '2027-01-21')).toBeNull();
  expect(code([tried(700, 'pass')], '2027-01-22')).toBe('exam.passed');
  expect(code([tried(20), tried(10), tried(1, 'pass')], null)).toBe('exam.no_retry');
});

test('a pass holds until the same day of a later month, or its last', () => {
  expect(passHoldsUntil(new Date('2026-11-22T23:59:00Z'), 24)).toBe('2028-11-22');
  expect(passHoldsUntil(new Date('2027-01-31T00:00:00Z'), 1)).toBe('2027-02-28');
  expect(passHoldsUntil(new Date('2028-02-29T00:00:00Z'), 12)).toBe('2029-02-28');
});

test('a sponsor’s exam is named with its sponsor, the platform’s is not', () => {
  const of = { title: 'Chest basics', subjectKind: 'anatomy' as const, subject: 'Chest' };
  expect(examSpecialty({ ...of, owner: { kind: 'platform', legalName: 'P' } })).toBe(
    'Chest basics (anatomy: Chest)',
  );
  expect(examSpecialty({ ...of, owner: { kind: 'sponsor', legalName: 'Sana Health' } })).toBe(
    'Chest basics (anatomy: Chest) by Sana Health',
  );
});
