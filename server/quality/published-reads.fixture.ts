import type { Read } from './rating-table.ts';

/** Reads from one string per rater, one character per item, "." for a missing answer; ids are positions. */
export function readsOf(rows: readonly string[]): Read[] {
  return rows.flatMap((row, rater) =>
    [...row].map((value, item) => ({
      item: `${item}`,
      rater: `${rater}`,
      value: value === '.' ? '' : value,
    })),
  );
}

/** Reads of two raters from their contingency table (rater A = rows, rater B = columns). */
export function readsOfTable(
  table: ReadonlyArray<readonly number[]>,
  categories: ReadonlyArray<string | number>,
): Read[] {
  const reads: Read[] = [];
  let item = 0;
  for (const [row, counts] of table.entries()) {
    for (const [column, count] of counts.entries()) {
      for (let copy = 0; copy < count; copy += 1) {
        reads.push({ item: `${item}`, rater: 'A', value: categories[row] ?? '' });
        reads.push({ item: `${item}`, rater: 'B', value: categories[column] ?? '' });
        item += 1;
      }
    }
  }
  return reads;
}

/** Reads from counts per item and category; who gave which answer is arbitrary, as in Fleiss' design. */
export function readsOfCounts(
  counts: ReadonlyArray<readonly number[]>,
  categories: ReadonlyArray<string | number>,
): Read[] {
  return counts.flatMap((row, item) =>
    row
      .flatMap((count, category) => Array.from({ length: count }, () => categories[category] ?? ''))
      .map((value, rater) => ({ item: `${item}`, rater: `${rater}`, value })),
  );
}

/** Krippendorff 2011, example C: 4 observers, 12 units, missing answers. */
export const krippendorffExampleC = readsOf(['123321412...', '1233224125.3', '.3332342251.', '12332441251.']);

/**
 * Dawid & Skene 1979, table 1: 45 patients; each string is observer 1's three readings, then observers 2 to 5.
 * "Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm", Applied Statistics 28(1), 20–28.
 */
export const anaesthesiaRows = (
  '1111111 3334334 1122122 2223121 2223222 2223322 1122111 3333433 2222223 2322223 4444444 2223343 1111111 ' +
  '2223212 1211111 1112111 1111111 1111111 2222221 2221322 2222222 2222221 2223222 2212222 1111111 1111111 ' +
  '2322222 1111111 1111111 1121121 1111111 3333233 1111111 2222222 2223232 4334343 2212232 2323233 3333432 ' +
  '1111111 1111111 1212111 2322222 1211111 2222222'
).split(' ');

/** The anaesthesia table as reads, patients "1" to "45", observers "1" to "5"; observer 1 reads each patient three times. */
export const anaesthesiaReads: readonly Read[] = anaesthesiaRows.flatMap((row, patient) =>
  [...row].map((value, column) => ({ item: `${patient + 1}`, rater: `${Math.max(1, column - 1)}`, value })),
);

/** Fleiss 1971: psychiatric diagnoses of 30 patients by 6 psychiatrists (1 depression … 5 other), one string per patient. */
export const diagnosesReads: readonly Read[] = (
  '444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444 224445 ' +
  '333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444 133333 555555'
)
  .split(' ')
  .flatMap((row, patient) =>
    [...row].map((value, rater) => ({ item: `${patient}`, rater: `${rater}`, value })),
  );

/** The worked example of Fleiss' kappa: 10 items, 14 raters, 5 categories, as counts per item. */
export const fleissWorkedExample = [
  [0, 0, 0, 0, 14],
  [0, 2, 6, 4, 2],
  [0, 0, 3, 5, 6],
  [0, 3, 9, 2, 0],
  [2, 2, 8, 1, 1],
  [7, 7, 0, 0, 0],
  [3, 2, 6, 3, 0],
  [2, 5, 3, 2, 2],
  [6, 5, 2, 1, 0],
  [0, 2, 2, 3, 7],
];

/** Gwet's 4 raters with missing answers (irrCAC `cac.raw4raters`), as in its published vignette. */
export const gwetFourRaters = readsOf(['123321412...', '1233224125..', '.33323422513', '12332441251.']);

/** Anxiety of 20 people rated 1 to 6 by three raters (irr, data `anxiety`). */
export const anxietyRows = ['33345523522615221243', '36462424332333221334', '21443216111233113322'];

/** Five raters' marks on 8 × 8 pixels, row by row, for STAPLE (R stapler), and what they were drawn from. */
export const stapleRows = [
  '0000000000000000001111000001110000111100001111000000000000010000',
  '1000010100000000011111100001110100101100001111101000000000000000',
  '1000100000000000001110000111110001011110101111000010000010000000',
  '0000010000000000001010000010110000010000001101000000000000000100',
  '0101000100000010001011000010100100100100101111010010000000000000',
];
export const stapleTruth = Uint8Array.from({ length: 64 }, (_, pixel) =>
  Number(pixel >= 16 && pixel < 48 && pixel % 8 >= 2 && pixel % 8 < 6),
);
