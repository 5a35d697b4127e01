import { membersOf } from './bitmap.ts';
import { NOT_KNOWN } from './people-columns.ts';
import { daysOf, FULL_HOURS, FULL_SPEED, type PeopleQuery } from './people-facts.ts';
import type { PeopleIndex } from './people-index.ts';

/** What is known of those who qualify, for an estimate. */
export type ReachFacts = {
  qualified: number;
  /** Of them, who have read in the last two weeks or say that they have hours free. */
  available: number;
  /** Median reads an hour of those measured; null when nobody is. */
  readsPerHour: number | null;
  /** Hours a week that one of them gives: the mean of what they say is free, else what is assumed. */
  hoursPerWeek: number;
  isHoursAssumed: boolean;
  /** Known prices per read at or below the price asked about, and all known ones. */
  pricesAtOrBelow: number;
  pricesKnown: number;
};

export type Reach = {
  qualified: number;
  available: number;
  /** Days to read everything by those available; null with a reason. */
  days: number | null;
  daysReason: string | null;
  hoursPerWeek: number;
  isHoursAssumed: boolean;
  /** Tenth and ninetieth of a hundred such batches; null with a reason. */
  reliability: { lower: number; upper: number; n: number } | null;
  reliabilityReason: string | null;
  /** Share of known prices at or below the price; null without a price or any known one. */
  priceShare: number | null;
  pricesKnown: number;
};

/** Fewer batches than this say nothing of a spread. */
const LEAST_BATCHES = 3;
const RECENT_DAYS = 14;
const ASSUMED_HOURS = 8;

/** What the index knows of those who pass a query's gates; one pass over them. */
export function reachFacts(index: PeopleIndex, query: PeopleQuery, priceMinor: number | null): ReachFacts {
  const { lastReadDay, speed, time } = index.columns;
  const priced = index.prices.of(query.currency);
  const places = membersOf(index.gates(query).passing);
  const today = daysOf(query.today);
  const bySpeed = new Uint32Array(FULL_SPEED + 1);
  let [available, measured, saying, hours, known, cheapEnough] = [0, 0, 0, 0, 0, 0];
  for (const place of places) {
    const free = time[place] ?? NOT_KNOWN;
    if (free >= 0) {
      saying += 1;
      hours += free * FULL_HOURS;
    }
    const last = lastReadDay[place] ?? NOT_KNOWN;
    if (free > 0 || (last >= 0 && today - last <= RECENT_DAYS)) available += 1;
    const pace = speed[place] ?? NOT_KNOWN;
    if (pace >= 0) {
      const bin = Math.round(pace * FULL_SPEED);
      bySpeed[bin] = (bySpeed[bin] ?? 0) + 1;
      measured += 1;
    }
    const inverse = priced?.inverse[place] ?? NOT_KNOWN;
    if (inverse >= 0) {
      known += 1;
      // Prices are kept as single-precision inverses.
      if (priceMinor !== null && 1 / inverse <= priceMinor * (1 + 1e-6)) cheapEnough += 1;
    }
  }
  return {
    qualified: places.length,
    available,
    readsPerHour: measured === 0 ? null : medianBin(bySpeed, measured),
    hoursPerWeek: saying === 0 ? ASSUMED_HOURS : hours / saying,
    isHoursAssumed: saying === 0,
    pricesAtOrBelow: cheapEnough,
    pricesKnown: known,
  };
}

function medianBin(counts: Uint32Array, total: number): number {
  let seen = 0;
  for (const [bin, count] of counts.entries()) {
    seen += count;
    if (seen * 2 >= total) return bin;
  }
  return 0;
}

/**
 * How many could read a project, how long they would take and how well such work has gone, before anything is posted. What
 * nobody has measured is null with its reason, never a guess. `reliabilities`: agreement reached in earlier batches of the
 * same kind of work.
 */
export function estimateReach(
  facts: ReachFacts,
  plan: { cases: number; overlap: number; priceMinor: number | null; reliabilities: readonly number[] },
): Reach {
  const { qualified, available, readsPerHour, hoursPerWeek, isHoursAssumed, pricesKnown } = facts;
  const isEnough = available >= plan.overlap;
  const perDay = readsPerHour === null ? 0 : (available * readsPerHour * hoursPerWeek) / 7;
  const days = isEnough && perDay > 0 ? (plan.cases * plan.overlap) / perDay : null;
  const sorted = plan.reliabilities.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const isTold = sorted.length >= LEAST_BATCHES;
  return {
    qualified,
    available,
    days,
    daysReason: days !== null ? null : isEnough ? 'nobody_measured' : 'too_few_available',
    hoursPerWeek,
    isHoursAssumed,
    reliability: isTold ? { lower: at(0.1), upper: at(0.9), n: sorted.length } : null,
    reliabilityReason: isTold ? null : 'too_few_batches',
    priceShare: plan.priceMinor === null || pricesKnown === 0 ? null : facts.pricesAtOrBelow / pricesKnown,
    pricesKnown,
  };
}
