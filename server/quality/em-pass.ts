import { chunkStart, type PassData } from './em-problem.ts';

/** `count` adds up the posteriors that are there; `expect` replaces them first and returns the log-likelihood. */
export type PassKind = 'count' | 'expect';

/**
 * A ratio of two probabilities lies between about 1e-17 and 1e17 (they are at least 1e-10 / 5e6), so that the product of
 * twelve is a normal double. Items with more reads take the path that rescales.
 */
const readsPerRescale = 12;

/**
 * Items handled by one call: their shares stay in the nearest cache between the E-step and the counting, and the
 * compiler sees plain loops.
 */
const itemsPerBlock = 64;

/**
 * One pass over a chunk of items: the E-step fused with the counting half of the M-step. Writes the chunk's posteriors and
 * expected counts only, so chunks may run in any order or at once. Returns the log-likelihood of the chunk's reads and
 * known classes less what `baseLogLikelihood` says of them (0 for `count`). Items without reads get the prior and count nowhere.
 *
 * Everything is held against the first class: with r = π_k / π_0 of a read, P(k) ∝ p_k Π r, the first class costs nothing,
 * and what it is expected to have got is what is left of the reads. Two classes thus cost one multiplication and one
 * addition per read, five cost four.
 */
export function emPass(data: PassData, chunk: number, kind: PassKind): number {
  const { width } = data;
  const size = data.ratio.length + width + 1;
  const counts = data.counts.subarray(chunk * size, (chunk + 1) * size);
  counts.fill(0);
  const shares = new Float64Array(itemsPerBlock * width);
  const end = chunkStart(data, chunk + 1);
  let logLikelihood = 0;
  for (let from = chunkStart(data, chunk); from < end; from += itemsPerBlock) {
    const to = Math.min(end, from + itemsPerBlock);
    if (kind === 'count') takeShares(data, shares, from, to);
    else if (width === 1) logLikelihood += expectTwoClasses(data, shares, from, to);
    else if (width === 4) logLikelihood += expectFewClasses(data, shares, from, to);
    else logLikelihood += expectManyClasses(data, shares, from, to);
    if (width === 1) countTwoClasses(data, counts, shares, from, to);
    else if (width === 4) countFewClasses(data, counts, shares, from, to);
    else countManyClasses(data, counts, shares, from, to);
    countItems(data, counts, shares, from, to);
  }
  return logLikelihood;
}

/** Adds likelihoods up: several are multiplied before one logarithm is taken. */
function isDueForLog(pending: number): boolean {
  return pending < 1e-60 || pending > 1e60;
}

/** The E-step of two classes: one running product per item. */
function expectTwoClasses(data: PassData, shares: Float64Array, from: number, to: number): number {
  const { itemStart, cell, gold, prior, ratio, posterior } = data;
  const hasGold = gold.length > 0;
  const first = prior[0] as number;
  const second = prior[1] as number;
  let logLikelihood = 0;
  let pending = 1;
  for (let item = from; item < to; item += 1) {
    const start = itemStart[item] as number;
    const end = itemStart[item + 1] as number;
    if (end - start > readsPerRescale || (hasGold && (gold[item] as number) >= 0)) {
      logLikelihood += expectCarefully(data, shares, item, item - from);
      continue;
    }
    let product = second;
    for (let row = start; row < end; row += 1) product *= ratio[cell[row] as number] as number;
    const sum = first + product;
    const share = product / sum;
    shares[item - from] = start === end ? 0 : share;
    posterior[item * 2] = first / sum;
    posterior[item * 2 + 1] = share;
    pending *= sum;
    if (isDueForLog(pending)) {
      logLikelihood += Math.log(pending);
      pending = 1;
    }
  }
  return logLikelihood + Math.log(pending);
}

