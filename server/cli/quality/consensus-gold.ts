import {
  type ConsensusMethod,
  type ConsensusRunOptions,
  runConsensus,
} from '#server/quality/choose-consensus.ts';
import type { Consensus } from '#server/quality/consensus.ts';
import { counterUniform } from '#server/quality/counter-hash.ts';
import { majority, randomTieExpectedAccuracy } from '#server/quality/majority.ts';
import type { Measurement } from '#server/quality/measurement.ts';
import { proportion } from '#server/quality/proportion.ts';
import type { RatingTable } from '#server/quality/rating-table.ts';
import { type Gold, outside } from './gold.ts';

const folds = 5;

/** Accuracy on gold that the consensus has not seen. */
export function goldAccuracy(consensus: Consensus, truth: Int32Array): Measurement {
  return shareRight(truth, (item) => consensus.label[item] as number);
}

/**
 * Accuracy of a consensus that is anchored by gold: on the gold itself it would be 1. Each fifth of the gold is scored by a run that is
 * anchored by the other four (seeded; of fewer than five gold items each by all others).
 */
export function heldOutAccuracy(
  table: RatingTable,
  method: ConsensusMethod,
  truth: Int32Array,
  options: ConsensusRunOptions,
): Measurement {
  const gold = [...truth.keys()].filter(
    (item) => (truth[item] as number) >= 0 && table.itemStart[item] !== table.itemStart[item + 1],
  );
  const n = Math.min(folds, gold.length);
  const order = gold.toSorted((a, b) => draw(a, options.seed) - draw(b, options.seed) || a - b);
  const found = new Int32Array(truth.length).fill(-1);
  for (let fold = 0; fold < n; fold += 1) {
    const anchors = anchorsOf(truth);
    const held = order.filter((_, index) => index % n === fold);
    for (const item of held) anchors[item] = -1;
    const { label } = runConsensus(table, method, { ...options, gold: anchors });
    for (const item of held) found[item] = label[item] as number;
  }
  return shareRight(truth, (item) => found[item] as number);
}

function draw(item: number, seed = 1): number {
  return counterUniform(78, item, seed);
}

/** Gold in the form that methods clamp: what is no category anchors nothing. */
export function anchorsOf(truth: Int32Array): Int32Array {
  return truth.map((known) => (known === outside ? -1 : known));
}

function shareRight(truth: Int32Array, labelOf: (item: number) => number): Measurement {
  let right = 0;
  let n = 0;
  for (let item = 0; item < truth.length; item += 1) {
    const known = truth[item] as number;
    const label = labelOf(item);
    if (known < 0 || label < 0) continue;
    n += 1;
    if (label === known) right += 1;
  }
  return proportion(right, n, { name: 'accuracy' });
}

/** A method that was chosen by this very gold has luck in its accuracy; `choice.cross_fitted_accuracy` has not. */
function howMeasured({ isAnchored, isChosen }: { readonly isAnchored: boolean; readonly isChosen: boolean }) {
  if (isAnchored) return 'held_out_folds';
  return isChosen ? 'method_chosen_by_this_gold' : 'not_seen_by_the_method';
}

/** For JSON; null without a gold file. */
export function goldToJson(
  gold: Gold | null,
  accuracy: Measurement | null,
  run: {
    readonly table: RatingTable;
    readonly consensus: Consensus;
    readonly isAnchored: boolean;
    readonly isChosen: boolean;
  },
) {
  if (gold === null || accuracy === null) return null;
  return {
    n: accuracy.n,
    accuracy: accuracy.value,
    ci: accuracy.ci,
    reason: accuracy.reason,
    how: howMeasured(run),
    n_gold: gold.n,
    n_gold_unknown: gold.nUnknown,
    n_gold_unanswered: gold.nUnanswered,
    n_gold_outside_categories: gold.nOutside,
    labels_outside_categories: gold.outside,
    // Of majority: the accuracy to expect if ties were broken by lot; here they go to the lowest label.
    ...(run.consensus.method.startsWith('majority')
      ? { random_tie_accuracy: randomTieExpectedAccuracy(majority(run.table), gold.truth).value }
      : {}),
  };
}
