import { costPerCorrectLabel } from '#server/quality/cost-per-correct-label.ts';

/** What a batch has cost, over the three denominators of R12, in minor units. */
export type BatchCosts = {
  currency: string;
  totalMinor: bigint;
  feeMinor: bigint;
  reads: number;
  finalLabels: number;
  /** Final labels with every gated field right, by reference; null without one. */
  correctShare: number | null;
  perReadMinor: number | null;
  /** One case with all fields settled: the headline. */
  perFinalLabelMinor: number | null;
  /** A final label with every gated field right; null without a reference. */
  perCorrectLabelMinor: number | null;
  /** Between which costs it lies (95 %), because only so many final labels were checked. */
  perCorrectLabelInterval: [number, number] | null;
  /** Final labels that were checked against a reference. */
  checked: number;
  perCorrectReason: string | null;
};

/**
 * R12: the three costs, always named. The cost per correct label divides by the final labels times the share of
 * those with a known answer that are right, with the interval that comes from not knowing that share exactly; without a reference it
 * is null with `no_reference`.
 */
export function batchCosts(input: {
  currency: string;
  paidMinor: bigint;
  feeMinor: bigint;
  reads: number;
  finalLabels: number;
  checked: { total: number; right: number };
}): BatchCosts {
  const totalMinor = input.paidMinor + input.feeMinor;
  const total = Number(totalMinor);
  const over = (n: number) => (n > 0 ? total / n : null);
  const correctShare = input.checked.total > 0 ? input.checked.right / input.checked.total : null;
  const { total: checked, right } = input.checked;
  const perCorrect = costPerCorrectLabel({ spent: total, nLabels: input.finalLabels, right, checked });
  return {
    currency: input.currency,
    totalMinor,
    feeMinor: input.feeMinor,
    reads: input.reads,
    finalLabels: input.finalLabels,
    correctShare,
    perReadMinor: over(input.reads),
    perFinalLabelMinor: over(input.finalLabels),
    perCorrectLabelMinor: perCorrect.value,
    perCorrectLabelInterval: perCorrect.ci === null ? null : [perCorrect.ci[0], perCorrect.ci[1]],
    checked,
    perCorrectReason: perCorrect.value !== null ? null : checked === 0 ? 'no_reference' : 'none_correct',
  };
}

/** Whether every gated field of a final label is among its acceptable gold values; null when the task has no gold. */
export function isCorrect(
  fields: Readonly<Record<string, string | null>>,
  gold: Readonly<Record<string, readonly string[]>> | undefined,
  gatedFields: readonly string[],
): boolean | null {
  if (!gold) return null;
  const known = gatedFields.filter((key) => (gold[key]?.length ?? 0) > 0);
  if (known.length === 0) return null;
  return known.every((key) => {
    const value = fields[key] ?? null;
    return value !== null && (gold[key] ?? []).includes(value);
  });
}
