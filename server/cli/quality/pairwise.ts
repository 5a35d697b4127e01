import { pairwiseKappa } from '#server/quality/pairwise-kappa.ts';
import type { RatingTable } from '#server/quality/rating-table.ts';
import type { ReliabilityOptions } from '#server/quality/reliability-report.ts';

const mostAnnotators = 100;

/** Agreement of every two annotators: matrices in the order of `annotators`, null on the diagonal and where there is no value. */
export type PairwiseMatrix = {
  readonly annotators: readonly string[];
  readonly cohen_kappa: ReadonlyArray<ReadonlyArray<number | null>>;
  readonly percent_agreement: ReadonlyArray<ReadonlyArray<number | null>>;
  readonly n_items: ReadonlyArray<ReadonlyArray<number | null>>;
  /** Why a kappa is null. */
  readonly reason: ReadonlyArray<ReadonlyArray<string | null>>;
};

/** The matrix, or why there is none: it has as many cells as annotators squared, so beyond 100 of them nobody reads it. */
export function pairwiseMatrix(table: RatingTable, options: ReliabilityOptions): PairwiseMatrix | string {
  if (table.raters.length < 2) return 'needs_two_raters';
  if (table.raters.length > mostAnnotators) return `more_than_${mostAnnotators}_annotators`;
  if (table.categories.length ** 2 * table.raters.length ** 2 > 50_000_000) return 'too_many_categories';
  const { weights = 'none', level = 0.95 } = options;
  const { raters, cells } = pairwiseKappa(table, { weights, level });
  const matrix = <Value>(pick: (cell: NonNullable<(typeof cells)[number][number]>) => Value) =>
    cells.map((row) => row.map((cell) => (cell === null ? null : pick(cell))));
  return {
    annotators: raters,
    cohen_kappa: matrix((cell) => cell.value),
    percent_agreement: matrix((cell) => cell.observedAgreement),
    n_items: matrix((cell) => cell.n),
    reason: matrix((cell) => cell.reason),
  };
}
