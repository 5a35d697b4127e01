import { type Measurement, measured, unmeasured } from './measurement.ts';
import type { RatingTable } from './rating-table.ts';

export type Majority = {
  readonly items: readonly string[];
  readonly categories: readonly string[];
  /** Winning category per item (index); the lowest of the winners when tied, −1 without answers. */
  readonly label: Int32Array;
  /** 1 where several categories share the most votes. */
  readonly isTied: Uint8Array;
  /** Share of the item's votes that the winner has; 0 without answers. */
  readonly confidence: Float64Array;
  /** Votes per item and category, row-major items × K. */
  readonly votes: Float64Array;
  readonly nTies: number;
  readonly nUnlabelled: number;
};

/**
 * Plurality vote per item. Ties go to the lowest category, always, and are reported: money follows the answer, so
 * no random generator decides.
 *
 * @example majority(table).label // Int32Array of category indexes in the order of table.items
 */
export function majority(table: RatingTable): Majority {
  const nItems = table.items.length;
  const nCategories = table.categories.length;
  const votes = new Float64Array(nItems * nCategories);
  const label = new Int32Array(nItems).fill(-1);
  const isTied = new Uint8Array(nItems);
  const confidence = new Float64Array(nItems);
  let nTies = 0;
  let nUnlabelled = 0;
  for (let item = 0; item < nItems; item += 1) {
    const start = table.itemStart[item] as number;
    const end = table.itemStart[item + 1] as number;
    const base = item * nCategories;
    for (let row = start; row < end; row += 1) {
      const cell = base + (table.value[row] as number);
      votes[cell] = (votes[cell] as number) + 1;
    }
    if (start === end) {
      nUnlabelled += 1;
      continue;
    }
    let best = 0;
    let nBest = 0;
    for (let category = 0; category < nCategories; category += 1) {
      const count = votes[base + category] as number;
      const most = votes[base + best] as number;
      if (count > most) {
        best = category;
        nBest = 1;
      } else if (count === most) nBest += 1;
    }
    label[item] = best;
    confidence[item] = (votes[base + best] as number) / (end - start);
    if (nBest > 1) {
      isTied[item] = 1;
      nTies += 1;
    }
  }
  return {
    items: table.items,
    categories: table.categories,
    label,
    isTied,
    confidence,
    votes,
    nTies,
    nUnlabelled,
  };
}

/**
 * Accuracy of majority vote if every tie were broken by a fair coin: the expectation, without drawing. The deterministic
 * lowest-category rule can look better or worse than this by luck. `truth` holds a category index per item, −1 = unknown, an
 * index beyond the categories for an answer that is none of them. `n` counts items with
 * truth and votes; null with `no_reference` when there are none.
 */
export function randomTieExpectedAccuracy(result: Majority, truth: Int32Array): Measurement {
  const method = 'majority_accuracy:random_tie_expectation';
  const nCategories = result.categories.length;
  let n = 0;
  let sum = 0;
  for (let item = 0; item < result.items.length; item += 1) {
    const known = truth[item] ?? -1;
    const label = result.label[item] as number;
    if (known < 0 || label < 0) continue;
    n += 1;
    // A known answer that is no category: right nowhere.
    if (known >= nCategories) continue;
    const most = result.votes[item * nCategories + label] as number;
    if (result.votes[item * nCategories + known] !== most) continue;
    let nBest = 0;
    for (let category = 0; category < nCategories; category += 1) {
      if (result.votes[item * nCategories + category] === most) nBest += 1;
    }
    sum += 1 / nBest;
  }
  const nExcluded = result.items.length - n;
  if (n === 0) return unmeasured({ reason: 'no_reference', nExcluded, exclusion: 'no_reference', method });
  return measured({ value: sum / n, n, nExcluded, exclusion: 'no_reference', method });
}
