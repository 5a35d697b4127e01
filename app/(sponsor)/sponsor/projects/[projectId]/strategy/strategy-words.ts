import { LEAST_PRICED_VENDORS } from '#server/bids/price-privacy.ts';
import type { BudgetModel, Mode, ModeView, Source, StrategyView } from '#server/strategy/schemas.ts';

export const MODE_WORDS: Record<Mode, { label: string; hint: string }> = {
  human: { label: 'People', hint: 'Independent reads, nobody sees a model’s answer.' },
  hybrid: { label: 'Hybrid', hint: 'A model labels first, a person checks every case.' },
  automated: { label: 'Automated', hint: 'A model labels, nobody looks.' },
};

export const SOURCE_WORDS: Record<Source, { label: string; hint: string; carryOn: string }> = {
  build: { label: 'Build', hint: 'Your own staff', carryOn: 'Decide and invite own staff' },
  buy: { label: 'Buy', hint: 'Vendors and independents', carryOn: 'Decide and open a call' },
  hybrid: { label: 'Hybrid', hint: 'Own staff first, the rest bought', carryOn: 'Decide and set up both' },
};

export const BUDGET_WORDS: Record<BudgetModel, string> = {
  per_label: 'Per label',
  hourly: 'Per hour, with a cap',
  fixed: 'A fixed sum',
};

/** Where the figures of vendors' prices come from. */
export function priceWords(market: StrategyView['market']): string {
  switch (market.priceOf) {
    case 'typed':
      return 'Reckoned with the price that you gave.';
    case 'none':
      return `Fewer than ${LEAST_PRICED_VENDORS} vendors have asked a price here, so none is shown: it would tell what one of them asks.`;
    case 'like_model':
      return `Prices: what ${market.priceVendors} vendors last asked for such work by this price model; the range is the middle half, to two figures.`;
    case 'like':
      return `Prices: what ${market.priceVendors} vendors last asked for such work by any price model; the range is the middle half, to two figures.`;
    default:
      return `Prices: what ${market.priceVendors} vendors last asked for any work; too few have asked for such work. The range is the middle half, to two figures.`;
  }
}

/** The step that carries a choice on, with its words. */
export function nextSteps(source: Source, mode: Mode, base: string): { href: string; label: string }[] {
  if (mode === 'automated') return [{ href: `${base}/dataset`, label: 'Go to the dataset' }];
  const own = { href: `${base}/own-staff`, label: 'Invite own staff' };
  const call = { href: `${base}/bids`, label: 'Open a call' };
  const route = { href: `${base}/batches/routing`, label: 'Say what stays inside' };
  return source === 'build' ? [own] : source === 'buy' ? [call] : [own, call, route];
}

/** The way that a view recommends: mode and source. */
export function recommendedOf(view: Pick<StrategyView, 'modes' | 'recommendedMode'>): {
  mode: ModeView | null;
  source: Source | null;
} {
  const mode = view.modes.find((one) => one.mode === view.recommendedMode) ?? null;
  return { mode, source: mode?.recommended ?? null };
}
