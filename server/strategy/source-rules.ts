import { sayMinor } from '#server/core/money.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import type { DataClass, IntendedUse } from '#server/projects/schemas.ts';
import { type EstimateFacts, estimateSource, isBlockedBy } from './estimate.ts';
import type { BudgetModel, MoneyRange, Option, Remark, Source } from './schemas.ts';
import { SOURCES } from './schemas.ts';

export type SourceFacts = EstimateFacts & {
  intendedUse: IntendedUse;
  isForSubmission: boolean;
  dataClass: DataClass;
  budgetModel: BudgetModel;
  budgetMinor: bigint;
  currency: string;
  fittingVendors: number;
  leadN: number;
};

/** Every source with its cost, date and what is to be said of it, in a fixed order. */
export function optionsOf(facts: SourceFacts): Option[] {
  return SOURCES.map((source) => {
    const estimate = estimateSource(source, facts);
    const isInTime = estimate.finishOn !== null && estimate.finishOn <= facts.needBy;
    const isInBudget = estimate.cost !== null && judgedCost(estimate.cost, facts) <= facts.budgetMinor;
    const remarks = [
      ...(source === 'buy' ? [] : ownRemarks(source, facts, estimate.own)),
      ...(source === 'build' ? [] : boughtRemarks(source, facts, estimate.bought)),
      ...budgetRemarks(source, facts, estimate.cost),
      ...dateRemarks(facts, estimate.finishOn),
    ];
    return { ...estimate, remarks, isBlocked: isBlockedBy(remarks), isInTime, isInBudget };
  });
}

/** A fixed budget has to hold at the high end of the cost, others at its middle. */
export function judgedCost(cost: MoneyRange, { budgetModel }: Pick<SourceFacts, 'budgetModel'>): bigint {
  return budgetModel === 'fixed' ? cost.high : cost.mid;
}

/**
 * The source to recommend and why: of those that nothing stands in the way of, one that is in time and within the budget before
 * one that is in time only, that before any other; then the cheaper, the earlier, the simpler (own, bought, both).
 */
export function recommendSource(
  options: readonly Option[],
  facts: Pick<SourceFacts, 'budgetModel' | 'budgetMinor' | 'currency' | 'needBy'>,
): { source: Source | null; reasons: string[] } {
  const able = options.filter((one) => !one.isBlocked);
  if (able.length === 0)
    return {
      source: null,
      reasons: ['Something stands in the way of each of the three. See what would change it.'],
    };
  const [best, next] = able.toSorted(
    (a, b) =>
      classOf(a) - classOf(b) ||
      byCost(a, b, facts) ||
      byDate(a, b) ||
      SOURCES.indexOf(a.source) - SOURCES.indexOf(b.source),
  );
  if (best === undefined) return { source: null, reasons: [] };
  return { source: best.source, reasons: reasonsFor(best, next, facts) };
}

const classOf = (one: Option) => (one.isInTime && one.isInBudget ? 0 : one.isInTime ? 1 : 2);

function byCost(a: Option, b: Option, facts: Pick<SourceFacts, 'budgetModel'>): number {
  if (a.cost === null || b.cost === null) return (a.cost === null ? 1 : 0) - (b.cost === null ? 1 : 0);
  const [left, right] = [judgedCost(a.cost, facts), judgedCost(b.cost, facts)];
  return left < right ? -1 : left > right ? 1 : 0;
}

const byDate = (a: Option, b: Option) =>
  (a.finishOn ?? '9999') < (b.finishOn ?? '9999')
    ? -1
    : (a.finishOn ?? '9999') > (b.finishOn ?? '9999')
      ? 1
      : 0;

const NAMES: Record<Source, string> = {
  build: 'Own staff',
  buy: 'Buying',
  hybrid: 'Own staff with vendors',
};

function reasonsFor(
  best: Option,
  next: Option | undefined,
  facts: Pick<SourceFacts, 'budgetMinor' | 'currency' | 'needBy'>,
): string[] {
  const say = (minor: bigint) => `${amountWords(minor, facts.currency)}`;
  const reasons: string[] = [];
  const name = NAMES[best.source];
  if (best.isInTime && best.isInBudget && best.cost !== null)
    reasons.push(
      `${name} is done by ${dayWords(best.finishOn)}, before ${dayWords(facts.needBy)}, for about ${say(best.cost.mid)} of ${say(facts.budgetMinor)}.`,
    );
  else if (best.isInTime)
    reasons.push(
      `${name} is done by ${dayWords(best.finishOn)}, before ${dayWords(facts.needBy)}, but not shown to be within the budget.`,
    );
  else
    reasons.push(`Nothing is shown to be done by ${dayWords(facts.needBy)}. ${name} has least against it.`);
  if (next === undefined) reasons.push('Something stands in the way of the others.');
  else if (best.cost !== null && next.cost !== null && classOf(best) === classOf(next))
    reasons.push(
      `${NAMES[next.source]} would cost about ${say(next.cost.mid)}, and be done ${next.finishOn === null ? 'nobody knows when' : `by ${dayWords(next.finishOn)}`}.`,
    );
  else if (classOf(next) > classOf(best))
    reasons.push(
      `${NAMES[next.source]} is ${next.isInTime ? 'in time, but not within the budget' : 'not in time'}.`,
    );
  return reasons;
}

/** 25000.00 → "25,000.00 USD". */
const amountWords = (amountMinor: bigint, currency: string) =>
  `${sayMinor({ amountMinor, currency })} ${currency}`;

/** 2026-12-14 → "14 Dec 2026". */
const dayWords = (day: string | null) => (day === null ? 'an unknown day' : sayDay(day));

const people = (n: number) => `${n} ${n === 1 ? 'person' : 'people'}`;

