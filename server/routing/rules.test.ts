import { describe, expect, test } from 'vitest';
import type { Candidate } from '#server/work/selection-rules.ts';
import {
  capacityUntil,
  handOffTime,
  type OverflowFacts,
  overflowOf,
  ownReadsToBegin,
  poolShares,
  shareOut,
  staysInside,
} from './rules.ts';
import type { RoutingRule } from './schemas.ts';

const now = new Date('2026-11-22T09:00:00Z');
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);
const rule = (over: Partial<RoutingRule> = {}): RoutingRule => ({
  keepInside: { dataClasses: [], filters: [] },
  overflow: { whenLate: true, whenBeyondHours: true },
  ...over,
});
const one: Candidate = {
  id: 'a',
  externalId: 'a',
  patientKey: 'p',
  site: 'North',
  split: null,
  subgroups: { complexity: 'high', sex: 'F' },
  isGold: false,
  classes: { grade: '3' },
  final: null,
  readers: [],
  isAsked: false,
};
const facts = (over: Partial<OverflowFacts> = {}): OverflowFacts => ({
  rule: rule(),
  own: { hoursPerWeek: 10, readsPerHour: 20 },
  unread: 1000,
  submitted: 0,
  since: inDays(-5),
  now,
  dueAt: inDays(7),
  ...over,
});

describe('what stays inside', () => {
  test('by data class, site, subgroup (such as complexity) or known class; any condition is enough, all its parts must hold', () => {
    const keeps = (keepInside: Partial<RoutingRule['keepInside']>, dataClass: 'phi' | 'public' = 'public') =>
      staysInside(rule({ keepInside: { dataClasses: [], filters: [], ...keepInside } }), one, dataClass);
    expect(keeps({})).toBe(false);
    expect([keeps({ dataClasses: ['phi'] }), keeps({ dataClasses: ['phi'] }, 'phi')]).toEqual([false, true]);
    expect(keeps({ filters: [{ sites: ['South'] }, { subgroups: { complexity: ['high'] } }] })).toBe(true);
    expect(keeps({ filters: [{ sites: ['South'], subgroups: { complexity: ['high'] } }] })).toBe(false);
    expect(keeps({ filters: [{ classes: [{ field: 'grade', values: ['3', '4'] }] }] })).toBe(true);
  });

  test('own staff begins with what its weekly hours hold after that, all while its pace is not known', () => {
    const begin = (over = {}) =>
      ownReadsToBegin({
        rule: rule(),
        own: { hoursPerWeek: 10, readsPerHour: 20 },
        insideReads: 150,
        restReads: 1000,
        now,
        dueAt: inDays(14),
        ...over,
      }).reads;
    expect(capacityUntil({ hoursPerWeek: 10, readsPerHour: 20 }, { now, until: inDays(14) })).toBe(400);
    expect(begin()).toBe(250);
    expect(begin({ insideReads: 900 })).toBe(0);
    expect(begin({ own: { hoursPerWeek: 10, readsPerHour: null } })).toBe(1000);
    expect(begin({ rule: rule({ overflow: { whenLate: true, whenBeyondHours: false } }) })).toBe(1000);
  });
});

describe('what overflows', () => {
  test('what is beyond the weekly hours until the due date', () => {
    expect(overflowOf(facts())).toMatchObject({ reads: 800, reason: 'hours' });
    expect(overflowOf(facts({ unread: 200 }))).toBeNull();
    expect(
      overflowOf(facts({ rule: rule({ overflow: { whenLate: true, whenBeyondHours: false } }) })),
    ).toBeNull();
  });

  test('what the pace so far leaves behind the due date, once it can be told', () => {
    const late = { rule: rule({ overflow: { whenLate: true, whenBeyondHours: false } }) };
    // 100 in five days; 140 in the seven to come.
    expect(overflowOf(facts({ ...late, submitted: 100 }))).toMatchObject({ reads: 860, reason: 'late' });
    expect(
      overflowOf(facts({ ...late, submitted: 100, since: new Date(now.getTime() - 3_600_000) })),
    ).toBeNull();
    expect(overflowOf(facts({ ...late, submitted: 1000 }))).toBeNull();
  });

  test('everything once the due date has passed, be it one read', () => {
    expect(overflowOf(facts({ unread: 1, dueAt: inDays(-1) }))).toMatchObject({ reads: 1, reason: 'late' });
    expect(overflowOf(facts({ unread: 0, dueAt: inDays(-1) }))).toBeNull();
  });

  test('a forecast that wavers by a few reads moves nothing; of two reasons the larger counts', () => {
    expect(overflowOf(facts({ unread: 204 }))).toBeNull();
    expect(overflowOf(facts({ submitted: 500 }))).toMatchObject({ reads: 800, reason: 'hours' });
    expect(overflowOf(facts({ submitted: 50 }))).toMatchObject({ reads: 930, reason: 'late' });
  });

  test('goes to vendors by their awards, none lost', () => {
    expect(shareOut(10, [{ weight: 6000 }, { weight: 3000 }, { weight: 1000 }])).toEqual([6, 3, 1]);
    expect(shareOut(2, [{ weight: 1 }, { weight: 1 }, { weight: 1 }])).toEqual([1, 1, 0]);
    for (const n of [0, 1, 7, 99])
      expect(shareOut(n, [{ weight: 3 }, { weight: 7 }]).reduce((a, b) => a + b)).toBe(n);
    expect(poolShares(250, 1000, [5000, 2500])).toEqual({ own: 2500, vendors: [5000, 2500] });
    expect(poolShares(0, 0, [1])).toEqual({ own: 0, vendors: [10_000] });
  });
});

test('hand-off time: median and ninetieth percentile by nearest rank, null before the first', () => {
  expect(handOffTime([])).toEqual({ medianSeconds: null, p90Seconds: null, n: 0 });
  expect(handOffTime([10, 1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual({ medianSeconds: 5, p90Seconds: 9, n: 10 });
});
