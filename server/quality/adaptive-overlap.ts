import { AppError } from '#server/core/errors.ts';

/** What a stopping rule costs and gives, for one class of item difficulty. */
export type OverlapForecast = {
  /** Expected reads per item. */
  readonly reads: number;
  /** Expected share of right labels. */
  readonly accuracy: number;
};

/**
 * Whether an item needs another read: no below `minimum` overlap is ever final, and none beyond `maximum` is asked for; between them
 * the item stops when its calibrated posterior passes `minConfidence`. Correlated errors make posteriors of
 * independent annotators over-confident: keep `minimum` at 2 or 3 and audit a sample with gold.
 *
 * @example needsAnotherRead({ nReads: 2, confidence: 0.97 }, { minimum: 2, maximum: 5, minConfidence: 0.95 }) // false
 */
export function needsAnotherRead(
  item: { readonly nReads: number; readonly confidence: number },
  policy: { readonly minimum: number; readonly maximum: number; readonly minConfidence: number },
): boolean {
  if (item.nReads < policy.minimum) return true;
  return item.nReads < policy.maximum && item.confidence < policy.minConfidence;
}

/**
 * Posterior of each class for an item read by annotators of known confusion, for `needsAnotherRead`.
 *
 * P(k) ∝ prior_k Π π^(a)_k,answer, in logarithms. `confusion` is truth × answer, as in `AnnotatorEstimate`.
 *
 * @example classPosterior([{ confusion, answer: 0 }, { confusion, answer: 1 }], Float64Array.of(0.5, 0.5))
 */
export function classPosterior(
  reads: ReadonlyArray<{ readonly confusion: Float64Array; readonly answer: number }>,
  prior: Float64Array,
): Float64Array {
  const K = prior.length;
  const logs = prior.map((share) => Math.log(share));
  for (const { confusion, answer } of reads) {
    for (let k = 0; k < K; k += 1)
      logs[k] = (logs[k] as number) + Math.log(confusion[k * K + answer] as number);
  }
  const largest = logs.reduce((most, log) => Math.max(most, log), Number.NEGATIVE_INFINITY);
  const weights = logs.map((log) => Math.exp(log - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/**
 * Expected reads and accuracy of the rule "stop when one answer leads by `lead` votes" for two classes and independent annotators of
 * accuracy p, without a cap: the gambler's ruin.
 *
 * accuracy = p^d / (p^d + q^d), reads = d / (p − q) · (p^d − q^d) / (p^d + q^d).
 *
 * @example leadForecast(0.8, 2) // { reads: 2.9412, accuracy: .941176 }
 */
export function leadForecast(accuracy: number, lead: number): OverlapForecast {
  checkAccuracy(accuracy);
  const p = accuracy ** lead;
  const q = (1 - accuracy) ** lead;
  const drift = 2 * accuracy - 1;
  const reads = Math.abs(drift) < 1e-9 ? lead ** 2 : ((lead / drift) * (p - q)) / (p + q);
  return { reads, accuracy: p / (p + q) };
}

/**
 * Expected accuracy of majority vote at a fixed overlap (two classes, independent annotators of accuracy p); even overlaps count half
 * of their ties.
 *
 * @example majorityForecast(0.8, 5).accuracy // .94208
 */
export function majorityForecast(accuracy: number, overlap: number): OverlapForecast {
  checkAccuracy(accuracy);
  let sum = 0;
  let chance = (1 - accuracy) ** overlap;
  const odds = accuracy / (1 - accuracy);
  for (let right = 0; right <= overlap; right += 1) {
    if (2 * right > overlap) sum += chance;
    else if (2 * right === overlap) sum += chance / 2;
    chance *= ((overlap - right) / (right + 1)) * odds;
  }
  return { reads: overlap, accuracy: sum };
}

function checkAccuracy(accuracy: number): void {
  if (accuracy > 0 && accuracy < 1) return;
  throw new AppError({
    kind: 'invalid',
    reason: 'bad_share',
    message: 'The accuracy of an annotator must lie between 0 and 1, exclusive.',
  });
}
