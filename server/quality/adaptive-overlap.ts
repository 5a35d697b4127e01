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

/** States that a forecast may visit; more classes and reads than that are not worth an exact answer. */
const mostStates = 50_000;

export type AdaptiveForecast = OverlapForecast & {
  /** Share of items that end with n reads, by n (index 0 is 0). */
  readonly readsShare: readonly number[];
  /** Share of items that end at the maximum without being sure. */
  readonly unsure: number;
};

/**
 * Expected reads and accuracy of the rule of `needsAnotherRead` before a read is bought: exact, by following every
 * possible course of answers of independent annotators who all err as `confusion` (truth × answer) says, in a mix of classes `prior`.
 * The label is the likeliest class when reading stops. `minimum` = `maximum` forecasts a fixed overlap. Annotators whose errors go
 * together do worse than this says: plan a sample with gold.
 *
 * Throws `invalid` for a policy that is not 1 ≤ minimum ≤ maximum ≤ 100 with a confidence up to 1, `limit` when there are
 * too many courses to follow.
 *
 * @example adaptiveForecast(evenConfusion(0.8, 2), Float64Array.of(0.5, 0.5), { minimum: 2, maximum: 5, minConfidence: 0.95 })
 */
export function adaptiveForecast(
  confusion: Float64Array,
  prior: Float64Array,
  policy: { readonly minimum: number; readonly maximum: number; readonly minConfidence: number },
): AdaptiveForecast {
  checkPolicy(policy);
  const K = prior.length;
  const { maximum } = policy;
  const readsShare = new Array<number>(maximum + 1).fill(0);
  let accuracy = 0;
  let unsure = 0;
  let nStates = 0;
  // Counts of each answer so far, with P(these answers, and the truth is k).
  let states = new Map([['', { counts: new Array<number>(K).fill(0), joint: Array.from(prior) }]]);
  for (let nReads = 0; states.size > 0; nReads += 1) {
    const next: typeof states = new Map();
    for (const { counts, joint } of states.values()) {
      const total = joint.reduce((sum, share) => sum + share, 0);
      const best = Math.max(...joint);
      const confidence = total === 0 ? 1 : best / total;
      if (nReads > 0 && !needsAnotherRead({ nReads, confidence }, policy)) {
        accuracy += best;
        readsShare[nReads] = (readsShare[nReads] ?? 0) + total;
        if (confidence < policy.minConfidence) unsure += total;
        continue;
      }
      for (let answer = 0; answer < K; answer += 1) {
        const after = counts.map((count, k) => count + Number(k === answer));
        const key = after.join();
        const known = next.get(key) ?? { counts: after, joint: new Array<number>(K).fill(0) };
        for (let k = 0; k < K; k += 1) {
          known.joint[k] =
            (known.joint[k] as number) + (joint[k] as number) * (confusion[k * K + answer] as number);
        }
        next.set(key, known);
        if (nStates + next.size > mostStates) throw tooManyCourses();
      }
    }
    nStates += next.size;
    states = next;
  }
  const reads = readsShare.reduce((sum, share, n) => sum + share * n, 0);
  return { reads, accuracy, readsShare, unsure };
}

/** The confusion matrix of an annotator who is right with this probability and spreads errors evenly. */
export function evenConfusion(accuracy: number, nCategories: number): Float64Array {
  checkAccuracy(accuracy);
  return Float64Array.from({ length: nCategories ** 2 }, (_, cell) =>
    cell % (nCategories + 1) === 0 ? accuracy : (1 - accuracy) / (nCategories - 1),
  );
}

function tooManyCourses(): AppError {
  return new AppError({
    kind: 'limit',
    reason: 'too_many_courses',
    message: 'Too many classes and reads to forecast exactly; plan with fewer classes or a lower maximum.',
  });
}

function checkPolicy(policy: { minimum: number; maximum: number; minConfidence: number }): void {
  const { minimum, maximum, minConfidence } = policy;
  const isWhole = Number.isInteger(minimum) && Number.isInteger(maximum);
  if (
    isWhole &&
    minimum >= 1 &&
    maximum >= minimum &&
    maximum <= 100 &&
    minConfidence > 0 &&
    minConfidence <= 1
  )
    return;
  throw new AppError({
    kind: 'invalid',
    reason: 'bad_overlap_policy',
    message:
      'The overlap is bounded by whole numbers, 1 ≤ minimum ≤ maximum ≤ 100, and the confidence lies above 0 and is at most 1.',
  });
}

function checkAccuracy(accuracy: number): void {
  if (accuracy > 0 && accuracy < 1) return;
  throw new AppError({
    kind: 'invalid',
    reason: 'bad_share',
    message: 'The accuracy of an annotator must lie between 0 and 1, exclusive.',
  });
}
