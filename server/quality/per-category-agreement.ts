import { fleissKappa } from './fleiss-kappa.ts';
import { gwetAc } from './gwet-ac.ts';
import type { Measurement } from './measurement.ts';
import type { RatingTable } from './rating-table.ts';

export type CategoryAgreement = {
  readonly category: string;
  readonly nReads: number;
  /** Share of all answers; null without answers. */
  readonly prevalence: number | null;
  /**
   * Of the other answers to an item on which one answer is this category, the share that is it too: Σ r_k (r_k − 1) / Σ r_k (r − 1). Null when
   * no such pair exists.
   */
  readonly specificAgreement: number | null;
  /** Fleiss' kappa of "this category or any other". */
  readonly kappa: Measurement;
  /** AC1 of the same, which a rare category does not break. */
  readonly ac1: Measurement;
};

/**
 * Agreement on each category by itself, for finding the one whose definition does not work: specific agreement, and Fleiss' kappa and
 * AC1 of the category against all others.
 *
 * Source: Fleiss 1971 (kappa of a category); Cicchetti & Feinstein 1990 (specific agreement).
 *
 * @example perCategoryAgreement(table)[0]?.kappa.value // .245 for depression in Fleiss' psychiatric diagnoses
 */
export function perCategoryAgreement(
  table: RatingTable,
  options: { level?: number } = {},
): CategoryAgreement[] {
  const counts = categoryCounts(table);
  return table.categories.map((category, k) => {
    const isIt = binaryTable(table, (answer) => answer === k);
    const { nReads, both, pairs } = counts[k] ?? { nReads: 0, both: 0, pairs: 0 };
    return {
      category,
      nReads,
      prevalence: table.value.length === 0 ? null : nReads / table.value.length,
      specificAgreement: pairs === 0 ? null : both / pairs,
      kappa: fleissKappa(isIt, options),
      ac1: gwetAc(isIt, options),
    };
  });
}

/** The same reads as answers to one question: no (0) or yes (1). */
export function binaryTable(table: RatingTable, isYes: (answer: number) => boolean): RatingTable {
  return {
    ...table,
    categories: ['0', '1'],
    levels: Float64Array.of(0, 1),
    isNumeric: true,
    value: table.value.map((answer) => Number(isYes(answer))),
  };
}

/** Per category its answers, the ordered pairs of answers within items of which the first is it, and those of which both are. */
function categoryCounts(table: RatingTable) {
  const totals = table.categories.map(() => ({ nReads: 0, both: 0, pairs: 0 }));
  const counts = new Int32Array(table.categories.length);
  for (let item = 0; item < table.items.length; item += 1) {
    const start = table.itemStart[item] as number;
    const end = table.itemStart[item + 1] as number;
    for (let row = start; row < end; row += 1) {
      const answer = table.value[row] as number;
      counts[answer] = (counts[answer] as number) + 1;
    }
    for (let row = start; row < end; row += 1) {
      const answer = table.value[row] as number;
      const own = counts[answer] as number;
      const total = totals[answer];
      if (own === 0 || total === undefined) continue;
      total.nReads += own;
      total.both += own * (own - 1);
      total.pairs += own * (end - start - 1);
      counts[answer] = 0;
    }
  }
  return totals;
}
