import { type ConfusionEmOptions, type ConfusionEmResult, confusionEm } from './confusion-em.ts';
import { normaliseOneCoin } from './em-normalise.ts';
import type { RatingTable } from './rating-table.ts';

/**
 * One-coin consensus: Dawid–Skene with a single accuracy per annotator and wrong answers spread evenly. Needs few reads per
 * annotator, but cannot see class-dependent bias and then may settle far from the truth (bluebird: .58).
 *
 * `smoothing` are pseudo-counts of right and wrong answers (default none).
 *
 * Source: Dawid & Skene 1979 (restricted); Zhang et al. 2014.
 *
 * @example oneCoin(table, { smoothing: { right: 2, wrong: 1 } }).annotators[0]?.accuracy
 */
export function oneCoin(
  table: RatingTable,
  options: ConfusionEmOptions & {
    readonly smoothing?: { readonly right: number; readonly wrong: number };
  } = {},
): ConfusionEmResult {
  const { right, wrong } = options.smoothing ?? { right: 0, wrong: 0 };
  const method = `one_coin${options.gold === undefined ? '' : ':gold_anchored'}`;
  return confusionEm(table, method, (problem) => normaliseOneCoin(problem, right, wrong), options);
}
