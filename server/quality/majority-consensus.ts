import { readsPerRater } from './confusion-em.ts';
import type { Consensus } from './consensus.ts';
import { majority } from './majority.ts';
import type { RatingTable } from './rating-table.ts';

/** Majority vote in the form of every consensus method: posteriors are vote shares, ties go to the lowest category. */
export function majorityConsensus(table: RatingTable): Consensus {
  const K = table.categories.length;
  const { label, confidence, votes, nUnlabelled } = majority(table);
  const nReads = readsPerRater(table);
  const posterior = new Float64Array(votes.length);
  const prior = new Float64Array(K);
  const nLabelled = table.items.length - nUnlabelled;
  for (let item = 0; item < table.items.length; item += 1) {
    const total = (table.itemStart[item + 1] as number) - (table.itemStart[item] as number);
    for (let k = 0; k < K; k += 1) {
      const share = total === 0 ? 1 / K : (votes[item * K + k] as number) / total;
      posterior[item * K + k] = share;
      if (total > 0) prior[k] = (prior[k] as number) + share / nLabelled;
    }
  }
  return {
    method: 'majority',
    items: table.items,
    categories: table.categories,
    label,
    confidence,
    posterior,
    prior,
    iterations: 0,
    converged: true,
    logLikelihood: null,
    annotators: table.raters.map((rater, index) => ({
      rater,
      nReads: nReads[index] as number,
      accuracy: null,
      confusion: null,
    })),
  };
}
