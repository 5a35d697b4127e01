import { DAY } from '#server/core/clock.ts';
import { normalCritical } from '#server/quality/normal-quantile.ts';

/** What a pace rests on: this call's pilot, the vendor's like work here, or only its promise. */
export type PaceBasis = 'pilot' | 'like_work' | 'promise';

export type DeliveryFacts = {
  /** Reads and reviews of the whole work. */
  reads: number;
  startOn: string;
  deadline: string;
  /** What the bid promises. */
  readsPerDay: number;
  /** Hours a week of the named annotators, together. */
  hoursPerWeek: number;
  /** Measured reads per active hour with its interval (95 %); null where nothing was measured. */
  pace: { value: number; interval: readonly [number, number] | null; basis: PaceBasis } | null;
  /** Reads of days on which the vendor has worked, for their spread. */
  dailyReads: readonly number[];
};

export type DeliveryRisk = {
  basis: PaceBasis;
  /** Reads a day that the named people's hours give at the measured pace; null where none was measured. */
  capacityPerDay: number | null;
  /** What is reckoned with: the promise, or the capacity where that is less. */
  expectedPerDay: number;
  /** The end in one of ten cases earlier, in the middle, and in one of ten later. */
  earliestOn: string;
  expectedOn: string;
  latestOn: string;
  /** Probability that all is read by the deadline, 0 … 1. */
  onTime: number;
  /** Days of work whose spread was measured; with fewer than five a usual spread is assumed. */
  daysMeasured: number;
};

/** A day's reads differ by this share of their mean where nothing was measured, and a promise by this share of itself. */
const USUAL_DAY_SPREAD = 0.5;
const PROMISE_SPREAD = 0.3;
const LEAST_DAYS = 5;

/**
 * When the work would be done, and how likely by the deadline. The pace over the whole work is taken as log-normal about the
 * expected one; its spread is that of the mean (from the measured interval, or assumed of a promise) and that of single
 * days over the number of days there are. What is assumed is said by `basis` and `daysMeasured`.
 */
export function deliveryRisk(facts: DeliveryFacts): DeliveryRisk {
  const { pace, hoursPerWeek } = facts;
  const capacityPerDay = pace === null ? null : (pace.value * hoursPerWeek) / 7;
  const expectedPerDay = Math.max(
    1e-9,
    capacityPerDay === null ? facts.readsPerDay : Math.min(facts.readsPerDay, capacityPerDay),
  );
  const start = Date.parse(`${facts.startOn}T00:00:00Z`);
  const available = Math.max(0, (Date.parse(`${facts.deadline}T00:00:00Z`) - start) / DAY + 1);
  const needed = facts.reads / expectedPerDay;
  const sigma = spreadOf(facts, Math.max(1, needed));
  const z = normalCritical(0.8);
  const day = (days: number) =>
    new Date(start + Math.max(0, Math.ceil(days - 1e-9) - 1) * DAY).toISOString().slice(0, 10);
  return {
    basis: pace?.basis ?? 'promise',
    capacityPerDay,
    expectedPerDay,
    earliestOn: day(needed * Math.exp(-z * sigma)),
    expectedOn: day(needed),
    latestOn: day(needed * Math.exp(z * sigma)),
    onTime: available === 0 ? 0 : facts.reads === 0 ? 1 : normalShare(Math.log(available / needed) / sigma),
    daysMeasured: facts.dailyReads.length,
  };
}

/** Standard deviation of the logarithm of the pace over so many days. */
function spreadOf(facts: DeliveryFacts, days: number): number {
  const { pace, dailyReads } = facts;
  const ofMean =
    pace?.interval && pace.value > 0
      ? (pace.interval[1] - pace.interval[0]) / (2 * normalCritical(0.95) * pace.value)
      : PROMISE_SPREAD;
  const ofDay = (dailyReads.length < LEAST_DAYS ? null : variation(dailyReads)) ?? USUAL_DAY_SPREAD;
  return Math.sqrt(Math.log(1 + ofMean ** 2 + ofDay ** 2 / days));
}

/** Coefficient of variation; null where the mean is none. */
function variation(values: readonly number[]): number | null {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  if (mean <= 0) return null;
  const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1)) / mean;
}

/**
 * Share of the standard normal distribution below `z`, to 1e-7.
 *
 * Source: Abramowitz & Stegun 1964, 26.2.17.
 *
 * @example normalShare(1.96) // 0.9750
 */
export function normalShare(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp(-(z ** 2) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return z >= 0 ? 1 - tail : tail;
}
