import { assert } from '#server/core/assert.ts';
import { AppError } from '#server/core/errors.ts';
import type { Consensus } from './consensus.ts';
import { counterUniform } from './counter-hash.ts';
import { type ConfusionSmoothing, dawidSkene } from './dawid-skene.ts';
import type { PassEngine } from './em-run.ts';
import { glad } from './glad.ts';
import { mace } from './mace.ts';
import { majorityConsensus } from './majority-consensus.ts';
import type { Measurement } from './measurement.ts';
import { oneCoin } from './one-coin.ts';
import { proportion } from './proportion.ts';
import type { RatingTable } from './rating-table.ts';
import { wawa } from './wawa.ts';

export type ConsensusMethod = 'majority' | 'wawa' | 'one-coin' | 'dawid-skene' | 'mace' | 'glad';

/** From the simplest to the richest: of equally good methods the simplest is chosen. */
export const consensusMethods: readonly ConsensusMethod[] = [
  'majority',
  'wawa',
  'one-coin',
  'dawid-skene',
  'mace',
  'glad',
];

export type ConsensusRunOptions = {
  readonly seed?: number;
  readonly gold?: Int32Array;
  readonly engine?: PassEngine;
  /** Starts of one-coin, Dawid–Skene and MACE; the others have one. */
  readonly starts?: number;
  /** Most iterations of the methods that iterate. */
  readonly maxIterations?: number;
  /** Pseudo-counts of Dawid–Skene; of one-coin those of right and of wrong answers (the diagonal, and what is beside it). */
  readonly smoothing?: ConfusionSmoothing;
};

/** The most probabilities that a result may hold, items × categories (2 GB); threads and several starts hold more than one. */
const mostShares = 250_000_000;

/**
 * Runs one method by name, the rest by its defaults; an option that a method does not have is left aside. Majority and Wawa take no gold.
 * Throws `limit` / `too_many_categories` where items × categories, or the confusion matrices of the methods that have them, do not fit
 * into memory.
 */
export function runConsensus(
  table: RatingTable,
  method: ConsensusMethod,
  options: ConsensusRunOptions = {},
): Consensus {
  const { engine, smoothing, starts, ...shared } = options;
  checkSize(table);
  const several = starts === undefined ? shared : { ...shared, starts };
  const onThreads = engine === undefined ? several : { ...several, engine };
  switch (method) {
    case 'majority':
      return majorityConsensus(table);
    case 'wawa':
      return wawa(table);
    case 'one-coin':
      return oneCoin(table, { ...onThreads, ...coinSmoothing(smoothing) });
    case 'dawid-skene':
      return dawidSkene(table, smoothing === undefined ? onThreads : { ...onThreads, smoothing });
    case 'mace':
      return mace(table, several);
    case 'glad':
      return glad(table, shared);
  }
}

function checkSize({ items, categories }: RatingTable): void {
  if (items.length * categories.length <= mostShares) return;
  throw new AppError({
    kind: 'limit',
    reason: 'too_many_categories',
    message:
      `${items.length} items × ${categories.length} categories are too many: a consensus gives every item a probability of every ` +
      'category. Is the label column the right one? Otherwise split the items.',
  });
}

/** One coin has one accuracy: a pair of pseudo-counts means the same there, a whole matrix nothing. */
function coinSmoothing(smoothing: ConfusionSmoothing | undefined) {
  if (smoothing === undefined || smoothing instanceof Float64Array) return {};
  return { smoothing: { right: smoothing.diagonal, wrong: smoothing.offDiagonal } };
}

export type ConsensusChoice = {
  readonly method: ConsensusMethod;
  /** Why, in a sentence to show. */
  readonly reason: string;
  readonly consensus: Consensus;
  /** Accuracy on gold per candidate; no method saw the gold. */
  readonly candidates: ReadonlyArray<{ readonly method: ConsensusMethod; readonly accuracy: Measurement }>;
  /**
   * Accuracy of choosing, cross-fitted: each fold of the gold is scored by the method that the other folds would choose, so
   * the winner's luck is not in it.
   */
  readonly accuracy: Measurement;
};

type Run = { readonly method: ConsensusMethod; readonly isRight: readonly number[] };

