/** Everything one pass of Dawid–Skene reads and writes; plain typed arrays, so that threads can share them. */
export type DawidSkeneBuffers = {
  readonly nCategories: number;
  readonly itemStart: Int32Array;
  readonly rater: Int32Array;
  readonly value: Uint16Array;
  /** Known class per item, −1 unknown; null when nothing is known. */
  readonly gold: Int32Array | null;
  /** P(class). */
  readonly prior: Float64Array;
  /** P(answer | class), laid out rater × answer × class so that one read touches one contiguous run. */
  readonly confusion: Float64Array;
  /** Expected class counts of the pass, to become the next prior. */
  readonly priorCounts: Float64Array;
  /** Expected (rater, answer, class) counts of the pass, to become the next confusion. */
  readonly confusionCounts: Float64Array;
  /** Row-major items × K. */
  readonly posterior: Float64Array;
};

/**
 * Smallest probability that may occur is about 1e-10 / 5e6 reads: twelve of them cannot underflow a double, so the
 * product is brought back to scale after every twelve reads, and no exp is needed.
 */
const readsPerRescale = 12;

/**
 * One E-step over the items `from` … `to` − 1, fused with the counting half of the M-step: replaces their posteriors, adds their
 * expected counts to the buffers, and returns the log-likelihood of their reads (and of their known classes). Items without reads
 * count neither in the prior nor in the likelihood.
 */
export function dawidSkenePass(buffers: DawidSkeneBuffers, from: number, to: number): number {
  const { nCategories: K, itemStart, rater, value, gold, prior, confusion, posterior } = buffers;
  const { priorCounts, confusionCounts } = buffers;
  const scratch = new Float64Array(K);
  let logLikelihood = 0;
  // Likelihoods of several items are multiplied before one logarithm is taken.
  let pending = 1;
  for (let item = from; item < to; item += 1) {
    const start = itemStart[item] as number;
    const end = itemStart[item + 1] as number;
    for (let k = 0; k < K; k += 1) scratch[k] = prior[k] as number;
    let untilRescale = readsPerRescale;
    for (let row = start; row < end; row += 1) {
      const base = ((rater[row] as number) * K + (value[row] as number)) * K;
      for (let k = 0; k < K; k += 1) scratch[k] = (scratch[k] as number) * (confusion[base + k] as number);
      untilRescale -= 1;
      if (untilRescale === 0) {
        logLikelihood += rescale(scratch);
        untilRescale = readsPerRescale;
      }
    }
    const known = gold === null ? -1 : (gold[item] as number);
    if (known >= 0) for (let k = 0; k < K; k += 1) if (k !== known) scratch[k] = 0;
    let sum = 0;
    for (let k = 0; k < K; k += 1) sum += scratch[k] as number;
    const scale = 1 / sum;
    const out = item * K;
    for (let k = 0; k < K; k += 1) posterior[out + k] = (scratch[k] as number) * scale;
    if (start === end) continue;
    pending *= sum;
    if (pending < 1e-60) {
      logLikelihood += Math.log(pending);
      pending = 1;
    }
    for (let k = 0; k < K; k += 1)
      priorCounts[k] = (priorCounts[k] as number) + (posterior[out + k] as number);
    for (let row = start; row < end; row += 1) {
      const base = ((rater[row] as number) * K + (value[row] as number)) * K;
      for (let k = 0; k < K; k += 1) {
        confusionCounts[base + k] = (confusionCounts[base + k] as number) + (posterior[out + k] as number);
      }
    }
  }
  return logLikelihood + Math.log(pending);
}

/** The counting half alone, from posteriors that are already there (the first step). */
export function countPosteriors(buffers: DawidSkeneBuffers, from: number, to: number): void {
  const { nCategories: K, itemStart, rater, value, posterior, priorCounts, confusionCounts } = buffers;
  for (let item = from; item < to; item += 1) {
    const start = itemStart[item] as number;
    const end = itemStart[item + 1] as number;
    if (start === end) continue;
    const out = item * K;
    for (let k = 0; k < K; k += 1)
      priorCounts[k] = (priorCounts[k] as number) + (posterior[out + k] as number);
    for (let row = start; row < end; row += 1) {
      const base = ((rater[row] as number) * K + (value[row] as number)) * K;
      for (let k = 0; k < K; k += 1) {
        confusionCounts[base + k] = (confusionCounts[base + k] as number) + (posterior[out + k] as number);
      }
    }
  }
}

/** Divides by the largest entry and returns its logarithm. */
function rescale(values: Float64Array): number {
  let largest = 0;
  for (let k = 0; k < values.length; k += 1)
    if ((values[k] as number) > largest) largest = values[k] as number;
  for (let k = 0; k < values.length; k += 1) values[k] = (values[k] as number) / largest;
  return Math.log(largest);
}
