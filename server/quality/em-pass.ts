import { chunkStart, type EmProblem } from './em-problem.ts';

/** `count` adds up the posteriors that are there; `expect` replaces them first and returns the log-likelihood. */
export type PassKind = 'count' | 'expect';

/**
 * The smallest probability that can occur is about 1e-10 / 5e6 reads, so the product of twelve of them is still a normal
 * double. Items with more reads take the path that rescales.
 */
const readsPerRescale = 12;

/**
 * One pass over a chunk of items: the E-step fused with the counting half of the M-step. Writes the chunk's
 * posteriors and expected counts only, so chunks may run in any order or at once. Returns the log-likelihood of the chunk's reads and known
 * classes (0 for `count`). Items without reads get the prior and count nowhere.
 */
export function emPass(problem: EmProblem, chunk: number, kind: PassKind): number {
  const K = problem.nCategories;
  const width = problem.confusion.length + K;
  const counts = problem.counts.subarray(chunk * width, (chunk + 1) * width);
  counts.fill(0);
  const end = chunkStart(problem, chunk + 1);
  const scales = new Float64Array(itemsPerBlock).fill(1);
  let logLikelihood = 0;
  for (let from = chunkStart(problem, chunk); from < end; from += itemsPerBlock) {
    const to = Math.min(end, from + itemsPerBlock);
    if (kind === 'expect') logLikelihood += expectItems(problem, scales, from, to);
    countItems(problem, counts, scales, from, to);
  }
  return logLikelihood;
}

/**
 * Items handled by one call: their posteriors stay in the nearest cache between the E-step and the counting, and the
 * compiler sees two plain loops.
 */
const itemsPerBlock = 64;

/** E-step without the division: writes p_k Π π to the posteriors, 1 / their sum to `scales`. */
function expectItems(problem: EmProblem, scales: Float64Array, from: number, to: number): number {
  const { nCategories: K, itemStart, rater, value, gold, prior, confusion, posterior } = problem;
  const hasGold = gold.length > 0;
  let logLikelihood = 0;
  // The likelihoods of several items are multiplied before one logarithm is taken.
  let pending = 1;
  for (let item = from; item < to; item += 1) {
    const start = itemStart[item] as number;
    const end = itemStart[item + 1] as number;
    const out = item * K;
    let sum = 0;
    // Blocks of four and two classes keep their products in registers.
    let k = end - start > readsPerRescale ? K : 0;
    if (k === K) {
      logLikelihood += longItemLikelihood(problem, item);
      for (let other = 0; other < K; other += 1) sum += posterior[out + other] as number;
    }
    for (; k + 4 <= K; k += 4) {
      let a = prior[k] as number;
      let b = prior[k + 1] as number;
      let c = prior[k + 2] as number;
      let d = prior[k + 3] as number;
      for (let row = start; row < end; row += 1) {
        const at = ((rater[row] as number) * K + (value[row] as number)) * K + k;
        a *= confusion[at] as number;
        b *= confusion[at + 1] as number;
        c *= confusion[at + 2] as number;
        d *= confusion[at + 3] as number;
      }
      posterior[out + k] = a;
      posterior[out + k + 1] = b;
      posterior[out + k + 2] = c;
      posterior[out + k + 3] = d;
      sum += a + b + c + d;
    }
    if (k + 2 <= K) {
      let a = prior[k] as number;
      let b = prior[k + 1] as number;
      for (let row = start; row < end; row += 1) {
        const at = ((rater[row] as number) * K + (value[row] as number)) * K + k;
        a *= confusion[at] as number;
        b *= confusion[at + 1] as number;
      }
      posterior[out + k] = a;
      posterior[out + k + 1] = b;
      sum += a + b;
      k += 2;
    }
    if (k < K) {
      let a = prior[k] as number;
      for (let row = start; row < end; row += 1)
        a *= confusion[((rater[row] as number) * K + (value[row] as number)) * K + k] as number;
      posterior[out + k] = a;
      sum += a;
    }
    if (hasGold && (gold[item] as number) >= 0) sum = clampItem(posterior, out, K, gold[item] as number);
    scales[item - from] = 1 / sum;
    if (start === end) continue;
    pending *= sum;
    if (pending < 1e-60) {
      logLikelihood += Math.log(pending);
      pending = 1;
    }
  }
  return logLikelihood + Math.log(pending);
}

