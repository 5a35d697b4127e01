import { AppError } from '#server/core/errors.ts';

/** Counts of (truth, answer), row-major K × K: truth = rows, answer = columns, in the order of `categories`. */
export type ConfusionMatrix = {
  readonly categories: readonly string[];
  readonly counts: Float64Array;
  /** Pairs without truth or without answer. */
  readonly nExcluded: number;
};

/**
 * Counts pairs of a known truth and a reader's answer. A missing truth or answer (null or empty) is excluded and counted. Throws
 * `invalid` / `unknown_category` for text outside the categories.
 */
export function buildConfusionMatrix(
  pairs: ReadonlyArray<{ readonly truth: string | number | null; readonly answer: string | number | null }>,
  options: { categories: ReadonlyArray<string | number> },
): ConfusionMatrix {
  const categories = options.categories.map(String);
  const index = new Map(categories.map((category, position) => [category, position]));
  const counts = new Float64Array(categories.length ** 2);
  let nExcluded = 0;
  for (const [row, { truth, answer }] of pairs.entries()) {
    if (truth === null || truth === '' || answer === null || answer === '') {
      nExcluded += 1;
      continue;
    }
    const from = index.get(String(truth));
    const to = index.get(String(answer));
    if (from === undefined || to === undefined) {
      throw new AppError({
        kind: 'invalid',
        reason: 'unknown_category',
        message: 'An answer or its truth is not in the category list; correct it or add the category.',
        details: [{ code: `pairs.${row}`, message: 'Not one of the categories.' }],
      });
    }
    const cell = from * categories.length + to;
    counts[cell] = (counts[cell] as number) + 1;
  }
  return { categories, counts, nExcluded };
}
