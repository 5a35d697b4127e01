import { AppError } from '#server/core/errors.ts';
import { counterUniform } from './counter-hash.ts';
import type { RatingTable } from './rating-table.ts';

/**
 * What a pass over the items reads and writes. Plain typed arrays, so that threads can share them; the split into chunks of items
 * depends on the problem only, never on the number of threads, so that results do not either.
 */
export type PassData = {
  readonly nCategories: number;
  /** Columns kept of each read's class ratios: 1 for two classes, else K − 1 rounded up to a multiple of four. */
  readonly width: number;
  readonly nItems: number;
  readonly itemStart: Int32Array;
  /** Per read rater × K + answer. */
  readonly cell: Uint16Array | Int32Array;
  /** Known class per item, −1 unknown; empty when nothing is known. */
  readonly gold: Int32Array;
  /** P(class), then zeros up to `width` + 1. */
  readonly prior: Float64Array;
  /** P(answer | class) ÷ P(answer | first class) of the classes after the first, cell × `width`; zeros beyond them. */
  readonly ratio: Float64Array;
  /** Row-major items × K. */
  readonly posterior: Float64Array;
  readonly nChunks: number;
  /** Per chunk the expected counts of the classes after the first as in `ratio`, then items with reads and their class counts. */
  readonly counts: Float64Array;
};

/** EM over confusion matrices: what passes work on, and what happens between them. */
export type EmProblem = {
  readonly nCategories: number;
  readonly nItems: number;
  readonly nReads: number;
  readonly pass: PassData;
  /** Reads per rater × answer. */
  readonly cellReads: Float64Array;
  /** P(answer | class), rater × answer × class. */
  readonly confusion: Float64Array;
  /** Expected counts laid out as `confusion`, then K class counts. */
  readonly counts: Float64Array;
};

/** How buffers are made; threads need shared ones. */
export type Allocate = (bytes: number) => ArrayBufferLike;

/** The most numbers that all confusion matrices together may hold; EM keeps them in four forms (1.6 GB). */
const mostCells = 50_000_000;

const localMemory: Allocate = (bytes) => new ArrayBuffer(bytes);

/** Lays out a table for EM. `gold` holds a category index per item, −1 unknown. The table is not changed. */
export function createEmProblem(
  table: RatingTable,
  gold: Int32Array | undefined,
  allocate: Allocate = localMemory,
): EmProblem {
  const K = table.categories.length;
  const nItems = table.items.length;
  const nReads = table.value.length;
  const nCells = table.raters.length * K;
  const width = K === 2 ? 1 : 4 * Math.ceil(Math.max(1, K - 1) / 4);
  checkConfusions(table);
  const nChunks = nReads >= 100_000 && nCells * K * 8 < nReads ? 8 : 1;
  const known = new Int32Array(allocate((gold?.length ?? 0) * 4));
  if (gold !== undefined) known.set(gold);
  const cell =
    nCells <= 65_536 ? new Uint16Array(allocate(nReads * 2)) : new Int32Array(allocate(nReads * 4));
  const cellReads = fillCells(table, cell, nCells);
  return {
    nCategories: K,
    nItems,
    nReads,
    pass: {
      nCategories: K,
      width,
      nItems,
      itemStart: allocate === localMemory ? table.itemStart : copyOf(table.itemStart, allocate),
      cell,
      gold: known,
      prior: new Float64Array(allocate((width + 1) * 8)),
      ratio: new Float64Array(allocate(nCells * width * 8)),
      posterior: new Float64Array(allocate(nItems * K * 8)),
      nChunks,
      counts: new Float64Array(allocate(nChunks * (nCells * width + width + 1) * 8)),
    },
    cellReads,
    confusion: new Float64Array(nCells * K),
    counts: new Float64Array(nCells * K + K),
  };
}

/** Throws `limit` / `too_many_categories` where a confusion matrix for every rater would not fit into memory. */
export function checkConfusions({ categories, raters }: RatingTable): void {
  if (raters.length * categories.length ** 2 <= mostCells) return;
  throw new AppError({
    kind: 'limit',
    reason: 'too_many_categories',
    message:
      'Too many categories and annotators for a confusion matrix each; use majority, or fewer categories.',
  });
}

