import { expect, test } from 'vitest';
import { engagingProblem, freeFrom, type ProtectedWork } from './engaging-rules.ts';

const now = new Date('2026-11-22T00:00:00Z');
const work: ProtectedWork = {
  contractId: 'c',
  of: 'vendor',
  counterpartOrgId: 'sponsor',
  months: 6,
  lastWorkAt: new Date('2026-08-31T12:00:00Z'),
};
const at = { byOrgId: 'sponsor', now };

test('the months run from the last work together; a shorter month ends on its last day', () => {
  expect(freeFrom(work)?.toISOString()).toBe('2027-02-28T12:00:00.000Z');
  expect(freeFrom({ months: 6, lastWorkAt: null })).toBeNull();
});

test('until then the other side may not engage them, from then on it may', () => {
  expect(engagingProblem([work], at)?.message).toContain('from 28 Feb 2027 on');
  expect(engagingProblem([work], { ...at, now: new Date('2027-02-28T11:59:59Z') })).not.toBeNull();
  expect(engagingProblem([work], { ...at, now: new Date('2027-02-28T12:00:00Z') })).toBeNull();
});

test('others may engage them, and the strictest of several contracts holds', () => {
  expect(engagingProblem([work], { ...at, byOrgId: 'another sponsor' })).toBeNull();
  const longer = { ...work, contractId: 'd', months: 12 };
  expect(engagingProblem([work, longer], at)?.message).toContain('from 31 Aug 2027 on');
  expect(engagingProblem([longer, { ...work, lastWorkAt: null }], at)?.message).toContain('6 months after');
});
