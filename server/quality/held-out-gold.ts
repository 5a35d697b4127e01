import type { Consensus } from './consensus.ts';
import { counterUniform } from './counter-hash.ts';

/**
 * A consensus that gold has anchored, in which no item's own known answer has a say in its label: `settle` is run with all of the gold,
 * which labels the items without, and once for each half of the gold with the other half, which labels those. So a label can still be held
 * against its gold; clamped to it, it would always be right.
 *
 * `gold` holds a category index per item, −1 unknown. Without gold `settle` runs once.
 *
 * @example heldOutGold(gold, (anchors) => dawidSkene(table, { gold: anchors })).label
 */
export function heldOutGold(gold: Int32Array, settle: (gold: Int32Array) => Consensus, seed = 1): Consensus {
  const whole = settle(gold);
  const known = [...gold.keys()].filter((item) => (gold[item] as number) >= 0);
  if (known.length === 0) return whole;
  const K = whole.categories.length;
  const label = whole.label.slice();
  const confidence = whole.confidence.slice();
  const posterior = whole.posterior.slice();
  const halfOf = (item: number) => Number(counterUniform(91, item, seed) < 0.5);
  for (const half of [0, 1]) {
    const held = known.filter((item) => halfOf(item) === half);
    if (held.length === 0) continue;
    const anchors = gold.slice();
    for (const item of held) anchors[item] = -1;
    const part = settle(anchors);
    for (const item of held) {
      label[item] = part.label[item] as number;
      confidence[item] = part.confidence[item] as number;
      posterior.set(part.posterior.subarray(item * K, item * K + K), item * K);
    }
  }
  return { ...whole, method: `${whole.method}:held_out`, label, confidence, posterior };
}
