import { AppError } from '#server/core/errors.ts';

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

/** The confusion matrix of an annotator who is right with this probability and spreads errors evenly. */
export function evenConfusion(accuracy: number, nCategories: number): Float64Array {
  checkAccuracy(accuracy);
  return Float64Array.from({ length: nCategories ** 2 }, (_, cell) =>
    cell % (nCategories + 1) === 0 ? accuracy : (1 - accuracy) / (nCategories - 1),
  );
}

/** Throws `invalid` for an accuracy that is not strictly between 0 and 1. */
export function checkAccuracy(accuracy: number): void {
  if (accuracy > 0 && accuracy < 1) return;
  throw new AppError({
    kind: 'invalid',
    reason: 'bad_share',
    message: 'The accuracy of an annotator must lie between 0 and 1, exclusive.',
  });
}
