import { AppError, type ErrorDetail } from '#server/core/errors.ts';

/** One reader's answer for one item. An empty string, null or NaN is a missing answer. */
export type Read = {
  readonly item: string;
  readonly rater: string;
  readonly value: string | number | null;
};

/** What to do when one rater has read one item more than once (R23: asked-for repeats are rounds). */
export type DuplicatePolicy = 'first' | 'last' | 'keep' | 'refuse';

/**
 * The compact form every coefficient and consensus method reads.
 *
 * Invariants: items and raters are in canonical id order and rows are sorted by item, then rater, then arrival, so
 * that the order in which reads arrive never changes a result. The reads of item `i` are the rows from
 * `itemStart[i]` up to (not including) `itemStart[i + 1]`; `rater[row]` and `value[row]` are indexes into
 * `raters` and `categories`. Callers never write to the arrays.
 */
export type RatingTable = {
  readonly categories: readonly string[];
  /** Number behind each category: the category itself when all are numeric, else its position. */
  readonly levels: Float64Array;
  /** True when every category is a number, so that interval and ratio scales have a meaning. */
  readonly isNumeric: boolean;
  readonly items: readonly string[];
  readonly raters: readonly string[];
  readonly itemStart: Int32Array;
  readonly rater: Int32Array;
  readonly value: Uint16Array;
  /** Rows dropped by the duplicate policy; with `keep`, repeats that were kept. */
  readonly nDuplicates: number;
  /** Reads without an answer; their items and raters stay in the lists. */
  readonly nMissing: number;
};

export type QualityInputReason =
  | 'unknown_category'
  | 'duplicate_category'
  | 'duplicate_read'
  | 'no_categories'
  | 'too_many_categories';

const maxDetails = 20;
/** What a Uint16 column can hold. */
const maxCategories = 65_535;

/**
 * Turns reads into a rating table.
 *
 * The category list is explicit and ordered (an unused category changes AC1, Brennan–Prediger and weights).
 * `duplicates` defaults to `first`. Throws `invalid` with the 0-based row of each offending read (never its text)
 * for an answer outside the categories, and for a repeat under `refuse`.
 */
export function buildRatingTable(
  reads: readonly Read[],
  options: { categories: ReadonlyArray<string | number>; duplicates?: DuplicatePolicy },
): RatingTable {
  const categories = options.categories.map(String);
  const categoryIndex = new Map(categories.map((category, index) => [category, index]));
  if (categories.length === 0) fail('no_categories', 'Name at least one category.');
  if (categories.length > maxCategories)
    fail('too_many_categories', 'At most 65,535 categories are possible.');
  if (categoryIndex.size !== categories.length) fail('duplicate_category', 'A category is listed twice.');

  const items = indexIds(reads, (read) => read.item);
  const raters = indexIds(reads, (read) => read.rater);
  const item = new Int32Array(reads.length);
  const rater = new Int32Array(reads.length);
  const value = new Uint16Array(reads.length);
  const unknown: ErrorDetail[] = [];
  let nRows = 0;
  let nMissing = 0;
  for (const [row, read] of reads.entries()) {
    if (isMissing(read.value)) {
      nMissing += 1;
      continue;
    }
    const category = categoryIndex.get(String(read.value));
    if (category === undefined) {
      if (unknown.length < maxDetails) {
        unknown.push({ code: `reads.${row}.value`, message: 'Not one of the categories.' });
      }
      continue;
    }
    item[nRows] = items.indexOf.get(read.item) as number;
    rater[nRows] = raters.indexOf.get(read.rater) as number;
    value[nRows] = category;
    nRows += 1;
  }
  if (unknown.length > 0) {
    fail(
      'unknown_category',
      'Some answers are not in the category list; correct them or add the category.',
      unknown,
    );
  }
  return ratingTableFromColumns({
    categories,
    items: items.ids,
    raters: raters.ids,
    item: item.subarray(0, nRows),
    rater: rater.subarray(0, nRows),
    value: value.subarray(0, nRows),
    duplicates: options.duplicates ?? 'first',
    nMissing,
    isOwned: true,
  });
}

