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
  perCorrectReason: string | null;
};

/**
 * R12: the three costs, always named. The cost per correct label divides by the final labels times the share of
 * those with a known answer that are right; without a reference it is null with `no_reference`.
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
  const correct = correctShare === null ? 0 : correctShare * input.finalLabels;
  return {
    currency: input.currency,
    totalMinor,
    feeMinor: input.feeMinor,
    reads: input.reads,
    finalLabels: input.finalLabels,
    correctShare,
    perReadMinor: over(input.reads),
    perFinalLabelMinor: over(input.finalLabels),
    perCorrectLabelMinor: over(correct),
    perCorrectReason: correctShare === null ? 'no_reference' : correct === 0 ? 'none_correct' : null,
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
