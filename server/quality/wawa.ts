import { readsPerRater } from './confusion-em.ts';
import { type Consensus, decideLabels } from './consensus.ts';
import { majority } from './majority.ts';
import type { RatingTable } from './rating-table.ts';

/**
 * Worker agreement with aggregate: weights every annotator's vote by the share of its answers that equal the plurality,
 * and votes once more. Cheap, needs no model, and cannot see class-dependent bias.
 *
 * An annotator who never agrees has weight 0; an item with no weight at all falls back to plain votes.
 *
 * Source: the method of the same name in crowdsourcing practice (Appen); reference values by crowd-kit.
 *
 * @example wawa(table).confidence // weighted vote share of the winner
 */
export function wawa(table: RatingTable): Consensus {
  const K = table.categories.length;
  const plain = majority(table);
  const nReads = readsPerRater(table);
  const agreed = new Float64Array(table.raters.length);
  forEachRead(table, (item, rater, value) => {
    if (plain.label[item] === value) agreed[rater] = (agreed[rater] as number) + 1;
  });
  const skill = agreed.map((count, rater) => (nReads[rater] === 0 ? 0 : count / (nReads[rater] as number)));
  const posterior = new Float64Array(table.items.length * K);
  forEachRead(table, (item, rater, value) => {
    const cell = item * K + value;
    posterior[cell] = (posterior[cell] as number) + (skill[rater] as number);
  });
  const prior = new Float64Array(K);
  let nLabelled = 0;
  for (let item = 0; item < table.items.length; item += 1) {
    let total = 0;
    for (let k = 0; k < K; k += 1) total += posterior[item * K + k] as number;
    const votes = (table.itemStart[item + 1] as number) - (table.itemStart[item] as number);
    for (let k = 0; k < K; k += 1) {
      const cell = item * K + k;
      if (total > 0) posterior[cell] = (posterior[cell] as number) / total;
      else posterior[cell] = votes === 0 ? 1 / K : (plain.votes[cell] as number) / votes;
      if (votes > 0) prior[k] = (prior[k] as number) + (posterior[cell] as number);
    }
    if (votes > 0) nLabelled += 1;
  }
  return {
    method: 'wawa',
    items: table.items,
    categories: table.categories,
    ...decideLabels(posterior, K, table.itemStart),
    posterior,
    prior: prior.map((share) => (nLabelled === 0 ? 1 / K : share / nLabelled)),
    iterations: 1,
    converged: true,
    logLikelihood: null,
    annotators: table.raters.map((rater, index) => ({
      rater,
      nReads: nReads[index] as number,
      accuracy: nReads[index] === 0 ? null : (skill[index] as number),
      confusion: null,
    })),
  };
}

/** Calls `visit` for every read, items in order. */
export function forEachRead(
  table: RatingTable,
  visit: (item: number, rater: number, value: number) => void,
): void {
  for (let item = 0; item < table.items.length; item += 1) {
    const end = table.itemStart[item + 1] as number;
    for (let row = table.itemStart[item] as number; row < end; row += 1) {
      visit(item, table.rater[row] as number, table.value[row] as number);
    }
  }
}
