import { batchCosts } from '#server/scores/reads.ts';
import type { Checked } from './checked-finals.ts';
import type { ThreeCosts } from './schemas.ts';

/** A batch's costs without what would tell how good its labels are: what a pilot that is still read shows (R15). */
export function withholdCorrect(costs: ThreeCosts): ThreeCosts {
  return {
    ...costs,
    correctShare: null,
    perCorrectLabelMinor: null,
    perCorrectLabelInterval: null,
    checked: 0,
    perCorrectReason: 'withheld',
  };
}

/**
 * The three costs of several batches together: a project's, pilots and rework included (R12). Of a withheld pilot the
 * money, reads and labels count, but not which labels are right (R15).
 */
export function sumCosts(
  currency: string,
  parts: readonly { costs: ThreeCosts; checked: Checked; isWithheld: boolean }[],
): ThreeCosts {
  const money = (pick: (costs: ThreeCosts) => bigint) =>
    parts.reduce((sum, part) => sum + pick(part.costs), 0n);
  const count = (pick: (part: { costs: ThreeCosts; checked: Checked }) => number, from = parts) =>
    from.reduce((sum, part) => sum + pick(part), 0);
  const shown = parts.filter((part) => !part.isWithheld);
  const feeMinor = money((costs) => costs.feeMinor);
  const costs = batchCosts({
    currency,
    paidMinor: money((costs) => costs.totalMinor) - feeMinor,
    feeMinor,
    reads: count((part) => part.costs.reads),
    finalLabels: count((part) => part.costs.finalLabels),
    checked: {
      total: count((part) => part.checked.total, shown),
      right: count((part) => part.checked.right, shown),
    },
  });
  const isHeldBack = costs.perCorrectReason === 'no_reference' && shown.length < parts.length;
  return isHeldBack ? withholdCorrect(costs) : costs;
}
