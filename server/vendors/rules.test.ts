import { expect, test } from 'vitest';
import { dueReminder, nextEvidenceStatus, periodProblems, standingOf } from './rules.ts';

const TODAY = '2026-11-22';
const soc2 = {
  kind: 'soc2_type2' as const,
  periodFrom: '2025-10-01',
  periodTo: '2026-09-30',
  expiresOn: '2027-09-30',
};

test('a report in order has no problems', () => {
  expect(periodProblems(soc2, TODAY)).toEqual([]);
  expect(
    periodProblems(
      { kind: 'iso27001', periodFrom: '2025-01-10', periodTo: '2028-01-09', expiresOn: '2028-01-09' },
      TODAY,
    ),
  ).toEqual([]);
});

test.each([
  ['reversed', { periodFrom: '2026-10-01' }, 'evidence.period_reversed'],
  ['in the future', { periodFrom: '2026-12-01', periodTo: '2027-03-01' }, 'evidence.period_future'],
  ['of a period that has not ended', { periodTo: '2026-12-31' }, 'evidence.report_early'],
  ['expired', { expiresOn: '2026-11-22' }, 'evidence.expired'],
  ['ended before its period', { periodTo: '2026-11-20', expiresOn: '2026-11-19' }, 'evidence.expires_early'],
  ['of two months', { periodFrom: '2026-08-01' }, 'evidence.period_short'],
  ['that claims to hold for two years', { expiresOn: '2028-09-30' }, 'evidence.expires_late'],
])('a SOC 2 Type II report %s is refused', (_, over, code) => {
  expect(periodProblems({ ...soc2, ...over }, TODAY).map((one) => one.code)).toContain(code);
});

test('all problems are told at once', () => {
  const codes = periodProblems(
    { kind: 'soc2_type2', periodFrom: '2026-10-01', periodTo: '2026-09-30', expiresOn: '2026-01-01' },
    TODAY,
  ).map((one) => one.code);
  expect(codes).toEqual(
    expect.arrayContaining(['evidence.period_reversed', 'evidence.expired', 'evidence.expires_early']),
  );
});

test('a HITRUST e1 holds a year, an r2 two', () => {
  const dates = { periodFrom: '2026-06-01', periodTo: '2028-05-31', expiresOn: '2028-05-31' };
  expect(periodProblems({ kind: 'hitrust_r2', ...dates }, TODAY)).toEqual([]);
  expect(periodProblems({ kind: 'hitrust_e1', ...dates }, TODAY).map((one) => one.code)).toEqual([
    'evidence.expires_late',
  ]);
});

test.each([
  ['uploaded', 'review', 'reviewed'],
  ['uploaded', 'refuse', 'refused'],
  ['uploaded', 'expire', 'expired'],
  ['reviewed', 'expire', 'expired'],
  ['reviewed', 'review', null],
  ['reviewed', 'refuse', null],
  ['refused', 'review', null],
  ['expired', 'review', null],
  ['withdrawn', 'review', null],
  ['expired', 'withdraw', null],
  ['reviewed', 'withdraw', 'withdrawn'],
] as const)('%s, %s → %s', (from, event, to) => {
  expect(nextEvidenceStatus(from, event)).toBe(to);
});

test('reminders come at 90, 30 and 0 days, each once; a late start is told once', () => {
  expect(dueReminder('2027-03-22', null, TODAY)).toBeNull();
  expect(dueReminder('2027-02-20', null, TODAY)).toBe(90);
  expect(dueReminder('2027-02-20', 90, TODAY)).toBeNull();
  expect(dueReminder('2026-12-10', 90, TODAY)).toBe(30);
  expect(dueReminder('2026-12-10', 30, TODAY)).toBeNull();
  expect(dueReminder('2026-12-10', null, TODAY)).toBe(30);
  expect(dueReminder(TODAY, 30, TODAY)).toBe(0);
});

test('a document past its day is expired whatever its state says', () => {
  expect(standingOf({ status: 'reviewed', expiresOn: TODAY }, TODAY)).toBe('expired');
  expect(standingOf({ status: 'reviewed', expiresOn: '2026-12-01' }, TODAY)).toBe('ends_soon');
  expect(standingOf({ status: 'reviewed', expiresOn: '2027-12-01' }, TODAY)).toBe('in_date');
  expect(standingOf({ status: 'uploaded', expiresOn: '2027-12-01' }, TODAY)).toBe('not_reviewed');
});