export type RatingColumns = {
  readonly categories: readonly string[];
  readonly items: readonly string[];
  readonly raters: readonly string[];
  readonly item: Int32Array;
  readonly rater: Int32Array;
  readonly value: Uint16Array;
  readonly duplicates?: DuplicatePolicy;
  readonly nMissing?: number;
  /**
   * True when the columns become the table's own: they may be sorted in place, and the memory of `item` is given back. Halves
   * the peak for large inputs; the caller must not use them again.
   */
  readonly isOwned?: boolean;
};

/**
 * Builds a table from integer columns (indexes into `items`, `raters`, `categories`), for callers that stream. The id lists
 * must already be in canonical order; the columns may be in any order and are not changed unless owned.
 */
export function ratingTableFromColumns(input: RatingColumns): RatingTable {
  const { categories, items, raters, duplicates = 'first', nMissing = 0 } = input;
  const sorted = sortColumns(input);
  const { item, rater, value } = sorted;
  const itemStart = new Int32Array(items.length + 1);
  let out = 0;
  let nDuplicates = 0;
  let previousItem = -1;
  let previousRater = -1;
  for (let row = 0; row < item.length; row += 1) {
    const rowItem = item[row] as number;
    const rowRater = rater[row] as number;
    if (rowItem === previousItem && rowRater === previousRater) {
      nDuplicates += 1;
      if (duplicates === 'refuse') {
        fail('duplicate_read', 'One reader has answered one item twice; keep one of the answers.', [
          {
            code: `items.${rowItem}.raters.${rowRater}`,
            message: 'This item has two answers of this reader.',
          },
        ]);
      }
      if (duplicates === 'last') value[out - 1] = value[row] as number;
      if (duplicates !== 'keep') continue;
    }
    rater[out] = rowRater;
    value[out] = value[row] as number;
    itemStart[rowItem + 1] = (itemStart[rowItem + 1] as number) + 1;
    previousItem = rowItem;
    previousRater = rowRater;
    out += 1;
  }
  for (let index = 0; index < items.length; index += 1) {
    itemStart[index + 1] = (itemStart[index + 1] as number) + (itemStart[index] as number);
  }
  if (input.isOwned === true && input.item.buffer instanceof ArrayBuffer) input.item.buffer.transfer(0);
  return {
    categories,
    ...categoryLevels(categories),
    items,
    raters,
    itemStart,
    rater: rater.subarray(0, out),
    value: value.subarray(0, out),
    nDuplicates,
    nMissing,
  };
}

type Columns = Pick<RatingColumns, 'item' | 'rater' | 'value'>;

/** The columns by item, then rater, then arrival; `rater` and `value` are the caller's only when owned. */
function sortColumns(input: RatingColumns): Columns {
  if (isGroupedByItem(input.item)) {
    const rater = input.isOwned === true ? input.rater : input.rater.slice();
    const value = input.isOwned === true ? input.value : input.value.slice();
    sortRatersWithinItems(input.item, rater, value);
    return { item: input.item, rater, value };
  }
  const order = sortRows(input.item, input.rater, input.items.length, input.raters.length);
  const item = new Int32Array(order.length);
  const rater = new Int32Array(order.length);
  const value = new Uint16Array(order.length);
  for (let position = 0; position < order.length; position += 1) {
    const row = order[position] as number;
    item[position] = input.item[row] as number;
    rater[position] = input.rater[row] as number;
    value[position] = input.value[row] as number;
  }
  return { item, rater, value };
}

function isGroupedByItem(item: Int32Array): boolean {
  for (let row = 1; row < item.length; row += 1)
    if ((item[row] as number) < (item[row - 1] as number)) return false;
  return true;
}

