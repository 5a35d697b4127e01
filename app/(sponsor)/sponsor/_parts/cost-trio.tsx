import { Measure } from '#app/_ui/measure.tsx';
import { Money } from '#app/_ui/money.tsx';
import type { ThreeCosts } from '#server/analytics/schemas.ts';

const minor = (value: number | null, currency: string) =>
  value === null ? null : { amountMinor: BigInt(Math.round(value)), currency };

/** An interval of minor units as figures in the currency; every currency here has two decimals. */
const major = (interval: readonly [number, number] | null) =>
  interval === null ? null : ([interval[0] / 100, interval[1] / 100] as const);

export type CostTrioProps = {
  costs: Omit<ThreeCosts, 'correctShare'> & { correctShare?: number | null };
  /** Says what they include when it is not this batch alone. */
  includes?: string | undefined;
};

/** The three costs, always by name and always all three (R12); fee included. */
export function CostTrio({ costs, includes }: CostTrioProps) {
  const { currency, reads, finalLabels, perCorrectReason } = costs;
  return (
    <div className="flex flex-col gap-2">
      <div className="grid gap-x-8 gap-y-4 sm:grid-cols-3">
        <Measure
          label="Cost per read"
          value={minor(costs.perReadMinor, currency)}
          reason="no_cost"
          n={reads}
          nUnit="reads"
        />
        <Measure
          label="Cost per final label"
          value={minor(costs.perFinalLabelMinor, currency)}
          reason={finalLabels === 0 ? 'No case is settled yet' : 'no_cost'}
          n={finalLabels}
          nUnit="final labels"
        />
        <Measure
          label="Cost per correct label"
          value={minor(costs.perCorrectLabelMinor, currency)}
          reason={correctWords(perCorrectReason, finalLabels)}
          interval={major(costs.perCorrectLabelInterval)}
          intervalNote="95 %, from Wilson’s interval of the share of checked final labels that are correct"
          {...(costs.checked > 0 ? { n: costs.checked, nUnit: 'final labels checked' } : {})}
        />
      </div>
      <p className="text-ink-3 text-xs">
        In all <Money amountMinor={costs.totalMinor} currency={currency} />, of which platform fee{' '}
        <Money amountMinor={costs.feeMinor} currency={currency} />.{' '}
        {includes ?? 'Counts reads, review, adjudication, gold and fee.'}
      </p>
    </div>
  );
}

/** Why there is no cost per correct label. */
function correctWords(reason: string | null, finalLabels: number): string {
  if (reason === 'withheld') return 'withheld';
  if (reason === 'none_correct')
    return 'None of the final labels checked against gold is correct in every gated field';
  if (finalLabels === 0) return 'No case is settled yet';
  return 'No gold or final labels to check against, so correct labels can’t be counted';
}