/** The E-step of three to five classes: up to four running products, all in registers. */
function expectFewClasses(data: PassData, shares: Float64Array, from: number, to: number): number {
  const { nCategories: K, itemStart, cell, gold, prior, ratio, posterior } = data;
  const hasGold = gold.length > 0;
  const first = prior[0] as number;
  let logLikelihood = 0;
  let pending = 1;
  for (let item = from; item < to; item += 1) {
    const start = itemStart[item] as number;
    const end = itemStart[item + 1] as number;
    const own = (item - from) * 4;
    if (end - start > readsPerRescale || start === end || (hasGold && (gold[item] as number) >= 0)) {
      logLikelihood += expectCarefully(data, shares, item, own);
      continue;
    }
    let a = prior[1] as number;
    let b = prior[2] as number;
    let c = prior[3] as number;
    let d = prior[4] as number;
    for (let row = start; row < end; row += 1) {
      const at = (cell[row] as number) * 4;
      a *= ratio[at] as number;
      b *= ratio[at + 1] as number;
      c *= ratio[at + 2] as number;
      d *= ratio[at + 3] as number;
    }
    const sum = first + a + b + c + d;
    const scale = 1 / sum;
    a *= scale;
    b *= scale;
    c *= scale;
    d *= scale;
    shares[own] = a;
    shares[own + 1] = b;
    shares[own + 2] = c;
    shares[own + 3] = d;
    const out = item * K;
    posterior[out] = first * scale;
    if (K > 2) {
      posterior[out + 1] = a;
      posterior[out + 2] = b;
    }
    if (K > 3) posterior[out + 3] = c;
    if (K > 4) posterior[out + 4] = d;
    pending *= sum;
    if (isDueForLog(pending)) {
      logLikelihood += Math.log(pending);
      pending = 1;
    }
  }
  return logLikelihood + Math.log(pending);
}

/** The E-step of more classes, four running products at a time. */
function expectManyClasses(data: PassData, shares: Float64Array, from: number, to: number): number {
  const { nCategories: K, width, itemStart, cell, gold, prior, ratio, posterior } = data;
  const hasGold = gold.length > 0;
  let logLikelihood = 0;
  let pending = 1;
  for (let item = from; item < to; item += 1) {
    const start = itemStart[item] as number;
    const end = itemStart[item + 1] as number;
    const own = (item - from) * width;
    if (end - start > readsPerRescale || start === end || (hasGold && (gold[item] as number) >= 0)) {
      logLikelihood += expectCarefully(data, shares, item, own);
      continue;
    }
    let sum = prior[0] as number;
    for (let k = 0; k < width; k += 4) {
      let a = prior[k + 1] as number;
      let b = prior[k + 2] as number;
      let c = prior[k + 3] as number;
      let d = prior[k + 4] as number;
      for (let row = start; row < end; row += 1) {
        const at = (cell[row] as number) * width + k;
        a *= ratio[at] as number;
        b *= ratio[at + 1] as number;
        c *= ratio[at + 2] as number;
        d *= ratio[at + 3] as number;
      }
      shares[own + k] = a;
      shares[own + k + 1] = b;
      shares[own + k + 2] = c;
      shares[own + k + 3] = d;
      sum += a + b + c + d;
    }
    const scale = 1 / sum;
    const out = item * K;
    posterior[out] = (prior[0] as number) * scale;
    for (let k = 1; k < K; k += 1) {
      const share = (shares[own + k - 1] as number) * scale;
      shares[own + k - 1] = share;
      posterior[out + k] = share;
    }
    pending *= sum;
    if (isDueForLog(pending)) {
      logLikelihood += Math.log(pending);
      pending = 1;
    }
  }
  return logLikelihood + Math.log(pending);
}

/** The E-step of one item that has many reads (rescaled now and then), none, or a known class; its log-likelihood. */
function expectCarefully(data: PassData, shares: Float64Array, item: number, own: number): number {
  const { nCategories: K, width, itemStart, cell, gold, prior, ratio, posterior } = data;
  const out = item * K;
  const end = itemStart[item + 1] as number;
  const first = itemStart[item] as number;
  for (let k = 0; k < K; k += 1) posterior[out + k] = prior[k] as number;
  if (first === end) {
    shares.fill(0, own, own + width);
    return 0;
  }
  let logScale = 0;
  for (let start = first; start < end; start += readsPerRescale) {
    const stop = Math.min(end, start + readsPerRescale);
    let largest = posterior[out] as number;
    for (let k = 1; k < K; k += 1) {
      let product = posterior[out + k] as number;
      for (let row = start; row < stop; row += 1)
        product *= ratio[(cell[row] as number) * width + k - 1] as number;
      posterior[out + k] = product;
      if (product > largest) largest = product;
    }
    for (let k = 0; k < K; k += 1) posterior[out + k] = (posterior[out + k] as number) / largest;
    logScale += Math.log(largest);
  }
  const known = gold.length === 0 ? -1 : (gold[item] as number);
  if (known >= 0) clampItem(posterior, out, K, known);
  let sum = 0;
  for (let k = 0; k < K; k += 1) sum += posterior[out + k] as number;
  for (let k = 0; k < K; k += 1) posterior[out + k] = (posterior[out + k] as number) / sum;
  for (let k = 1; k < K; k += 1) shares[own + k - 1] = posterior[out + k] as number;
  return logScale + Math.log(sum);
}