function ownRemarks(source: Source, facts: SourceFacts, reads: number): Remark[] {
  const { own, overlap, intendedUse, isForSubmission, insideShareBasisPoints } = facts;
  const found: Remark[] = [];
  const add = (weight: Remark['weight'], code: string, message: string, from: string) =>
    found.push({ weight, code, message, source: from });
  if (intendedUse === 'test_reference')
    add(
      'blocks',
      'own_reference',
      'A reference standard is read by people who have no stake in the model. Your staff may sit on the panel that makes the gold, not read for it.',
      'R7, R25',
    );
  if (own.people === 0)
    add(
      'blocks',
      'no_own_people',
      'You have named no people of your own who meet the credential rule.',
      'Your figures',
    );
  else if (source === 'build' && own.people < overlap)
    add(
      'blocks',
      'too_few_own',
      `Each case is read by ${overlap}, and nobody reads a case twice: ${people(own.people)} are too few.`,
      'R23',
    );
  if (own.people > 0 && source === 'hybrid' && reads === 0)
    add(
      'against',
      'own_not_ready',
      `Your people could not begin before ${dayWords(facts.needBy)}; everything would be bought.`,
      'Your figures',
    );
  if (isForSubmission && intendedUse !== 'test_reference')
    add(
      'against',
      'own_in_submission',
      'The submission names its readers and whose staff they are; your own are asked about their independence.',
      'FDA draft guidance on AI-enabled device software functions, January 2025',
    );
  if (insideShareBasisPoints > 0)
    add(
      'for',
      'stays_inside',
      `What may not leave you (${insideShareBasisPoints / 100} %) stays with your people.`,
      'Your figures',
    );
  if (own.people > 0) add('for', 'no_fee', 'No platform fee on what your own people read.', 'R2');
  return found;
}

const GATES: Partial<Record<DataClass, string>> = {
  phi: 'Protected health information: a BAA on every hop down to each reader.',
  limited_data_set: 'A limited data set: the data use agreement is passed down every hop.',
  eu_personal:
    'Personal data of the EU: an Art. 28 agreement on every hop, readers in adequate countries or under standard clauses.',
};

function boughtRemarks(source: Source, facts: SourceFacts, reads: number): Remark[] {
  const { insideShareBasisPoints, dataClass, fittingVendors, market, overlap, own, leadN } = facts;
  const found: Remark[] = [];
  const add = (weight: Remark['weight'], code: string, message: string, from: string) =>
    found.push({ weight, code, message, source: from });
  if (source === 'buy' && insideShareBasisPoints > 0)
    add(
      'blocks',
      'may_not_leave',
      `${insideShareBasisPoints / 100} % of the cases may not leave you.`,
      'Your figures',
    );
  if (reads > 0 && fittingVendors === 0 && market.qualified === 0)
    add(
      'blocks',
      'nobody_fits',
      'No vendor and nobody on their own account passes the gates of this project.',
      'R18, R19',
    );
  else if (source === 'buy' && market.available < overlap)
    add(
      'against',
      'too_few_available',
      `${people(market.available)} available now, and each case is read by ${overlap}.`,
      'R23',
    );
  else if (source === 'hybrid' && reads > 0 && market.available + own.people < overlap)
    add(
      'blocks',
      'too_few_together',
      `Each case is read by ${overlap}; together there are ${people(market.available + own.people)}.`,
      'R23',
    );
  if (reads > 0 && GATES[dataClass]) add('against', 'gate', GATES[dataClass], 'R18');
  if (reads > 0)
    add('for', 'piloted', 'Vendors prove themselves in a pilot at a price that binds them.', 'R13');
  if (reads > 0 && leadN === 0)
    add(
      'against',
      'lead_assumed',
      `${market.leadDays} days from the call to the first read are assumed: too few awards here to measure.`,
      'This platform',
    );
  if (source === 'hybrid' && reads === 0)
    add(
      'against',
      'nothing_bought',
      'Your people can do all of it in time; nothing is left to buy.',
      'Your figures',
    );
  return found;
}

function budgetRemarks(source: Source, facts: SourceFacts, cost: MoneyRange | null): Remark[] {
  const { budgetModel, budgetMinor, currency } = facts;
  const found: Remark[] = [];
  if (budgetModel === 'fixed' && source !== 'buy')
    found.push({
      weight: 'against',
      code: 'hours_not_fixed',
      message:
        'Own hours are not a fixed price: the budget is held against the work taking a quarter longer.',
      source: 'Your figures',
    });
  if (budgetModel === 'fixed' && source !== 'build')
    found.push({
      weight: 'for',
      code: 'milestones',
      message:
        'A fixed price by milestones is binding; other cases or a breaking protocol change are an amendment.',
      source: 'R13',
    });
  if (budgetModel === 'hourly' && source !== 'build')
    found.push({
      weight: 'for',
      code: 'hour_per_case',
      message: 'A vendor’s hour is turned into a fixed price per case: a slow pace is the vendor’s risk.',
      source: 'R4',
    });
  if (cost !== null && judgedCost(cost, facts) > budgetMinor)
    found.push({
      weight: 'against',
      code: 'over_budget',
      message: `About ${amountWords(judgedCost(cost, facts) - budgetMinor, currency)} more than the budget.`,
      source: 'R29',
    });
  return found;
}

function dateRemarks(facts: SourceFacts, finishOn: string | null): Remark[] {
  if (finishOn === null || finishOn <= facts.needBy) return [];
  return [
    {
      weight: 'against',
      code: 'late',
      message: `Done by ${dayWords(finishOn)}, after ${dayWords(facts.needBy)}.`,
      source: 'Reckoned',
    },
  ];
}