/** Numbers every read by rater and answer, and counts the reads of each number. */
function fillCells(table: RatingTable, cell: Uint16Array | Int32Array, nCells: number): Float64Array {
  const { rater, value } = table;
  const K = table.categories.length;
  const reads = new Float64Array(nCells);
  for (let row = 0; row < cell.length; row += 1) {
    const at = (rater[row] as number) * K + (value[row] as number);
    cell[row] = at;
    reads[at] = (reads[at] as number) + 1;
  }
  return reads;
}

/** The column in memory of the wanted kind; the default kind needs no copy because EM only reads it. */
function copyOf(column: Int32Array, allocate: Allocate): Int32Array {
  const copy = new Int32Array(allocate(column.byteLength));
  copy.set(column);
  return copy;
}

/**
 * Adds the counts of all chunks, in chunk order, to the problem's: the first class gets what is left of the reads (never less
 * than nothing, which rounding could make of it).
 */
export function mergeCounts(problem: EmProblem): void {
  const { nCategories: K, pass, cellReads, counts } = problem;
  const { width, nChunks, ratio } = pass;
  const size = ratio.length + width + 1;
  const sums = pass.counts;
  for (let chunk = 1; chunk < nChunks; chunk += 1) {
    for (let at = 0; at < size; at += 1) {
      sums[at] = (sums[at] as number) + (sums[chunk * size + at] as number);
    }
  }
  const spread = (from: number, all: number, to: number) => {
    let left = all;
    for (let k = 1; k < K; k += 1) {
      const count = sums[from + k - 1] as number;
      counts[to + k] = count;
      left -= count;
    }
    counts[to] = Math.max(0, left);
  };
  for (let cell = 0; cell < cellReads.length; cell += 1)
    spread(cell * width, cellReads[cell] as number, cell * K);
  spread(ratio.length + 1, sums[ratio.length] as number, cellReads.length * K);
}

/**
 * Puts new confusion matrices in the form that passes use. Returns the log-likelihood of all reads if every item were of the
 * first class: what passes add to is the rest.
 */
export function baseLogLikelihood(problem: EmProblem): number {
  const { nCategories: K, pass, cellReads, confusion } = problem;
  const { width, ratio } = pass;
  let base = 0;
  for (let cell = 0; cell < cellReads.length; cell += 1) {
    const first = confusion[cell * K] as number;
    const reads = cellReads[cell] as number;
    if (reads > 0) base += reads * Math.log(first);
    for (let k = 1; k < K; k += 1) ratio[cell * width + k - 1] = (confusion[cell * K + k] as number) / first;
  }
  return base;
}

/** First item of chunk `chunk` (and end of the one before). */
export function chunkStart(data: PassData, chunk: number): number {
  return Math.floor((data.nItems * chunk) / data.nChunks);
}

/** Fills the posteriors with vote fractions (uniform for an item without reads), gold items clamped. */
export function startFromVotes(problem: EmProblem, table: RatingTable): void {
  const { nCategories: K, itemStart, posterior } = problem.pass;
  const { value } = table;
  posterior.fill(0);
  for (let item = 0; item < problem.nItems; item += 1) {
    const start = itemStart[item] as number;
    const end = itemStart[item + 1] as number;
    if (start === end) posterior.fill(1 / K, item * K, item * K + K);
    const vote = 1 / (end - start);
    for (let row = start; row < end; row += 1) {
      const at = item * K + (value[row] as number);
      posterior[at] = (posterior[at] as number) + vote;
    }
  }
  clampGold(problem);
}

/** Vote fractions mixed half and half with seeded random class probabilities (exponential draws, normalised). */
export function startPerturbed(problem: EmProblem, table: RatingTable, start: number, seed: number): void {
  startFromVotes(problem, table);
  const { nCategories: K, posterior } = problem.pass;
  const draws = new Float64Array(K);
  for (let base = 0; base < posterior.length; base += K) {
    let total = 0;
    for (let k = 0; k < K; k += 1) {
      draws[k] = -Math.log(1 - counterUniform(start, base + k, seed));
      total += draws[k] as number;
    }
    for (let k = 0; k < K; k += 1) {
      posterior[base + k] = 0.5 * (posterior[base + k] as number) + (0.5 * (draws[k] as number)) / total;
    }
  }
  clampGold(problem);
}

function clampGold(problem: EmProblem): void {
  const { gold, posterior, nCategories: K } = problem.pass;
  for (let item = 0; item < gold.length; item += 1) {
    const known = gold[item] as number;
    if (known < 0) continue;
    posterior.fill(0, item * K, item * K + K);
    posterior[item * K + known] = 1;
  }
}
