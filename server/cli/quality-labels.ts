import {
  type DuplicatePolicy,
  type RatingTable,
  ratingTableFromColumns,
  sortIds,
} from '#server/quality/rating-table.ts';
import { CsvProblem, scanCsv } from './quality-csv.ts';

export type LabelsOptions = {
  /** Categories in order; without them those that occur, numbers in numeric order. */
  readonly categories: readonly string[] | null;
  /** Labels must be numbers (interval and ratio scales). */
  readonly needsNumbers: boolean;
  /** Ratio scales have no negative numbers. */
  readonly needsPositive?: boolean;
  /** Column by which the file is split, or null. */
  readonly by: string | null;
  readonly duplicates: DuplicatePolicy;
  /** Labels that the gold file adds to the categories. */
  readonly moreCategories?: readonly string[];
};

export type LabelsFile = {
  readonly table: RatingTable;
  /** One table per value of the `by` column, in canonical order; categories are those of the whole file. */
  readonly groups: ReadonlyArray<{ readonly value: string; readonly table: RatingTable }>;
};

/** Whole numbers below this are looked up without hashing. */
const smallIds = 1 << 20;

/** Gives every text one number, in order of appearance; copies the text so that no file chunk is kept alive by it. */
class Interner {
  readonly ids: string[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly bySmallId = new Int32Array(smallIds).fill(-1);
  private lastText = '';
  private lastNumber = -1;

  numberOf(text: string): number {
    if (text === this.lastText && this.lastNumber >= 0) return this.lastNumber;
    const number = this.find(text) ?? this.add(text);
    this.lastText = this.ids[number] as string;
    this.lastNumber = number;
    return number;
  }

  has(text: string): boolean {
    return this.find(text) !== undefined;
  }

  private find(text: string): number | undefined {
    const small = smallIdOf(text);
    if (small < 0) return this.numbers.get(text);
    const number = this.bySmallId[small] as number;
    return number < 0 ? undefined : number;
  }

  private add(text: string): number {
    const copy = Buffer.from(text).toString();
    const number = this.ids.push(copy) - 1;
    const small = smallIdOf(text);
    if (small < 0) this.numbers.set(copy, number);
    else this.bySmallId[small] = number;
    return number;
  }
}

/** The number that `text` spells in the one canonical way ("0", "42"; not "042"), −1 for anything else or larger. */
function smallIdOf(text: string): number {
  const { length } = text;
  if (length === 0 || length > 6) return -1;
  let value = 0;
  for (let at = 0; at < length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return length > 1 && text.charCodeAt(0) === 48 ? -1 : value;
}

/** A column of 32-bit integers that grows. */
class Column {
  private values = new Int32Array(1 << 16);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Int32Array(this.values.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length] = value;
    this.length += 1;
  }

  /** The values as new numbers: `to[old]`. */
  mapped(to: Int32Array): Int32Array {
    const values = this.values.subarray(0, this.length);
    for (let row = 0; row < values.length; row += 1) values[row] = to[values[row] as number] as number;
    return values;
  }
}

/**
 * Reads `task,worker,label` (other columns are ignored) into a rating table. An empty label or NaN is a missing answer. Throws
 * `CsvProblem` with line and column for an empty id, a label outside the scale or the given categories.
 */
export function readLabels(file: string, options: LabelsOptions): LabelsFile {
  const tasks = new Interner();
  const workers = new Interner();
  const labels = new Interner();
  const groups = new Interner();
  for (const category of options.categories ?? []) labels.numberOf(category);
  const task = new Column();
  const worker = new Column();
  const label = new Column();
  const group = new Column();
  let nMissing = 0;
  const isStrict = options.categories !== null || options.needsNumbers;
  const columns = ['task', 'worker', 'label', ...(options.by === null ? [] : [options.by])];
  scanCsv(file, columns, ({ cells, line }) => {
    const [taskId = '', workerId = '', answer = '', by = ''] = cells;
    if (taskId === '') throw new CsvProblem(file, line, 'task', 'expected an id, found nothing');
    if (workerId === '') throw new CsvProblem(file, line, 'worker', 'expected an id, found nothing');
    const taskNumber = tasks.numberOf(taskId);
    const workerNumber = workers.numberOf(workerId);
    if (answer === '' || answer === 'NaN' || answer === 'nan') {
      nMissing += 1;
      return;
    }
    if (isStrict && !labels.has(answer)) checkLabel(file, line, answer, options);
    task.push(taskNumber);
    worker.push(workerNumber);
    label.push(labels.numberOf(answer));
    if (options.by !== null) group.push(groups.numberOf(by));
  });
  for (const category of options.moreCategories ?? []) labels.numberOf(category);
  if (labels.ids.length > 65_535)
    throw new CsvProblem(file, 1, 'label', 'expected at most 65,535 different labels');
  const shape = {
    categories: options.categories ?? sortIds(labels.ids),
    items: sortIds(tasks.ids),
    raters: sortIds(workers.ids),
  };
  const byGroup = options.by === null ? null : group.mapped(identity(groups.ids.length));
  const item = task.mapped(positions(tasks.ids, shape.items));
  const rater = worker.mapped(positions(workers.ids, shape.raters));
  const value = Uint16Array.from(label.mapped(positions(labels.ids, shape.categories)));
  const build = (columns_: Pick<Rows, 'item' | 'rater' | 'value'>, missing: number, isOwned: boolean) =>
    ratingTableFromColumns({
      ...shape,
      ...columns_,
      duplicates: options.duplicates,
      nMissing: missing,
      isOwned,
    });
  if (byGroup === null) return { table: build({ item, rater, value }, nMissing, true), groups: [] };
  const table = build({ item, rater, value }, nMissing, false);
  return {
    table,
    groups: sortIds(groups.ids).map((name) => {
      const rows = rowsOfGroup({ item, rater, value }, byGroup, groups.ids.indexOf(name));
      return { value: name, table: compact(build(rows, 0, true)) };
    }),
  };
}

type Rows = { readonly item: Int32Array; readonly rater: Int32Array; readonly value: Uint16Array };

function rowsOfGroup(rows: Rows, byGroup: Int32Array, group: number): Rows {
  const keep: number[] = [];
  for (let row = 0; row < byGroup.length; row += 1) if (byGroup[row] === group) keep.push(row);
  return {
    item: Int32Array.from(keep, (row) => rows.item[row] as number),
    rater: Int32Array.from(keep, (row) => rows.rater[row] as number),
    value: Uint16Array.from(keep, (row) => rows.value[row] as number),
  };
}

/** Without the items and raters that have no read in this group. */
function compact(table: RatingTable): RatingTable {
  const isUsed = new Uint8Array(table.raters.length);
  for (const rater of table.rater) isUsed[rater] = 1;
  const raters = table.raters.filter((_, rater) => isUsed[rater] === 1);
  const newRater = new Int32Array(table.raters.length);
  let next = 0;
  for (const [rater, used] of isUsed.entries()) {
    newRater[rater] = next;
    next += used;
  }
  const itemStart = [0];
  const items = table.items.filter((_, item) => {
    const end = table.itemStart[item + 1] as number;
    if (end === table.itemStart[item]) return false;
    itemStart.push(end);
    return true;
  });
  return {
    ...table,
    items,
    raters,
    itemStart: Int32Array.from(itemStart),
    rater: table.rater.map((rater) => newRater[rater] as number),
  };
}

function checkLabel(file: string, line: number, answer: string, options: LabelsOptions): void {
  if (options.categories !== null) {
    throw new CsvProblem(
      file,
      line,
      'label',
      `expected one of ${options.categories.join(', ')}; found ${quoted(answer)}`,
    );
  }
  if (!options.needsNumbers) return;
  const number = answer.trim() === '' ? Number.NaN : Number(answer);
  if (!Number.isFinite(number)) {
    throw new CsvProblem(
      file,
      line,
      'label',
      `expected a number on this scale (the order of words is given by --categories a,b,c); found ${quoted(answer)}`,
    );
  }
  if (options.needsPositive === true && number < 0) {
    throw new CsvProblem(
      file,
      line,
      'label',
      `expected a number of at least 0 on a ratio scale; found ${quoted(answer)}`,
    );
  }
}

/** Text for an error message: short, on one line. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

function identity(length: number): Int32Array {
  return Int32Array.from({ length }, (_, index) => index);
}

/** Position in `sorted` of each of `ids`. */
function positions(ids: readonly string[], sorted: readonly string[]): Int32Array {
  if (ids.length === sorted.length && ids.every((id, index) => id === sorted[index]))
    return identity(ids.length);
  const place = new Map(sorted.map((id, index) => [id, index]));
  return Int32Array.from(ids, (id) => place.get(id) as number);
}

/** Reads a gold file `task,label`: label by task. Throws `CsvProblem` for an empty id or label and for a task named twice. */
export function readGold(file: string): Map<string, string> {
  const gold = new Map<string, string>();
  scanCsv(file, ['task', 'label'], ({ cells, line }) => {
    const [task = '', label = ''] = cells;
    if (task === '') throw new CsvProblem(file, line, 'task', 'expected an id, found nothing');
    if (label === '') throw new CsvProblem(file, line, 'label', 'expected the known label, found nothing');
    if (gold.has(task)) throw new CsvProblem(file, line, 'task', 'expected each task once');
    gold.set(task, label);
  });
  return gold;
}
