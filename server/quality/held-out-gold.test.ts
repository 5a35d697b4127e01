import { describe, expect, test } from 'vitest';
import { counterUniform } from './counter-hash.ts';
import { dawidSkene } from './dawid-skene.ts';
import { heldOutGold } from './held-out-gold.ts';
import { buildRatingTable } from './rating-table.ts';

/** Three readers; two of them call most 1s a 0, so that plurality is wrong where the careful one is right. */
const ITEMS = 400;
const truthOf = (item: number) => Number(counterUniform(1, item, 9) < 0.5);
const reads = Array.from({ length: ITEMS }, (_, item) => item).flatMap((item) =>
  [0, 1, 2].map((rater) => {
    const truth = truthOf(item);
    const isRight =
      rater === 0 || truth === 0
        ? counterUniform(10 + rater, item, 9) < 0.97
        : counterUniform(10 + rater, item, 9) < 0.3;
    return { item: `${item}`, rater: `${rater}`, value: isRight ? truth : 1 - truth };
  }),
);
const table = buildRatingTable(reads, { categories: [0, 1] });
const truth = Int32Array.from(table.items, (item) => truthOf(Number(item)));
const gold = truth.map((value, item) => (item % 10 === 0 ? value : -1));
const accuracy = (label: Int32Array, keep: (item: number) => boolean) => {
  const own = [...label.keys()].filter(keep);
  return own.filter((item) => label[item] === truth[item]).length / own.length;
};
const settle = (anchors: Int32Array) =>
  dawidSkene(table, { gold: anchors, smoothing: { diagonal: 1, offDiagonal: 0.1 } });

describe('a consensus anchored on gold, each known item held out of its own label', () => {
  test('clamped items are always right; held out they are as right as the others', () => {
    const isGold = (item: number) => item % 10 === 0;
    expect(accuracy(settle(gold).label, isGold)).toBe(1);
    // With every read of a known item turned round, only its own gold could still make it right.
    const turned = buildRatingTable(
      reads.map((read) => ({ ...read, value: isGold(Number(read.item)) ? 1 - read.value : read.value })),
      { categories: [0, 1] },
    );
    const clamped = (anchors: Int32Array) => dawidSkene(turned, { gold: anchors });
    expect(accuracy(clamped(gold).label, isGold)).toBe(1);
    expect(accuracy(heldOutGold(gold, clamped).label, isGold)).toBeLessThan(0.8);
  });

  test('labels the rest as the whole gold does, and its own by readers', () => {
    const held = heldOutGold(gold, settle);
    const whole = settle(gold);
    for (let item = 0; item < ITEMS; item += 1)
      if (item % 10 !== 0) expect(held.label[item]).toBe(whole.label[item]);
    expect(held.method).toContain('gold_anchored');
  });

  test('without gold it is the plain fit, to the last bit', () => {
    const none = new Int32Array(ITEMS).fill(-1);
    expect(heldOutGold(none, settle).posterior).toEqual(settle(none).posterior);
  });
});
