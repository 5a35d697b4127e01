import { formatMoney } from '#app/_ui/format-money.ts';
import type { Pricing } from '#server/bids/pricing-schemas.ts';
import { sayDay } from '#server/notifications/say-day.ts';

/** A price as a sentence: "$1.20 USD a read; $0.80 USD a review", "$90.00 USD an hour at 40 reads, at most $12,000.00 USD". */
export function priceWords(pricing: Pricing, currency: string): string {
  const words = (amountMinor: bigint) => formatMoney({ amountMinor, currency }).full;
  switch (pricing.model) {
    case 'per_label':
      return pricing.rates
        .map(({ tier, taskType, priceMinor }) => {
          const what = tier === 'review' ? 'review' : 'read';
          return `${words(priceMinor)} a ${what}${taskType === 'all' ? '' : `, ${taskType.replaceAll('_', ' ')}`}`;
        })
        .join('; ');
    case 'hourly':
      return `${words(pricing.ratePerHourMinor)} an hour at ${pricing.readsPerHour} reads, at most ${words(pricing.capMinor)}`;
    case 'milestone':
      return pricing.milestones
        .map(
          (one) =>
            `${one.title}: ${words(one.amountMinor)} for ${one.shareBasisPoints / 100} % by ${sayDay(one.dueOn)}`,
        )
        .join('; ');
  }
}
