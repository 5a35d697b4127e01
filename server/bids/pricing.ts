import { unreachable } from '#server/core/assert.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { percentOf, sayMinor } from '#server/core/money.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import type { TaskType } from './call-schemas.ts';
import type { Milestone, Pricing, Rate } from './pricing-schemas.ts';

/** The whole work that a call's bids are priced for. */
export type Work = {
  cases: number;
  /** Reads of each case. */
  overlap: number;
  /** Of the cases, reviewed once. */
  reviewShareBasisPoints: number;
  /** Kinds of task with their shares; empty when all cases are priced alike. */
  taskTypes: readonly TaskType[];
  /** The platform's fee, on top for the sponsor (R2). */
  feeBasisPoints: number;
  currency: string;
};

/** A bid's price in the terms in which bids are compared; amounts in minor units. */
export type NormalisedPrice = {
  /** What binds: every read is paid this (R4), and batches are made at it (R13). */
  pricePerReadMinor: bigint;
  pricePerReviewMinor: bigint;
  reads: number;
  reviews: number;
  /** The vendor's part for the whole work. */
  wholeMinor: bigint;
  feeMinor: bigint;
  /** What the sponsor pays for the whole work. */
  totalMinor: bigint;
  /** The same over the cases: cost per final label (R12) before panel, gold, exams and pilot. Without cases: of one's reads. */
  perLabelMinor: number;
};

/** How many reads and reviews the whole work takes. */
export function volumeOf(work: Work): { reads: number; reviews: number } {
  return {
    reads: work.cases * work.overlap,
    reviews: Math.ceil((work.cases * work.reviewShareBasisPoints) / 10_000),
  };
}

/**
 * What a price comes to, whatever its model. Per label: the rates weighed by the shares of the kinds of task, rounded half
 * up to the minor unit. Hourly: the rate over the pace that the bid promises, rounded up; the vendor carries the hours.
 * Milestones: the fixed total over reads and reviews, rounded down, so that the sum is never above the total.
 */
export function normalisePricing(pricing: Pricing, work: Work): NormalisedPrice {
  const { reads, reviews } = volumeOf(work);
  const { read, review } = unitPrices(pricing, work);
  const wholeMinor = read * BigInt(reads) + review * BigInt(reviews);
  // The fee is locked read by read (R2), so it is rounded there, not on the sum.
  const feeMinor =
    percentOf(read, work.feeBasisPoints) * BigInt(reads) +
    percentOf(review, work.feeBasisPoints) * BigInt(reviews);
  const totalMinor = wholeMinor + feeMinor;
  return {
    pricePerReadMinor: read,
    pricePerReviewMinor: review,
    reads,
    reviews,
    wholeMinor,
    feeMinor,
    totalMinor,
    perLabelMinor:
      work.cases > 0
        ? Number(totalMinor) / work.cases
        : Number(read + percentOf(read, work.feeBasisPoints)) * work.overlap,
  };
}

function unitPrices(pricing: Pricing, work: Work): { read: bigint; review: bigint } {
  switch (pricing.model) {
    case 'per_label': {
      const read = blended(pricing.rates, 'label', work);
      return { read, review: blended(pricing.rates, 'review', work) || read };
    }
    case 'hourly': {
      const pace = BigInt(Math.max(1, pricing.readsPerHour));
      const read = (pricing.ratePerHourMinor + pace - 1n) / pace;
      return { read, review: read };
    }
    case 'milestone': {
      const { reads, reviews } = volumeOf(work);
      const all = BigInt(Math.max(1, reads + reviews));
      const read = totalOf(pricing.milestones) / all;
      return { read, review: read };
    }
    default:
      return unreachable(pricing);
  }
}

const totalOf = (milestones: readonly Milestone[]): bigint =>
  milestones.reduce((sum, one) => sum + one.amountMinor, 0n);

/** The most that a price lets the whole work cost before the fee; null where it grows with the reads. */
export function ceilingOfPricing(pricing: Pricing): bigint | null {
  switch (pricing.model) {
    case 'per_label':
      return null;
    case 'hourly':
      return pricing.capMinor;
    case 'milestone':
      return totalOf(pricing.milestones);
    default:
      return unreachable(pricing);
  }
}

/** The rates of a tier weighed by the shares of their kinds of task, half up; a kind without a rate counts nothing. */
function blended(rates: readonly Rate[], tier: Rate['tier'], work: Work): bigint {
  const kinds = work.taskTypes.length === 0 ? [{ key: 'all', shareBasisPoints: 10_000 }] : work.taskTypes;
  const weighed = kinds.reduce((sum, kind) => {
    const found = rates.find((one) => one.tier === tier && one.taskType === kind.key);
    const rate = found ?? rates.find((one) => one.tier === tier && one.taskType === 'all');
    return sum + (rate?.priceMinor ?? 0n) * BigInt(kind.shareBasisPoints);
  }, 0n);
  return (weighed + 5_000n) / 10_000n;
}

export type PricingFacts = {
  work: Work;
  startOn: string;
  deadline: string;
  /** The most for the whole work before the fee, where the sponsor tells one. */
  ceilingMinor: bigint | null;
};

