/** What a consensus method thinks of one annotator. */
export type AnnotatorEstimate = {
  readonly rater: string;
  readonly nReads: number;
  /** Expected share of right answers at the estimated class mix; null where the method does not estimate it. */
  readonly accuracy: number | null;
  /** P(answer | truth), row-major truth × answer; null where the method does not estimate it. */
  readonly confusion: Float64Array | null;
};

/** The result of every consensus method; arrays are in the order of `items` and `categories`. */
export type Consensus = {
  /** Name and settings, e.g. `dawid_skene`. */
  readonly method: string;
  readonly items: readonly string[];
  readonly categories: readonly string[];
  /** Winning category per item; ties (within 1e-12) go to the lowest, −1 for an item without reads. */
  readonly label: Int32Array;
  /** Probability (or weighted vote share) of the winner: the item's expected accuracy if the model is right. */
  readonly confidence: Float64Array;
  /** Row-major items × K; for an item without reads the class prior. */
  readonly posterior: Float64Array;
  /** Class mix the method estimated. */
  readonly prior: Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
  /** Log-likelihood of the observed reads; null for methods without a likelihood. */
  readonly logLikelihood: number | null;
  readonly annotators: readonly AnnotatorEstimate[];
};

/**
 * Labels and confidences of posteriors: the most probable category, the lowest of those within 1e-12 of the best, −1 for
 * items without reads (`itemStart` of the table).
 */
export function decideLabels(
  posterior: Float64Array,
  nCategories: number,
  itemStart: Int32Array,
): { label: Int32Array; confidence: Float64Array } {
  const nItems = itemStart.length - 1;
  const label = new Int32Array(nItems).fill(-1);
  const confidence = new Float64Array(nItems);
  for (let item = 0; item < nItems; item += 1) {
    if (itemStart[item] === itemStart[item + 1]) continue;
    const base = item * nCategories;
    let best = 0;
    for (let category = 1; category < nCategories; category += 1) {
      if ((posterior[base + category] as number) > (posterior[base + best] as number) + 1e-12)
        best = category;
    }
    label[item] = best;
    confidence[item] = posterior[base + best] as number;
  }
  return { label, confidence };
}
