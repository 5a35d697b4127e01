import { assert } from '#server/core/assert.ts';
import { assertMonotone } from './em-run.ts';

export type Staple = {
  /** Probability that each pixel belongs to the structure. */
  readonly probability: Float64Array;
  /** Per rater: share of the structure it marked, and of the rest it left out. */
  readonly sensitivity: readonly number[];
  readonly specificity: readonly number[];
  readonly iterations: number;
  readonly converged: boolean;
};

export type StapleOptions = {
  /**
   * P(pixel belongs to the structure) before looking: one number, or `local` for each pixel's share of raters that marked it. The choice
   * changes the answer, so it must be made.
   */
  readonly prior: number | 'local';
  /** Default 1000. */
  readonly maxIterations?: number;
  /** Largest change of any sensitivity or specificity at which to stop, default 1e-9. */
  readonly tolerance?: number;
};

/**
 * STAPLE: consensus segmentation with each rater's sensitivity and specificity, by EM (a Dawid–Skene with two classes and a fixed prior per
 * pixel), in logarithms. Crop the masks to the union of all marks first: endless background inflates specificity.
 *
 * Source: Warfield, Zou & Wells 2004.
 *
 * @example staple([first.data, second.data, third.data], { prior: 0.5 }).probability
 */
export function staple(masks: readonly Uint8Array[], options: StapleOptions): Staple {
  const { maxIterations = 1000, tolerance = 1e-9 } = options;
  const nPixels = masks[0]?.length ?? 0;
  assert(
    masks.every((mask) => mask.length === nPixels),
    'masks of different size were given to STAPLE',
  );
  const prior = Float64Array.from({ length: nPixels }, (_, pixel) =>
    options.prior === 'local'
      ? masks.reduce((sum, mask) => sum + mark(mask, pixel), 0) / masks.length
      : options.prior,
  );
  const probability = new Float64Array(nPixels);
  let sensitivity = masks.map(() => 0.99999);
  let specificity = masks.map(() => 0.99999);
  let objective = Number.NEGATIVE_INFINITY;
  let iterations = 0;
  let converged = nPixels === 0;
  while (!converged && iterations < maxIterations) {
    const next = expectation(masks, prior, sensitivity, specificity, probability);
    assertMonotone(objective, next);
    objective = next;
    const inside = probability.reduce((sum, p) => sum + p, 0);
    const rates = masks.map((mask) => {
      let hits = 0;
      let correctRejections = 0;
      for (let pixel = 0; pixel < nPixels; pixel += 1) {
        const p = probability[pixel] as number;
        if (mark(mask, pixel) === 1) hits += p;
        else correctRejections += 1 - p;
      }
      return { p: share(hits, inside), q: share(correctRejections, nPixels - inside) };
    });
    const change = rates.reduce(
      (most, { p, q }, rater) =>
        Math.max(
          most,
          Math.abs(p - (sensitivity[rater] as number)),
          Math.abs(q - (specificity[rater] as number)),
        ),
      0,
    );
    sensitivity = rates.map(({ p }) => p);
    specificity = rates.map(({ q }) => q);
    converged = change < tolerance;
    iterations += 1;
  }
  return { probability, sensitivity, specificity, iterations, converged };
}

function mark(mask: Uint8Array, pixel: number): number {
  return mask[pixel] === 0 ? 0 : 1;
}

/** A rate kept just inside 0…1, so that its logarithm exists. */
function share(part: number, whole: number): number {
  if (whole <= 0) return 0.5;
  return Math.min(1 - 1e-12, Math.max(1e-12, part / whole));
}

/** E-step; returns the log-likelihood. */
function expectation(
  masks: readonly Uint8Array[],
  prior: Float64Array,
  sensitivity: readonly number[],
  specificity: readonly number[],
  probability: Float64Array,
): number {
  let logLikelihood = 0;
  for (let pixel = 0; pixel < probability.length; pixel += 1) {
    let inside = 0;
    let outside = 0;
    for (const [rater, mask] of masks.entries()) {
      const p = sensitivity[rater] as number;
      const q = specificity[rater] as number;
      inside += Math.log(mark(mask, pixel) === 1 ? p : 1 - p);
      outside += Math.log(mark(mask, pixel) === 1 ? 1 - q : q);
    }
    const belief = prior[pixel] as number;
    if (belief <= 0 || belief >= 1) {
      // Decided beforehand, but still evidence about the raters.
      probability[pixel] = belief;
      logLikelihood += belief >= 1 ? inside : outside;
      continue;
    }
    inside += Math.log(belief);
    outside += Math.log(1 - belief);
    const largest = Math.max(inside, outside);
    const sum = largest + Math.log(Math.exp(inside - largest) + Math.exp(outside - largest));
    probability[pixel] = Math.exp(inside - sum);
    logLikelihood += sum;
  }
  return logLikelihood;
}
