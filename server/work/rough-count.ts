const STEPS = [10, 20, 50, 100, 200, 500, 1000] as const;

/**
 * How many cases are open, to a reader of a batch whose gold is dealt at claim: a case of the queue leaves it when it is
 * claimed and a gold case does not, so an exact count would tell them apart (R21). The next round number above it.
 */
export function roughCount(open: number): number {
  if (open <= 0) return 0;
  return STEPS.find((step) => open <= step) ?? open;
}
