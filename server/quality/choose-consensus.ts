import type { Consensus } from './consensus.ts';
import { counterUniform } from './counter-hash.ts';
import { dawidSkene } from './dawid-skene.ts';
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
};

/** Runs one method by name with its defaults. Majority and Wawa take no gold. */
export function runConsensus(
  table: RatingTable,
  method: ConsensusMethod,
  options: ConsensusRunOptions = {},
): Consensus {
  const { engine: _engine, ...plain } = options;
  switch (method) {
    case 'majority':
      return majorityConsensus(table);
    case 'wawa':
      return wawa(table);
    case 'one-coin':
      return oneCoin(table, options);
    case 'dawid-skene':
      return dawidSkene(table, options);
    case 'mace':
      return mace(table, plain);
    case 'glad':
      return glad(table, plain.gold === undefined ? {} : { gold: plain.gold });
  }
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

const folds = 5;
/** Under this much gold the accuracies are too uncertain to choose by. */
const minimumGold = 20;

/**
 * Chooses the consensus method by held-out gold: no method dominates (confusion matrices win where annotators have
 * class-dependent bias, and lose with few reads per annotator), so the data decides and the reason is shown. Methods are fitted without
 * the gold and compared on it; of equal ones the simplest wins. With fewer than 20 gold items the choice is Dawid–Skene when
 * annotators have on average ten reads per class, else majority.
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
  const runs = methods.map((method) => {
    const consensus = runConsensus(table, method, options);
    const isRight = gold.map((item) => Number(consensus.label[item] === truth[item]));
    return { method, consensus, isRight };
  });
  const foldOf = gold.map((item) => Math.floor(counterUniform(77, item, seed) * folds));
  const score = (run: (typeof runs)[number], keep: (fold: number) => boolean) =>
    run.isRight.reduce((sum, hit, index) => sum + (keep(foldOf[index] as number) ? hit : 0), 0);
  const bestOf = (keep: (fold: number) => boolean) =>
    runs.reduce((best, run) => (score(run, keep) > score(best, keep) ? run : best));
  let crossFitted = 0;
  for (let fold = 0; fold < folds; fold += 1) {
    crossFitted += score(
      bestOf((other) => other !== fold),
      (other) => other === fold,
    );
  }
  const best = bestOf(() => true);
  const hits = score(best, () => true);
  const plain = runs.find(({ method }) => method === 'majority');
  const beside = plain === undefined || plain === best ? '' : `, majority ${score(plain, () => true)}`;
  return {
    method: best.method,
    reason: `${best.method} is right on ${hits} of ${gold.length} gold items${beside}; it is the best of ${methods.length} methods, the simplest of equals.`,
    consensus: best.consensus,
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

function chooseWithoutGold(table: RatingTable, nGold: number, options: ConsensusRunOptions): ConsensusChoice {
  const perCell = table.value.length / Math.max(1, table.raters.length * table.categories.length);
  const method = perCell >= 10 ? 'dawid-skene' : 'majority';
  const amount = `${perCell.toFixed(1)} reads per annotator and class`;
  return {
    method,
    reason: `Only ${nGold} gold items (${minimumGold} are needed to compare methods); chosen by ${amount}: ${method}.`,
    consensus: runConsensus(table, method, options),
    candidates: [],
    accuracy: proportion(0, 0, { name: 'accuracy:cross_fitted_choice' }),
  };
}