/** Everything that is wrong with a price, in words and at once; empty when it may be offered. */
export function pricingProblems(pricing: Pricing, facts: PricingFacts): ErrorDetail[] {
  const { work, ceilingMinor } = facts;
  const problems = modelProblems(pricing, facts);
  if (problems.length > 0) return problems;
  const { pricePerReadMinor, wholeMinor } = normalisePricing(pricing, work);
  if (pricePerReadMinor === 0n) {
    problems.push({
      code: 'price_below_unit',
      path: 'pricing',
      message: `Over all reads this is less than the smallest unit of ${work.currency} for each. Raise the price.`,
    });
  }
  if (ceilingMinor !== null && wholeMinor > ceilingMinor) {
    problems.push({
      code: 'above_ceiling',
      path: 'pricing',
      message: `The bid comes to ${words(wholeMinor, work)} for the whole work; the sponsor pays at most ${words(ceilingMinor, work)} before its platform fee.`,
    });
  }
  return problems;
}

function modelProblems(pricing: Pricing, facts: PricingFacts): ErrorDetail[] {
  switch (pricing.model) {
    case 'per_label':
      return rateProblems(pricing.rates, facts.work);
    case 'hourly':
      return hourlyProblems(pricing, facts.work);
    case 'milestone':
      return milestoneProblems(pricing.milestones, facts);
    default:
      return unreachable(pricing);
  }
}

const words = (amountMinor: bigint, { currency }: Work) =>
  `${sayMinor({ amountMinor, currency })} ${currency}`;

function rateProblems(rates: readonly Rate[], work: Work): ErrorDetail[] {
  const problems: ErrorDetail[] = [];
  const known = new Map(work.taskTypes.map((one) => [one.key, one.label]));
  const seen = new Set<string>();
  for (const [index, rate] of rates.entries()) {
    const path = `pricing.rates.${index}`;
    const id = `${rate.tier} ${rate.taskType}`;
    if (rate.taskType !== 'all' && !known.has(rate.taskType)) {
      problems.push({
        code: 'task_type_unknown',
        path,
        message: `The call has no kind of task “${rate.taskType}”.`,
      });
    }
    if (seen.has(id))
      problems.push({ code: 'rate_twice', path, message: 'This kind of work has two prices. Keep one.' });
    seen.add(id);
    if (rate.priceMinor <= 0n)
      problems.push({ code: 'price_zero', path, message: 'The price must be above zero.' });
  }
  if (!seen.has('label all')) {
    const missing = work.taskTypes.filter((one) => !seen.has(`label ${one.key}`)).map((one) => one.label);
    if (missing.length > 0 || work.taskTypes.length === 0) {
      const what = missing.length === 0 ? 'a read' : `a read of ${missing.join(', ')}`;
      problems.push({ code: 'rate_missing', path: 'pricing', message: `Give the price of ${what}.` });
    }
  }
  return problems;
}

function hourlyProblems(pricing: Extract<Pricing, { model: 'hourly' }>, work: Work): ErrorDetail[] {
  const problems: ErrorDetail[] = [];
  const { ratePerHourMinor, readsPerHour, capMinor } = pricing;
  if (ratePerHourMinor <= 0n)
    problems.push({
      code: 'price_zero',
      path: 'pricing.ratePerHourMinor',
      message: 'The price of an hour must be above zero.',
    });
  if (readsPerHour < 1)
    problems.push({
      code: 'pace_zero',
      path: 'pricing.readsPerHour',
      message: 'Say how many reads an hour gives; each read is paid the hour over them (R4).',
    });
  problems.push(...withoutCases(work));
  if (capMinor < ratePerHourMinor || capMinor <= 0n) {
    problems.push({
      code: 'cap_below_hour',
      path: 'pricing.capMinor',
      message: `The cap of ${words(capMinor, work)} is below the price of one hour.`,
    });
  } else if (problems.length === 0) {
    const { wholeMinor } = normalisePricing(pricing, work);
    if (capMinor < wholeMinor) {
      problems.push({
        code: 'cap_below_work',
        path: 'pricing.capMinor',
        message: `At your own rate and pace the whole work comes to ${words(wholeMinor, work)}, which is above your cap of ${words(capMinor, work)}. Raise the cap, or lower the rate.`,
      });
    }
  }
  return problems;
}

function milestoneProblems(milestones: readonly Milestone[], facts: PricingFacts): ErrorDetail[] {
  const problems: ErrorDetail[] = [];
  let before = facts.startOn;
  for (const [index, one] of milestones.entries()) {
    const path = (key: string) => `pricing.milestones.${index}.${key}`;
    const wrong = (key: string, code: string, message: string) =>
      problems.push({ code, path: path(key), message });
    if (one.title === '') wrong('title', 'milestone_title', 'Name the milestone.');
    if (one.amountMinor <= 0n) wrong('amountMinor', 'price_zero', 'The price must be above zero.');
    if (one.shareBasisPoints <= 0) wrong('shareBasisPoints', 'share_zero', 'The share must be above zero.');
    if (one.dueOn < before)
      wrong(
        'dueOn',
        'milestone_order',
        `A milestone is due on or after ${sayDay(before)}, what comes before it.`,
      );
    if (one.dueOn > facts.deadline)
      wrong('dueOn', 'milestone_late', `The project's deadline is ${sayDay(facts.deadline)}.`);
    if (one.dueOn > before) before = one.dueOn;
  }
  const sum = milestones.reduce((total, one) => total + one.shareBasisPoints, 0);
  if (sum !== 10_000) {
    problems.push({
      code: 'milestone_shares',
      path: 'pricing.milestones',
      message: `The milestones' shares of the cases add up to ${sum / 100} %, not 100 %.`,
    });
  }
  return [...problems, ...withoutCases(facts.work)];
}

function withoutCases(work: Work): ErrorDetail[] {
  return work.cases > 0
    ? []
    : [
        {
          code: 'cases_unknown',
          path: 'pricing',
          message: 'The call does not say how many cases there are, so only a price per read can be offered.',
        },
      ];
}
