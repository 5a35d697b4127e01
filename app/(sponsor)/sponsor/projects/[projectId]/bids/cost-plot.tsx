import { DotPlotIntervals } from '#app/_ui/charts/dot-plot-intervals.tsx';
import { comparisonAnswer } from '#server/bids/comparison-words.ts';
import { currencyExponent } from '#server/core/money.ts';
import type { Compared } from './compare-page.tsx';

/** Expected cost per correct label, a dot with its interval for each bid; nothing where no bid has one. */
export function CostPlot({ compared }: { compared: Compared }) {
  const [first] = compared.bids;
  if (!first || compared.bids.every((bid) => bid.costPerCorrect.value === null)) return null;
  const major = (minor: number) => minor / 10 ** currencyExponent(first.currency);
  return (
    <DotPlotIntervals
      title="Expected cost per correct label"
      says={comparisonAnswer(compared)}
      unit={first.currency}
      format="decimal"
      order="given"
      fileName="cost-per-correct-label"
      rows={compared.bids
        .toSorted((a, b) => (a.costPerCorrect.value ?? 0) - (b.costPerCorrect.value ?? 0))
        .map(({ vendor, bidId, accuracy, costPerCorrect: { value, interval, n, reason } }) => ({
          name: vendor.legalName,
          value: value === null ? null : major(value),
          ...(reason === null ? {} : { reason }),
          ...(interval === null ? {} : { interval: [major(interval[0]), major(interval[1])] as const }),
          ...(accuracy.basis.startsWith('prior') ? {} : { n: Math.round(n) }),
          emphasised: compared.best?.cost.bidId === bidId,
        }))}
      note="95 % intervals. They come from not knowing exactly how many labels will be right; the price itself binds."
    />
  );
}
