import type { DataClass } from '#server/projects/schemas.ts';
import { type Candidate, fitsFilter } from '#server/work/selection-rules.ts';
import type { RoutingRule } from './schemas.ts';

const WEEK_MS = 7 * 86_400_000;

/** Whether a case stays with own staff whatever happens. */
export function staysInside(rule: RoutingRule, one: Candidate, dataClass: DataClass): boolean {
  const { dataClasses, filters } = rule.keepInside;
  return dataClasses.includes(dataClass) || filters.some((filter) => fitsFilter(one, filter));
}

export type OwnCapacity = {
  hoursPerWeek: number;
  /** Reads in an active hour, as measured; null before the first read. */
  readsPerHour: number | null;
};

/** Reads that own staff's weekly hours hold until an instant; null while nobody knows its pace. */
export function capacityUntil(own: OwnCapacity, at: { now: Date; until: Date }): number | null {
  if (own.readsPerHour === null) return null;
  const weeks = Math.max(0, (at.until.getTime() - at.now.getTime()) / WEEK_MS);
  return Math.floor(weeks * own.hoursPerWeek * own.readsPerHour);
}

/**
 * How many of the reads that may leave own staff begins with: what its hours hold after what has to stay inside. All of them while
 * nobody knows its pace, or where the rule lets nothing overflow by hours: the standing job looks again as it reads.
 */
export function ownReadsToBegin(input: {
  rule: RoutingRule;
  own: OwnCapacity;
  insideReads: number;
  restReads: number;
  now: Date;
  dueAt: Date;
}): { reads: number; says: string } {
  const { rule, own, insideReads, restReads } = input;
  const holds = capacityUntil(own, { now: input.now, until: input.dueAt });
  if (!rule.overflow.whenBeyondHours)
    return {
      reads: restReads,
      says: 'Own staff begins with everything; the rule lets nothing out by its hours.',
    };
  if (holds === null)
    return { reads: restReads, says: 'Own staff begins with everything: its pace is not known yet.' };
  const reads = Math.min(restReads, Math.max(0, holds - insideReads));
  return {
    reads,
    says: `Until then own staff’s ${own.hoursPerWeek} hours a week hold about ${holds.toLocaleString('en')} reads; ${insideReads.toLocaleString('en')} have to stay inside.`,
  };
}

export type OverflowFacts = {
  rule: RoutingRule;
  own: OwnCapacity;
  /** Own staff's reads that nobody has taken yet. */
  unread: number;
  /** What it handed in here, and since when it could. */
  submitted: number;
  since: Date;
  now: Date;
  dueAt: Date;
};

/** Fewer reads than this, or than a twentieth of what is left, are not handed over: forecasts waver. */
const LEAST = 5;
/** A pace over less time than this says nothing. */
const LEAST_HOURS = 3;

/**
 * How many reads overflow now, and why; null when none do. Late: at the pace so far own staff would not be done by the due date, or
 * that has passed. Hours: the rest is more than its weekly hours hold until then. The larger of the two counts. Pure.
 */
export function overflowOf(
  facts: OverflowFacts,
): { reads: number; reason: 'late' | 'hours'; says: string } | null {
  const { rule, unread, now, dueAt } = facts;
  if (unread === 0) return null;
  const late = rule.overflow.whenLate ? tooLate(facts) : null;
  const holds = rule.overflow.whenBeyondHours ? capacityUntil(facts.own, { now, until: dueAt }) : null;
  const beyond = holds === null ? 0 : Math.max(0, unread - holds);
  const least = now >= dueAt ? 1 : Math.max(LEAST, Math.ceil(unread / 20));
  if (late !== null && late.reads >= least && late.reads >= beyond)
    return { reads: late.reads, reason: 'late', says: late.says };
  if (beyond < least) return null;
  return {
    reads: beyond,
    reason: 'hours',
    says: `${unread} reads are left, and ${facts.own.hoursPerWeek} hours a week hold ${holds} until the due date.`,
  };
}

function tooLate(facts: OverflowFacts): { reads: number; says: string } | null {
  const { unread, submitted, since, now, dueAt } = facts;
  if (now >= dueAt) return { reads: unread, says: `The due date has passed with ${unread} reads left.` };
  const hours = (now.getTime() - since.getTime()) / 3_600_000;
  if (hours < LEAST_HOURS || submitted === 0) return null;
  const perHour = submitted / hours;
  const left = (dueAt.getTime() - now.getTime()) / 3_600_000;
  const inTime = Math.floor(perHour * left);
  if (inTime >= unread) return null;
  return {
    reads: unread - inTime,
    says: `At ${(perHour * 24).toFixed(1)} reads a day own staff would read ${inTime} of the ${unread} left by the due date.`,
  };
}

/** Reads by vendors' shares, by largest remainder, ties to the first; vendors that get none are left out. */
export function shareOut(reads: number, vendors: readonly { weight: number }[]): number[] {
  const whole = vendors.reduce((sum, one) => sum + one.weight, 0);
  if (whole === 0) return vendors.map((_, i) => (i === 0 ? reads : 0));
  const exact = vendors.map((one) => (reads * one.weight) / whole);
  const parts = exact.map((one) => Math.floor(one));
  const left = reads - parts.reduce((sum, one) => sum + one, 0);
  const order = exact
    .map((one, i) => ({ i, rest: one - Math.floor(one) }))
    .sort((a, b) => b.rest - a.rest || a.i - b.i);
  for (const { i } of order.slice(0, left)) parts[i] = (parts[i] ?? 0) + 1;
  return parts;
}

/** Basis points of own staff and vendors that add up to 10,000: own staff's part, the rest by the awards' shares. */
export function poolShares(
  ownReads: number,
  restReads: number,
  awards: readonly number[],
): { own: number; vendors: number[] } {
  const own = restReads === 0 ? 0 : Math.round((ownReads / restReads) * 10_000);
  return {
    own,
    vendors: shareOut(
      10_000 - own,
      awards.map((weight) => ({ weight })),
    ),
  };
}

/** Median and ninetieth percentile (nearest rank) of the times that are known; null before the first. */
export function handOffTime(seconds: readonly number[]): {
  medianSeconds: number | null;
  p90Seconds: number | null;
  n: number;
} {
  const sorted = seconds.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
  return { medianSeconds: at(0.5), p90Seconds: at(0.9), n: sorted.length };
}
