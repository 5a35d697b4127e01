import { addDays } from '#server/agreements/rules.ts';
import { percentOf } from '#server/core/money.ts';
import type { Mode, MoneyRange, Option, OwnStaff, Quality, Remark, Source } from './schemas.ts';

/** What has to be done by people in a mode. */
export type Volume = { cases: number; reads: number; reviews: number; modelMinor: bigint };

export type EstimateFacts = {
  volume: Volume;
  overlap: number;
  today: string;
  feeBasisPoints: number;
  own: OwnStaff & { quality: Quality | null };
  insideShareBasisPoints: number;
  needBy: string;
  market: {
    /** What one read has been asked for, before the fee; null where too few vendors have asked. */
    price: MoneyRange | null;
    readsPerHour: number | null;
    readsPerDay: number | null;
    qualified: number;
    available: number;
    leadDays: number;
    quality: Quality | null;
  };
};

/** Own hours are not a price: how much longer the same work may take at the high end. */
const SLOWER = 1.25;

type Part = { reads: number; cost: MoneyRange | null; doneOn: string | null };

/**
 * Reads and reviews that people make in a mode: the overlap of every case, or one check of each where a model has labelled it
 * first; with the share that is reviewed.
 */
export function volumeOfMode(
  mode: Mode,
  of: { cases: number; overlap: number; reviewShareBasisPoints: number; modelCostMinor: bigint },
): Volume {
  const reviews = mode === 'automated' ? 0 : Math.ceil((of.cases * of.reviewShareBasisPoints) / 10_000);
  const perCase = { human: of.overlap, hybrid: 1, automated: 0 }[mode];
  return {
    cases: of.cases,
    reads: of.cases * perCase,
    reviews,
    modelMinor: mode === 'human' ? 0n : BigInt(of.cases) * of.modelCostMinor,
  };
}

/** How much of the work own staff takes: all, none, or what it can do in time and what may not leave, the larger. */
export function ownReadsOf(source: Source, facts: EstimateFacts): number {
  const { reads, reviews } = facts.volume;
  const all = reads + reviews;
  if (source === 'build') return all;
  if (source === 'buy') return 0;
  const inside = Math.ceil((all * facts.insideShareBasisPoints) / 10_000);
  const perDay = ownPerDay(facts);
  const days = Math.max(0, daysBetween(facts.today, facts.needBy) - facts.own.readyInDays);
  const inTime = perDay === null ? 0 : Math.floor(perDay * days);
  return Math.min(all, Math.max(inside, inTime));
}

/** Cost, date and split of one source, before anything is said for or against it. Deterministic. */
export function estimateSource(
  source: Source,
  facts: EstimateFacts,
): Omit<Option, 'remarks' | 'isBlocked' | 'isInTime' | 'isInBudget'> {
  const { volume, own, market } = facts;
  const all = volume.reads + volume.reviews;
  const ownReads = ownReadsOf(source, facts);
  const parts: Part[] = [
    ...(ownReads > 0 ? [ownPart(ownReads, facts)] : []),
    ...(all - ownReads > 0 ? [boughtPart(all - ownReads, facts)] : []),
  ];
  const costs = parts.map((part) => part.cost);
  const dates = parts.map((part) => part.doneOn);
  const cost = costs.some((one) => one === null)
    ? null
    : costs.reduce<MoneyRange>((sum, one) => plus(sum, one ?? ZERO), same(volume.modelMinor));
  const finishOn = dates.some((one) => one === null)
    ? null
    : dates.reduce<string>((last, one) => (one !== null && one > last ? one : last), facts.today);
  const quality = [ownReads > 0 ? own.quality : null, all > ownReads ? market.quality : null].filter(
    (one) => one !== null,
  );
  return {
    source,
    cost,
    costReason: cost === null ? costReason(parts, ownReads, facts) : null,
    finishOn,
    dateReason: finishOn === null ? dateReason(ownReads, facts) : null,
    own: ownReads,
    bought: all - ownReads,
    ownShareBasisPoints: all === 0 ? 0 : Math.round((ownReads / all) * 10_000),
    quality,
    qualityReason:
      quality.length > 0 ? null : 'Nothing of this kind has been measured yet; a pilot or an exam will tell.',
  };
}

