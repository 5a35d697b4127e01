import type { Queryable } from '#db/client.ts';
import { goldAnswers } from '#server/gold/schemas.ts';
import { finalFields } from '#server/labels/schemas.ts';
import { answerText } from '#server/scores/measured-fields.ts';
import { batchCosts, isCorrect } from '#server/scores/reads.ts';
import { batchSpend } from '#server/work/reads.ts';
import { listCheckedFinals } from './queries.ts';
import type { ThreeCosts } from './schemas.ts';

export type Checked = { total: number; right: number };

/** The three costs of a batch as of now (R12), and the checked final labels that the last of them rests on. */
export async function costOfBatch(
  q: Queryable,
  input: {
    batchId: string;
    currency: string;
    gatedFields: readonly string[];
    reads: number;
    finalLabels: number;
  },
): Promise<{ costs: ThreeCosts; checked: Checked }> {
  const spend = await batchSpend(q, input.batchId);
  const checked = { total: 0, right: 0 };
  for (const row of await listCheckedFinals(q, input.batchId)) {
    const right = isCorrect(textsOfFinal(row.fields), textsOfGold(row.gold), input.gatedFields);
    if (right === null) continue;
    checked.total += 1;
    if (right) checked.right += 1;
  }
  const { reads, finalLabels, currency } = input;
  const costs = batchCosts({
    currency,
    paidMinor: spend.paidMinor,
    feeMinor: spend.feeMinor,
    reads,
    finalLabels,
    checked,
  });
  return { costs, checked };
}

/** A batch's costs without what would tell how good its labels are: what a pilot that is still read shows (R15). */
export function withholdCorrect(costs: ThreeCosts): ThreeCosts {
  return { ...costs, correctShare: null, perCorrectLabelMinor: null, perCorrectReason: 'withheld' };
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

function textsOfFinal(fields: unknown): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(finalFields.parse(fields)).map(([key, field]) => [key, answerText(field.value)]),
  );
}

function textsOfGold(gold: unknown): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(goldAnswers.parse(gold)).map(([key, values]) => [
      key,
      values.map(answerText).filter((text) => text !== null),
    ]),
  );
}