/** Stable insertion sort of each item's run in place: runs are short, so no permutation needs to be stored. */
function sortRatersWithinItems(item: Int32Array, rater: Int32Array, value: Uint16Array): void {
  for (let row = 1; row < item.length; row += 1) {
    const own = rater[row] as number;
    const answer = value[row] as number;
    let place = row;
    while (place > 0 && item[place - 1] === item[row] && (rater[place - 1] as number) > own) {
      rater[place] = rater[place - 1] as number;
      value[place] = value[place - 1] as number;
      place -= 1;
    }
    rater[place] = own;
    value[place] = answer;
  }
}

/** The categories that occur, in canonical order; only for callers without a protocol (the command line). */
export function inferCategories(reads: readonly Read[]): string[] {
  const seen = new Set<string>();
  for (const read of reads) if (!isMissing(read.value)) seen.add(String(read.value));
  return sortIds([...seen]);
}

/** Canonical id order: by number when every id is a finite number, else by code unit. */
export function sortIds(ids: readonly string[]): string[] {
  const numbers = Float64Array.from(ids, (id) => (isNumberText(id) ? Number(id) : Number.NaN));
  if (numbers.some(Number.isNaN)) return [...ids].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  let isSorted = true;
  for (let index = 1; index < numbers.length && isSorted; index += 1) {
    isSorted = (numbers[index - 1] as number) < (numbers[index] as number);
  }
  if (isSorted) return [...ids];
  const order = Uint32Array.from(ids.keys()).sort((a, b) => {
    const byNumber = (numbers[a] as number) - (numbers[b] as number);
    // Two spellings of one number ("1", "01") are two ids and still need one order.
    return byNumber === 0 ? ((ids[a] as string) < (ids[b] as string) ? -1 : 1) : byNumber;
  });
  return Array.from(order, (index) => ids[index] as string);
}

/** The number behind each category, see `RatingTable.levels`. */
export function categoryLevels(categories: readonly string[]): { levels: Float64Array; isNumeric: boolean } {
  const isNumeric = categories.every(isNumberText);
  return {
    levels: Float64Array.from(categories, (category, index) => (isNumeric ? Number(category) : index)),
    isNumeric,
  };
}

/** True for text that is a finite number and nothing else. */
function isNumberText(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

function isMissing(value: Read['value']): value is null | '' {
  return value === null || value === '' || (typeof value === 'number' && Number.isNaN(value));
}

function indexIds(reads: readonly Read[], idOf: (read: Read) => string) {
  const ids = sortIds([...new Set(reads.map(idOf))]);
  return { ids, indexOf: new Map(ids.map((id, index) => [id, index])) };
}

/** Row numbers by item, then rater, then arrival: two stable counting sorts, linear in the rows. */
function sortRows(item: Int32Array, rater: Int32Array, nItems: number, nRaters: number): Int32Array {
  const byRater = new Int32Array(item.length);
  const raterNext = startsOf(rater, nRaters);
  for (let row = 0; row < item.length; row += 1) {
    const key = rater[row] as number;
    byRater[raterNext[key] as number] = row;
    raterNext[key] = (raterNext[key] as number) + 1;
  }
  const byItem = new Int32Array(item.length);
  const itemNext = startsOf(item, nItems);
  for (let position = 0; position < byRater.length; position += 1) {
    const row = byRater[position] as number;
    const key = item[row] as number;
    byItem[itemNext[key] as number] = row;
    itemNext[key] = (itemNext[key] as number) + 1;
  }
  return byItem;
}

function startsOf(keys: Int32Array, nKeys: number): Int32Array {
  const starts = new Int32Array(nKeys + 1);
  for (let row = 0; row < keys.length; row += 1) {
    const key = (keys[row] as number) + 1;
    starts[key] = (starts[key] as number) + 1;
  }
  for (let key = 0; key < nKeys; key += 1)
    starts[key + 1] = (starts[key + 1] as number) + (starts[key] as number);
  return starts;
}

function fail(reason: QualityInputReason, message: string, details: readonly ErrorDetail[] = []): never {
  throw new AppError<QualityInputReason>({ kind: 'invalid', reason, message, details });
}
