import { counterUniform } from '#server/quality/counter-hash.ts';
import { krippendorffAlpha } from '#server/quality/krippendorff-alpha.ts';
import { buildRatingTable, type Read } from '#server/quality/rating-table.ts';
import { criterionVerdict } from '#server/quality/verdict.ts';

/** A pilot as it is simulated: how common each class is, on what scale, how many reads of how many cases. */
export type AlphaModel = {
  shares: readonly number[];
  scale: 'nominal' | 'ordinal';
  overlap: number;
  cases: number;
};

const PILOTS = 60;
/** Larger pilots are decided at least as often, so they are simulated at this size. */
const MOST_CASES = 600;
const MOST_READS = 4;

/**
 * The shares of simulated pilots whose α passes, fails or decides nothing against `threshold`, when readers err at random
 * as often as gives α = `truth` in the long run. Seeded: the same question has the same answer. The interval is Gwet's,
 * which the bootstrap of the scorecard agrees with.
 */
export function alphaChances(
  model: AlphaModel,
  at: { truth: number; threshold: number },
): { pass: number; fail: number; inconclusive: number } {
  const error = errorFor(model, at.truth);
  const sums = { pass: 0, fail: 0, inconclusive: 0 };
  for (let pilot = 1; pilot <= PILOTS; pilot += 1) {
    const table = tableOf(model, { error, cases: Math.min(MOST_CASES, model.cases), stream: pilot * 8 });
    const { value, ci } = krippendorffAlpha(table, { scale: model.scale, interval: 'analytic' });
    sums[criterionVerdict({ value, ci, threshold: at.threshold, direction: 'at_least' })] += 1 / PILOTS;
  }
  return sums;
}

/** How often a read is a guess, so that α comes to `truth` over many cases; by halving. */
function errorFor(model: AlphaModel, truth: number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 14; step += 1) {
    const error = (low + high) / 2;
    const table = tableOf(model, { error, cases: 2000, stream: 0 });
    const alpha = krippendorffAlpha(table, { scale: model.scale, interval: 'none' }).value ?? 1;
    if (alpha > truth) low = error;
    else high = error;
  }
  return (low + high) / 2;
}

function tableOf(model: AlphaModel, at: { error: number; cases: number; stream: number }) {
  const { shares } = model;
  const total = shares.reduce((sum, share) => sum + share, 0);
  const draw = (u: number) => {
    let left = u * total;
    const found = shares.findIndex((share) => {
      left -= share;
      return left < 0;
    });
    return found < 0 ? shares.length - 1 : found;
  };
  const overlap = Math.min(MOST_READS, model.overlap);
  const reads: Read[] = [];
  for (let item = 0; item < at.cases; item += 1) {
    const truth = draw(counterUniform(at.stream, item, 10));
    for (let rater = 0; rater < overlap; rater += 1) {
      const place = item * overlap + rater;
      const isGuess = counterUniform(at.stream + 1, place, 10) < at.error;
      const answer = isGuess ? draw(counterUniform(at.stream + 2, place, 10)) : truth;
      reads.push({ item: String(item), rater: String(rater), value: String(answer) });
    }
  }
  return buildRatingTable(reads, { categories: shares.map((_, index) => String(index)) });
}