const folds = 5;
/** Under this much gold the accuracies are too uncertain to choose by. */
const minimumGold = 20;

/**
 * Chooses the consensus method by held-out gold: no method dominates (confusion matrices win where annotators have
 * class-dependent bias, and lose with few reads per annotator), so the data decides and the reason is shown. Methods are fitted without
 * the gold and compared on it; of equal ones the simplest wins. With fewer than 20 gold items the choice is Dawid–Skene when
 * annotators have on average ten reads per class, else majority; where that is not among `methods`, the first of them.
 *
 * `truth` holds a category index per item, −1 = unknown.
 *
 * @example chooseConsensus(table, truth).reason
 */
export function chooseConsensus(
  table: RatingTable,
  truth: Int32Array,
  options: Omit<ConsensusRunOptions, 'gold'> & { readonly methods?: readonly ConsensusMethod[] } = {},
): ConsensusChoice {
  const { methods = consensusMethods, seed = 1 } = options;
  const gold = [...truth.keys()].filter(
    (item) => (truth[item] as number) >= 0 && table.itemStart[item] !== table.itemStart[item + 1],
  );
  if (gold.length < minimumGold) return chooseWithoutGold(table, gold.length, options);
  const foldOf = gold.map((item) => Math.floor(counterUniform(77, item, seed) * folds));
  const score = (run: Run, keep: (fold: number) => boolean) =>
    run.isRight.reduce((sum, hit, index) => sum + (keep(foldOf[index] as number) ? hit : 0), 0);
  const runs: Run[] = [];
  // Only the best so far is kept whole: six sets of posteriors need not fit into memory.
  let kept: { readonly run: Run; readonly consensus: Consensus } | null = null;
  for (const method of methods) {
    const consensus = runConsensus(table, method, options);
    const run = { method, isRight: gold.map((item) => Number(consensus.label[item] === truth[item])) };
    runs.push(run);
    if (kept === null || score(run, () => true) > score(kept.run, () => true)) kept = { run, consensus };
  }
  assert(kept !== null, 'no method to choose from');
  const bestOf = (keep: (fold: number) => boolean) =>
    runs.reduce((best, run) => (score(run, keep) > score(best, keep) ? run : best));
  let crossFitted = 0;
  for (let fold = 0; fold < folds; fold += 1) {
    crossFitted += score(
      bestOf((other) => other !== fold),
      (other) => other === fold,
    );
  }
  const best = kept.run;
  const hits = score(best, () => true);
  const plain = runs.find(({ method }) => method === 'majority');
  const beside = plain === undefined || plain === best ? '' : `, majority ${score(plain, () => true)}`;
  return {
    method: best.method,
    reason: `${best.method} is right on ${hits} of ${gold.length} gold items${beside}; it is the best of ${methods.length} methods, the simplest of equals.`,
    consensus: kept.consensus,
    candidates: runs.map((run) => ({
      method: run.method,
      accuracy: proportion(
        score(run, () => true),
        gold.length,
        { name: 'accuracy' },
      ),
    })),
    accuracy: proportion(crossFitted, gold.length, { name: 'accuracy:cross_fitted_choice' }),
  };
}

function chooseWithoutGold(
  table: RatingTable,
  nGold: number,
  options: ConsensusRunOptions & { readonly methods?: readonly ConsensusMethod[] },
): ConsensusChoice {
  const { methods = consensusMethods, ...run } = options;
  const perCell = table.value.length / Math.max(1, table.raters.length * table.categories.length);
  const wanted: ConsensusMethod = perCell >= 10 ? 'dawid-skene' : 'majority';
  // Of the methods that may be chosen; where the wanted one may not, the simplest.
  const method = methods.includes(wanted) ? wanted : (methods[0] ?? 'majority');
  const amount = `${perCell.toFixed(1)} reads per annotator and class`;
  return {
    method,
    reason: `Only ${nGold} gold items (${minimumGold} are needed to compare methods); chosen by ${amount}: ${method}.`,
    consensus: runConsensus(table, method, run),
    candidates: [],
    accuracy: proportion(0, 0, { name: 'accuracy:cross_fitted_choice' }),
  };
}
