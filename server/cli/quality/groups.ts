import { type RatingTable, ratingTableFromColumns, sortIds } from '#server/quality/rating-table.ts';

/** The rows of a file with one value in the column it is split by. */
export type GroupTable = { readonly value: string; readonly table: RatingTable };

type Columns = { readonly item: Int32Array; readonly rater: Int32Array; readonly value: Uint16Array };

/**
 * One table per group, in canonical order of their names: with the categories of the whole file, without the items and
 * raters that have no read in the group. The columns are not changed. Time grows with the rows, not with rows × groups.
 */
export function groupTables(input: {
  readonly shape: Pick<RatingTable, 'categories' | 'items' | 'raters'>;
  readonly columns: Columns;
  /** Group of each row, an index of `names`. */
  readonly group: Int32Array;
  readonly names: readonly string[];
  readonly nMissing: readonly number[];
  readonly settle: (table: RatingTable) => RatingTable;
}): GroupTable[] {
  const { shape, columns, group, names, nMissing, settle } = input;
  const { rows, start } = rowsByGroup(group, names.length);
  const ofItem = new Int32Array(shape.items.length);
  const ofRater = new Int32Array(shape.raters.length);
  const place = new Map(names.map((name, index) => [name, index]));
  return sortIds(names).map((name) => {
    const index = place.get(name) as number;
    const own = rows.subarray(start[index], start[index + 1]);
    const item = renumbered(own, columns.item, ofItem);
    const rater = renumbered(own, columns.rater, ofRater);
    const table = ratingTableFromColumns({
      categories: shape.categories,
      items: Array.from(item.used, (id) => shape.items[id] as string),
      raters: Array.from(rater.used, (id) => shape.raters[id] as string),
      item: item.column,
      rater: rater.column,
      value: Uint16Array.from(own, (row) => columns.value[row] as number),
      duplicates: 'keep',
      nMissing: nMissing[index] ?? 0,
      isOwned: true,
    });
    return { value: name, table: settle(table) };
  });
}

/** Row numbers in the order of their groups, and where each group starts. */
function rowsByGroup(group: Int32Array, nGroups: number): { rows: Int32Array; start: Int32Array } {
  const start = new Int32Array(nGroups + 1);
  for (const own of group) start[own + 1] = (start[own + 1] as number) + 1;
  for (let index = 0; index < nGroups; index += 1)
    start[index + 1] = (start[index + 1] as number) + (start[index] as number);
  const next = start.slice();
  const rows = new Int32Array(group.length);
  for (const [row, own] of group.entries()) {
    rows[next[own] as number] = row;
    next[own] = (next[own] as number) + 1;
  }
  return { rows, start };
}

/** The ids that the rows use, in order, and each row's id as a position in them; `scratch` is overwritten. */
function renumbered(rows: Int32Array, column: Int32Array, scratch: Int32Array) {
  const ids = Int32Array.from(rows, (row) => column[row] as number).sort();
  const used = ids.filter((id, index) => index === 0 || id !== ids[index - 1]);
  for (const [index, id] of used.entries()) scratch[id] = index;
  return { used, column: Int32Array.from(rows, (row) => scratch[column[row] as number] as number) };
}
