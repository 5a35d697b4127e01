import { counterUniform } from './counter-hash.ts';
import { type RatingTable, ratingTableFromColumns } from './rating-table.ts';

const seed = 20240607;
const nWorkers = 1000;
const readsPerItem = 5;

/**
 * The benchmark's generator: `nReads` reads of nReads / 5 items by 1000 annotators of accuracy .55 to .95 in `nCategories` classes,
 * a pure function of the row number, so that every implementation can make the same data.
 */
export function syntheticRead(
  row: number,
  nCategories: number,
): { item: number; rater: number; value: number } {
  const item = Math.floor(row / readsPerItem);
  const truth = syntheticTruth(item, nCategories);
  const rater =
    (Math.floor(counterUniform(3, item, seed) * nWorkers) + (row % readsPerItem) * 197) % nWorkers;
  const accuracy = 0.55 + 0.4 * counterUniform(2, rater, seed);
  const isRight = counterUniform(4, row, seed) < accuracy;
  const slip = 1 + Math.floor(counterUniform(5, row, seed) * (nCategories - 1));
  return { item, rater, value: isRight ? truth : (truth + slip) % nCategories };
}

/** The class that was drawn for an item. */
export function syntheticTruth(item: number, nCategories: number): number {
  return Math.floor(counterUniform(1, item, seed) * nCategories);
}

/** "0" to "n − 1", in an array of the right size from the start (a grown one would leave its copies in memory). */
function numberIds(length: number): string[] {
  const ids = new Array<string>(length);
  for (let index = 0; index < length; index += 1) ids[index] = `${index}`;
  return ids;
}

/**
 * The generator's reads as a rating table; repeated reads are kept. Ids are the numbers; with `isNamed` false the items have none, as in
 * the implementations it is compared with, which know integers only.
 */
export function syntheticTable(nReads: number, nCategories: number, isNamed = true): RatingTable {
  const nItems = Math.ceil(nReads / readsPerItem);
  const item = new Int32Array(nReads);
  const rater = new Int32Array(nReads);
  const value = new Uint16Array(nReads);
  for (let row = 0; row < nReads; row += 1) {
    const read = syntheticRead(row, nCategories);
    item[row] = read.item;
    rater[row] = read.rater;
    value[row] = read.value;
  }
  return ratingTableFromColumns({
    categories: numberIds(nCategories),
    items: isNamed ? numberIds(nItems) : new Array<string>(nItems).fill(''),
    raters: numberIds(nWorkers),
    item,
    rater,
    value,
    duplicates: 'keep',
    isOwned: true,
  });
}
