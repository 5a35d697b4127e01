import type { TaskType } from '#server/bids/call-schemas.ts';
import type { Pricing } from '#server/bids/pricing-schemas.ts';
import { AppError } from '#server/core/errors.ts';
import { formatMinor, parseMoney } from '#server/core/money.ts';

export type MilestoneRow = { id: number; title: string; share: string; dueOn: string; amount: string };

/** A price as typed; every model keeps what was typed while another one is looked at. */
export type PriceValues = {
  model: Pricing['model'];
  /** Price of a read by kind of task, `all` where the call knows no kinds. */
  rates: Readonly<Record<string, string>>;
  /** Price of a review; the read's when empty. */
  review: string;
  ratePerHour: string;
  readsPerHour: string;
  cap: string;
  milestones: readonly MilestoneRow[];
};

export type PriceTerms = { currency: string; taskTypes: readonly Pick<TaskType, 'key' | 'label'>[] };

/** The kinds of task that are priced apart; one for all where the call knows none. */
export function kindsOf(taskTypes: PriceTerms['taskTypes']): readonly { key: string; label: string }[] {
  return taskTypes.length === 0 ? [{ key: 'all', label: 'read' }] : taskTypes;
}

export function emptyPrice(): PriceValues {
  return {
    model: 'per_label',
    rates: {},
    review: '',
    ratePerHour: '',
    readsPerHour: '',
    cap: '',
    milestones: [{ id: 0, title: '', share: '100', dueOn: '', amount: '' }],
  };
}

/** A price that was handed in, as its form shows it. */
export function priceValuesOf(pricing: Pricing, currency: string): PriceValues {
  const typed = (amountMinor: bigint) => formatMinor({ amountMinor, currency });
  const empty = emptyPrice();
  switch (pricing.model) {
    case 'per_label': {
      const review = pricing.rates.find((rate) => rate.tier === 'review');
      const labels = pricing.rates.filter((rate) => rate.tier === 'label');
      return {
        ...empty,
        rates: Object.fromEntries(labels.map((rate) => [rate.taskType, typed(rate.priceMinor)])),
        review: review ? typed(review.priceMinor) : '',
      };
    }
    case 'hourly':
      return {
        ...empty,
        model: 'hourly',
        ratePerHour: typed(pricing.ratePerHourMinor),
        readsPerHour: String(pricing.readsPerHour),
        cap: typed(pricing.capMinor),
      };
    case 'milestone':
      return {
        ...empty,
        model: 'milestone',
        milestones: pricing.milestones.map((one, id) => ({
          id,
          title: one.title,
          share: String(one.shareBasisPoints / 100),
          dueOn: one.dueOn,
          amount: typed(one.amountMinor),
        })),
      };
  }
}

type Report = (name: string, message: string) => void;

/** The typed price as the server takes it, or null with everything that is wrong reported by its field. */
export function readPrice(values: PriceValues, terms: PriceTerms, wrong: Report): Pricing | null {
  let isWhole = true;
  const report: Report = (name, message) => {
    isWhole = false;
    wrong(name, message);
  };
  const pricing = pricingOf(values, terms, report);
  return isWhole ? pricing : null;
}

function pricingOf(values: PriceValues, terms: PriceTerms, wrong: Report): Pricing {
  const money = (name: string, text: string, example: string) =>
    moneyOf(text, terms.currency, (message) => wrong(name, message), example);
  switch (values.model) {
    case 'per_label': {
      const rates = kindsOf(terms.taskTypes).map(({ key }, index) => ({
        tier: 'label' as const,
        taskType: key,
        priceMinor: money(
          `pricing.rates.${index}`,
          values.rates[key] ?? '',
          'Write the price of one read, for example 1.20.',
        ),
      }));
      if (values.review.trim() === '') return { model: 'per_label', rates };
      const name = `pricing.rates.${rates.length}`;
      const priceMinor = money(name, values.review, 'Write the price of one review, for example 1.20.');
      return {
        model: 'per_label',
        rates: [...rates, { tier: 'review' as const, taskType: 'all', priceMinor }],
      };
    }
    case 'hourly': {
      const pace = /^\s*\d{1,5}\s*$/.test(values.readsPerHour) ? Number(values.readsPerHour) : 0;
      if (pace < 1) wrong('pricing.readsPerHour', 'Say how many reads an hour gives, as a whole number.');
      return {
        model: 'hourly',
        ratePerHourMinor: money(
          'pricing.ratePerHourMinor',
          values.ratePerHour,
          'Write the price of one hour, for example 90.00.',
        ),
        readsPerHour: pace,
        capMinor: money(
          'pricing.capMinor',
          values.cap,
          'Write the most for the whole work, for example 12000.00.',
        ),
      };
    }
    case 'milestone':
      return {
        model: 'milestone',
        milestones: values.milestones.map((row, index) => {
          const name = (key: string) => `pricing.milestones.${index}.${key}`;
          const share = Math.round(Number(row.share.trim() || 'x') * 100);
          const isShare = share > 0 && share <= 10_000;
          if (row.title.trim() === '') wrong(name('title'), 'Name the milestone.');
          if (!isShare) wrong(name('shareBasisPoints'), 'A share is above 0 % and at most 100 %.');
          if (row.dueOn === '') wrong(name('dueOn'), 'Choose the day it is due.');
          return {
            title: row.title.trim(),
            shareBasisPoints: isShare ? share : 0,
            dueOn: row.dueOn,
            amountMinor: money(
              name('amountMinor'),
              row.amount,
              'Write the price of the milestone, for example 4000.00.',
            ),
          };
        }),
      };
  }
}

function moneyOf(text: string, currency: string, wrong: (message: string) => void, example: string): bigint {
  try {
    const { amountMinor } = parseMoney(text, currency);
    if (amountMinor > 0n) return amountMinor;
    wrong('The price must be above zero.');
  } catch (error) {
    const isEmpty = text.trim() === '' || !(error instanceof AppError);
    wrong(isEmpty ? example : error.message);
  }
  return 0n;
}
