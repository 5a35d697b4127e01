import { type Bitmap, countWord } from './bitmap.ts';

/** How many of those asked about fail a gate, and how many fail it alone. */
export type GateCount = { failing: number; onlyThis: number };

/** By gate (null: lets everybody through) how many it keeps out, and how many it alone; `spare` are two empty sets to reckon in. */
export function countLeftOut(
  asked: Readonly<Bitmap>,
  gates: readonly (Readonly<Bitmap> | null)[],
  [once, twice]: readonly [Bitmap, Bitmap],
): GateCount[] {
  // Who fails one gate at least, and who fails two.
  for (const gate of gates) {
    if (gate === null) continue;
    for (let word = 0; word < asked.length; word += 1) {
      const fails = (asked[word] as number) & ~(gate[word] as number);
      if (fails === 0) continue;
      twice[word] = (twice[word] as number) | ((once[word] as number) & fails);
      once[word] = (once[word] as number) | fails;
    }
  }
  return gates.map((gate) => {
    const count = { failing: 0, onlyThis: 0 };
    if (gate === null) return count;
    for (let word = 0; word < asked.length; word += 1) {
      const fails = (asked[word] as number) & ~(gate[word] as number);
      if (fails === 0) continue;
      count.failing += countWord(fails);
      count.onlyThis += countWord(fails & ~(twice[word] as number));
    }
    return count;
  });
}