const paceOf = ({ own, market }: EstimateFacts) => own.readsPerHour ?? market.readsPerHour;

/** Reads a day of all own people together; null where nobody knows a pace. */
function ownPerDay(facts: EstimateFacts): number | null {
  const pace = paceOf(facts);
  return pace === null ? null : (facts.own.people * facts.own.hoursPerWeek * pace) / 7;
}

/** Own people's hours, without a fee (R2). */
function ownPart(reads: number, facts: EstimateFacts): Part {
  const { own, today } = facts;
  const pace = paceOf(facts);
  const perDay = ownPerDay(facts);
  const minor =
    pace === null || own.people === 0
      ? null
      : BigInt(Math.ceil((reads / pace) * Number(own.costPerHourMinor)));
  return {
    reads,
    cost: minor === null ? null : { low: minor, mid: minor, high: BigInt(Math.ceil(Number(minor) * SLOWER)) },
    doneOn:
      perDay === null || perDay <= 0 ? null : dayAfter(today, own.readyInDays + Math.ceil(reads / perDay)),
  };
}

/** Reads at the market's prices with the platform fee of each (R2), by all who are available after the usual lead time. */
function boughtPart(reads: number, facts: EstimateFacts): Part {
  const { market, feeBasisPoints, today } = facts;
  const whole = (minor: bigint) => (minor + percentOf(minor, feeBasisPoints)) * BigInt(reads);
  const { price, readsPerDay } = market;
  return {
    reads,
    cost: price === null ? null : { low: whole(price.low), mid: whole(price.mid), high: whole(price.high) },
    doneOn:
      readsPerDay === null || readsPerDay <= 0
        ? null
        : dayAfter(today, market.leadDays + Math.ceil(reads / readsPerDay)),
  };
}

function costReason(parts: readonly Part[], ownReads: number, facts: EstimateFacts): string {
  if (ownReads > 0 && facts.own.people === 0) return 'You have named no people of your own.';
  if (ownReads > 0 && parts[0]?.cost === null)
    return 'Nobody’s pace on such work has been measured. Say how many reads an hour your people make.';
  return facts.market.price === null
    ? 'Fewer than three vendors have asked a price here. Say what price per read to reckon with.'
    : 'The cost cannot be reckoned.';
}

function dateReason(ownReads: number, facts: EstimateFacts): string {
  if (ownReads > 0 && facts.own.people === 0) return 'You have named no people of your own.';
  const perDay = ownPerDay(facts);
  if (ownReads > 0 && perDay === null)
    return 'Nobody’s pace on such work has been measured. Say how many reads an hour your people make.';
  if (ownReads > 0 && perDay !== null && perDay <= 0)
    return 'Your own people have no free hours. Say how many people there are, and their hours.';
  if (ownReads > 0 && perDay !== null && facts.own.readyInDays + ownReads / perDay > 36_500)
    return 'At this pace it would take your people more than a century.';
  return facts.market.available < facts.overlap
    ? `${facts.market.available} people are available, and each case is read by ${facts.overlap}.`
    : 'Nobody’s pace on such work has been measured, so no date can be given.';
}

/** A day so many days ahead; null where it lies a century away, which is no date to plan by. */
const dayAfter = (today: string, days: number) => (days > 36_500 ? null : addDays(today, days));

const ZERO: MoneyRange = { low: 0n, mid: 0n, high: 0n };
const same = (minor: bigint): MoneyRange => ({ low: minor, mid: minor, high: minor });
const plus = (a: MoneyRange, b: MoneyRange): MoneyRange => ({
  low: a.low + b.low,
  mid: a.mid + b.mid,
  high: a.high + b.high,
});

/** Whole days from one day to another; negative when it lies before. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** Whether something may not be chosen at all. */
export const isBlockedBy = (remarks: readonly Remark[]): boolean =>
  remarks.some((one) => one.weight === 'blocks');
