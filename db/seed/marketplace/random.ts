import { counterUniform } from '#server/quality/counter-hash.ts';

const SEED = 20261122;

/** Uniform numbers by stream and place: the same people, mixes and prices at every load. */
export function chance(stream: number, place: number): number {
  return counterUniform(stream, place, SEED);
}

/** One of these, each as likely. */
export function pick<T>(values: readonly T[], stream: number, place: number): T {
  const found = values[Math.floor(chance(stream, place) * values.length)];
  if (found === undefined) throw new Error('There is nothing to pick from.');
  return found;
}

/** One of these, as likely as its weight. */
export function weighted<T>(values: readonly (readonly [T, number])[], stream: number, place: number): T {
  const total = values.reduce((sum, [, weight]) => sum + weight, 0);
  let left = chance(stream, place) * total;
  for (const [value, weight] of values) {
    left -= weight;
    if (left < 0) return value;
  }
  return pick(values, stream, place)[0];
}

/** A whole number from `least` to `most`. */
export function between(least: number, most: number, stream: number, place: number): number {
  return least + Math.floor(chance(stream, place) * (most - least + 1));
}
