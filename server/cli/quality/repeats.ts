import type { DuplicatePolicy, RatingTable } from '#server/quality/rating-table.ts';
import { isReadableAgain, scanCsv } from './csv.ts';
import { CsvProblem, quoted } from './problem.ts';

/** One worker's answers to one task that are not all the same. */
export type Conflict = {
  readonly task: string;
  readonly worker: string;
  /** In the order of the file. */
  readonly labels: readonly string[];
  /** Lines of the answers; null for a file that can be read only once. */
  readonly lines: readonly number[] | null;
};

/** What became of several answers of one worker to one task. */
export type Repeats = {
  readonly rule: DuplicatePolicy;
  /** Answers beyond the first of their (task, worker). */
  readonly n: number;
  /** Pairs of task and worker whose answers differ. */
  readonly nConflicting: number;
  /** The first few of them, in the order of the table. */
  readonly conflicts: readonly Conflict[];
};

const mostConflicts = 5;

/** The rule in words, for help, README and results. */
export const repeatRules: Readonly<Record<DuplicatePolicy, string>> = {
  first: 'the first answer counts',
  last: 'the last answer counts',
  keep: 'every answer counts as a read of its own',
  refuse: 'none is allowed',
};

/** What each command does with repeated answers unless told otherwise, and why the two differ. */
export const usualRepeats = {
  reliability: {
    rule: 'first',
    why: 'agreement compares people, so each has one answer; quality consensus counts every answer unless told otherwise',
  },
  consensus: {
    rule: 'keep',
    why: 'a repeat tells more of the task, as in Dawid and Skene 1979; quality reliability takes the first unless told otherwise',
  },
} as const satisfies Record<string, { rule: DuplicatePolicy; why: string }>;

/**
 * Applies the rule for repeated answers to a table that has kept them all, and says what it found. Throws `CsvProblem` with
 * the line of the first repeat under `refuse`.
 */
export function settleRepeats(
  table: RatingTable,
  rule: DuplicatePolicy,
  file: string,
): { table: RatingTable; repeats: Repeats } {
  if (table.nDuplicates === 0) return { table, repeats: { rule, n: 0, nConflicting: 0, conflicts: [] } };
  if (rule === 'refuse') refuseRepeat(table, file);
  const found = conflictsOf(table);
  return {
    table: applyRepeatRule(table, rule),
    repeats: {
      rule,
      n: table.nDuplicates,
      nConflicting: found.nConflicting,
      conflicts: withLines(file, found.conflicts),
    },
  };
}

/** The table as the rule leaves it. */
export function applyRepeatRule(table: RatingTable, rule: DuplicatePolicy): RatingTable {
  const isAsItIs = table.nDuplicates === 0 || rule === 'keep' || rule === 'refuse';
  return isAsItIs ? table : withoutRepeats(table, rule);
}

/** The runs of one worker's answers within an item: `take(item, first row, row after the last)`, longer than one only. */
function eachRepeat(table: RatingTable, take: (item: number, from: number, to: number) => void): void {
  const { itemStart, rater } = table;
  for (let item = 0; item < table.items.length; item += 1) {
    const end = itemStart[item + 1] as number;
    let from = itemStart[item] as number;
    for (let row = from + 1; row <= end; row += 1) {
      if (row < end && rater[row] === rater[from]) continue;
      if (row - from > 1) take(item, from, row);
      from = row;
    }
  }
}

function conflictsOf(table: RatingTable): { nConflicting: number; conflicts: Conflict[] } {
  const conflicts: Conflict[] = [];
  let nConflicting = 0;
  eachRepeat(table, (item, from, to) => {
    const answers = table.value.subarray(from, to);
    if (answers.every((answer) => answer === answers[0])) return;
    nConflicting += 1;
    if (conflicts.length === mostConflicts) return;
    conflicts.push({
      task: table.items[item] as string,
      worker: table.raters[table.rater[from] as number] as string,
      labels: Array.from(answers, (answer) => table.categories[answer] as string),
      lines: null,
    });
  });
  return { nConflicting, conflicts };
}

/** Adds the lines by reading the file once more: rows that nobody asks for again need not be remembered. */
function withLines(file: string, conflicts: readonly Conflict[]): Conflict[] {
  if (conflicts.length === 0 || !isReadableAgain(file)) return [...conflicts];
  const lines = new Map(conflicts.map(({ task, worker }) => [keyOf(task, worker), [] as number[]]));
  scanCsv(file, ['task', 'worker'], ({ cells, line }) => {
    lines.get(keyOf(cells[0] ?? '', cells[1] ?? ''))?.push(line);
  });
  return conflicts.map((conflict) => ({
    ...conflict,
    lines: lines.get(keyOf(conflict.task, conflict.worker)) ?? null,
  }));
}

function keyOf(task: string, worker: string): string {
  return `${task.length}:${task}${worker}`;
}

function withoutRepeats(table: RatingTable, rule: 'first' | 'last'): RatingTable {
  const { value } = table;
  const isLeft = new Uint8Array(value.length).fill(1);
  eachRepeat(table, (_, from, to) => {
    isLeft.fill(0, from, to);
    isLeft[rule === 'first' ? from : to - 1] = 1;
  });
  const itemStart = new Int32Array(table.itemStart.length);
  let n = 0;
  for (let item = 0; item < table.items.length; item += 1) {
    const end = table.itemStart[item + 1] as number;
    for (let row = table.itemStart[item] as number; row < end; row += 1) n += isLeft[row] as number;
    itemStart[item + 1] = n;
  }
  return {
    ...table,
    itemStart,
    rater: table.rater.filter((_, row) => isLeft[row] === 1),
    value: value.filter((_, row) => isLeft[row] === 1),
  };
}

function refuseRepeat(table: RatingTable, file: string): never {
  let repeated = { task: '', worker: '' };
  eachRepeat(table, (item, from) => {
    if (repeated.worker !== '') return;
    const worker = table.raters[table.rater[from] as number] as string;
    repeated = { task: table.items[item] as string, worker };
  });
  const [found] = withLines(file, [{ ...repeated, labels: [], lines: null }]);
  const line = found?.lines?.[1] ?? null;
  const before = found?.lines?.[0] === undefined ? '' : ` (line ${found.lines[0]})`;
  const who = `worker ${quoted(repeated.worker)} has answered task ${quoted(repeated.task)} before${before}`;
  throw new CsvProblem(file, line, 'worker', `expected one answer per task; ${who}`);
}