/** Multiplies posteriors by their scale and adds them to the counts of their reads and classes. */
function countItems(
  problem: EmProblem,
  counts: Float64Array,
  scales: Float64Array,
  from: number,
  to: number,
): void {
  const { nCategories: K, itemStart, rater, value, posterior } = problem;
  const classes = problem.confusion.length;
  for (let item = from; item < to; item += 1) {
    const start = itemStart[item] as number;
    const end = itemStart[item + 1] as number;
    const scale = scales[item - from] as number;
    const weight = start === end ? 0 : 1;
    const out = item * K;
    for (let k = 0; k < K; k += 1) {
      const share = (posterior[out + k] as number) * scale;
      posterior[out + k] = share;
      counts[classes + k] = (counts[classes + k] as number) + share * weight;
    }
    let k = 0;
    for (; k + 4 <= K; k += 4) {
      const a = posterior[out + k] as number;
      const b = posterior[out + k + 1] as number;
      const c = posterior[out + k + 2] as number;
      const d = posterior[out + k + 3] as number;
      for (let row = start; row < end; row += 1) {
        const at = ((rater[row] as number) * K + (value[row] as number)) * K + k;
        counts[at] = (counts[at] as number) + a;
        counts[at + 1] = (counts[at + 1] as number) + b;
        counts[at + 2] = (counts[at + 2] as number) + c;
        counts[at + 3] = (counts[at + 3] as number) + d;
      }
    }
    if (k + 2 <= K) {
      const a = posterior[out + k] as number;
      const b = posterior[out + k + 1] as number;
      for (let row = start; row < end; row += 1) {
        const at = ((rater[row] as number) * K + (value[row] as number)) * K + k;
        counts[at] = (counts[at] as number) + a;
        counts[at + 1] = (counts[at + 1] as number) + b;
      }
      k += 2;
    }
    if (k < K) {
      const a = posterior[out + k] as number;
      for (let row = start; row < end; row += 1) {
        const at = ((rater[row] as number) * K + (value[row] as number)) * K + k;
        counts[at] = (counts[at] as number) + a;
      }
    }
  }
}

/** Likelihoods of an item with many reads, scaled to a largest entry of about 1; returns the logarithm of the scale. */
function longItemLikelihood(problem: EmProblem, item: number): number {
  const { nCategories: K, itemStart, rater, value, prior, confusion, posterior } = problem;
  const out = item * K;
  const end = itemStart[item + 1] as number;
  let logScale = 0;
  for (let k = 0; k < K; k += 1) posterior[out + k] = prior[k] as number;
  for (let start = itemStart[item] as number; start < end; start += readsPerRescale) {
    const stop = Math.min(end, start + readsPerRescale);
    let largest = 0;
    for (let k = 0; k < K; k += 1) {
      let product = posterior[out + k] as number;
      for (let row = start; row < stop; row += 1)
        product *= confusion[((rater[row] as number) * K + (value[row] as number)) * K + k] as number;
      posterior[out + k] = product;
      if (product > largest) largest = product;
    }
    for (let k = 0; k < K; k += 1) posterior[out + k] = (posterior[out + k] as number) / largest;
    logScale += Math.log(largest);
  }
  return logScale;
}

function clampItem(posterior: Float64Array, out: number, K: number, known: number): number {
  for (let k = 0; k < K; k += 1) if (k !== known) posterior[out + k] = 0;
  // A class that EM has all but ruled out may have underflowed; the known class is still certain.
  if (posterior[out + known] === 0) posterior[out + known] = Number.MIN_VALUE * 2 ** 60;
  return posterior[out + known] as number;
}
