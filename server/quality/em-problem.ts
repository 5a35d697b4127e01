import { AppError } from '#server/core/errors.ts';
import { counterUniform } from './counter-hash.ts';
import type { RatingTable } from './rating-table.ts';

/**
 * The arrays that EM over confusion matrices works on. Plain typed arrays, so that threads can share them; the split into
 * chunks of items depends on the problem only, never on the number of threads, so that results do not either.
 */
export type EmProblem = {
  readonly nCategories: number;
  readonly nItems: number;
  readonly nRaters: number;
  readonly itemStart: Int32Array;
  /** Per read, as in the table. */
  readonly rater: Int32Array;
  readonly value: Uint16Array;
  /** Known class per item, −1 unknown; empty when nothing is known. */
  readonly gold: Int32Array;
  /** P(class). */
  readonly prior: Float64Array;
  /** P(answer | class), laid out rater × answer × class so that one read touches one contiguous run. */
  readonly confusion: Float64Array;
  /** Row-major items × K. */
  readonly posterior: Float64Array;
  readonly nChunks: number;
  /** Expected counts per chunk: (rater, answer, class) as in `confusion`, then K class counts. */
  readonly counts: Float64Array;
};

/** How buffers are made; threads need shared ones. */
export type Allocate = (bytes: number) => ArrayBufferLike;

/** The most numbers that all confusion matrices together may hold (0.8 GB). */
const mostCells = 100_000_000;

const localMemory: Allocate = (bytes) => new ArrayBuffer(bytes);

/** Lays out a table for EM. `gold` holds a category index per item, −1 unknown. The table is not changed. */
export function createEmProblem(
  table: RatingTable,
  gold: Int32Array | undefined,
  allocate: Allocate = localMemory,
): EmProblem {
  const K = table.categories.length;
  const nItems = table.items.length;
  const nRaters = table.raters.length;
  const nReads = table.value.length;
  const cells = nRaters * K * K;
  if (cells > mostCells) {
    throw new AppError({
      kind: 'limit',
      reason: 'too_many_categories',
      message:
        'Too many categories and annotators for a confusion matrix each; use majority, or fewer categories.',
    });
  }
  const nChunks = nReads >= 100_000 && cells * 8 < nReads ? 8 : 1;
  const known = new Int32Array(allocate((gold?.length ?? 0) * 4));
  if (gold !== undefined) known.set(gold);
  return {
    nCategories: K,
    nItems,
    nRaters,
    itemStart: allocate === localMemory ? table.itemStart : copyOf(table.itemStart, allocate),
    rater: allocate === localMemory ? table.rater : copyOf(table.rater, allocate),
    value: allocate === localMemory ? table.value : copyOf(table.value, allocate),
    gold: known,
    prior: new Float64Array(allocate(K * 8)),
    confusion: new Float64Array(allocate(cells * 8)),
    posterior: new Float64Array(allocate(nItems * K * 8)),
    nChunks,
    counts: new Float64Array(allocate(nChunks * (cells + K) * 8)),
  };
}

/** The column in memory of the wanted kind; the default kind needs no copy because EM only reads it. */
function copyOf<Column extends Int32Array | Uint16Array>(column: Column, allocate: Allocate): Column {
  const buffer = allocate(column.byteLength);
  const copy = column instanceof Int32Array ? new Int32Array(buffer) : new Uint16Array(buffer);
  copy.set(column);
  return copy as Column;
}

/** First item of chunk `chunk` (and end of the one before). */
export function chunkStart(problem: EmProblem, chunk: number): number {
  return Math.floor((problem.nItems * chunk) / problem.nChunks);
}

/** Fills the posteriors with vote fractions (uniform for an item without reads), gold items clamped. */
export function startFromVotes(problem: EmProblem, table: RatingTable): void {
  const { nCategories: K, itemStart, posterior } = problem;
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
  const { nCategories: K, posterior } = problem;
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

function clampGold({ gold, posterior, nCategories: K }: EmProblem): void {
  for (let item = 0; item < gold.length; item += 1) {
    const known = gold[item] as number;
    if (known < 0) continue;
    posterior.fill(0, item * K, item * K + K);
    posterior[item * K + known] = 1;
  }
}