function clampItem(posterior: Float64Array, out: number, K: number, known: number): void {
  for (let k = 0; k < K; k += 1) if (k !== known) posterior[out + k] = 0;
  // A class that EM has all but ruled out may have underflowed; the known class is still certain.
  if (posterior[out + known] === 0) posterior[out + known] = Number.MIN_VALUE * 2 ** 60;
}

/** The shares of a block from posteriors that are there. */
function takeShares(data: PassData, shares: Float64Array, from: number, to: number): void {
  const { nCategories: K, width, itemStart, posterior } = data;
  for (let item = from; item < to; item += 1) {
    const isEmpty = itemStart[item] === itemStart[item + 1];
    for (let k = 1; k < K; k += 1)
      shares[(item - from) * width + k - 1] = isEmpty ? 0 : (posterior[item * K + k] as number);
  }
}

function countTwoClasses(
  data: PassData,
  counts: Float64Array,
  shares: Float64Array,
  from: number,
  to: number,
): void {
  const { itemStart, cell } = data;
  for (let item = from; item < to; item += 1) {
    const end = itemStart[item + 1] as number;
    const share = shares[item - from] as number;
    for (let row = itemStart[item] as number; row < end; row += 1) {
      const at = cell[row] as number;
      counts[at] = (counts[at] as number) + share;
    }
  }
}

function countFewClasses(
  data: PassData,
  counts: Float64Array,
  shares: Float64Array,
  from: number,
  to: number,
): void {
  const { itemStart, cell } = data;
  for (let item = from; item < to; item += 1) {
    const end = itemStart[item + 1] as number;
    const own = (item - from) * 4;
    const a = shares[own] as number;
    const b = shares[own + 1] as number;
    const c = shares[own + 2] as number;
    const d = shares[own + 3] as number;
    for (let row = itemStart[item] as number; row < end; row += 1) {
      const at = (cell[row] as number) * 4;
      counts[at] = (counts[at] as number) + a;
      counts[at + 1] = (counts[at + 1] as number) + b;
      counts[at + 2] = (counts[at + 2] as number) + c;
      counts[at + 3] = (counts[at + 3] as number) + d;
    }
  }
}

function countManyClasses(
  data: PassData,
  counts: Float64Array,
  shares: Float64Array,
  from: number,
  to: number,
): void {
  const { width, itemStart, cell } = data;
  for (let item = from; item < to; item += 1) {
    const start = itemStart[item] as number;
    const end = itemStart[item + 1] as number;
    const own = (item - from) * width;
    for (let k = 0; k < width; k += 4) {
      const a = shares[own + k] as number;
      const b = shares[own + k + 1] as number;
      const c = shares[own + k + 2] as number;
      const d = shares[own + k + 3] as number;
      for (let row = start; row < end; row += 1) {
        const at = (cell[row] as number) * width + k;
        counts[at] = (counts[at] as number) + a;
        counts[at + 1] = (counts[at + 1] as number) + b;
        counts[at + 2] = (counts[at + 2] as number) + c;
        counts[at + 3] = (counts[at + 3] as number) + d;
      }
    }
  }
}

/** Adds a block's items with reads, and their shares, to the class counts at the end of the counts. */
function countItems(
  data: PassData,
  counts: Float64Array,
  shares: Float64Array,
  from: number,
  to: number,
): void {
  const { width, itemStart } = data;
  const classes = data.ratio.length;
  let nItems = 0;
  for (let item = from; item < to; item += 1) if (itemStart[item] !== itemStart[item + 1]) nItems += 1;
  counts[classes] = (counts[classes] as number) + nItems;
  for (let k = 0; k < width; k += 1) {
    let sum = 0;
    for (let item = 0; item < to - from; item += 1) sum += shares[item * width + k] as number;
    counts[classes + 1 + k] = (counts[classes + 1 + k] as number) + sum;
  }
}
