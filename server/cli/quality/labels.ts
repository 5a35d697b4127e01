import {
  type DuplicatePolicy,
  type RatingTable,
  ratingTableFromColumns,
  sortIds,
} from '#server/quality/rating-table.ts';
import { scanCsv } from './csv.ts';
import { type GroupTable, groupTables } from './groups.ts';
import { Interner, int32Column, mostIds, TooManyIds, uint16Column } from './interner.ts';
import { LabelCoder, type LabelRules, missingCode } from './label-coder.ts';
import { alikeLabels, paddedIds } from './label-text.ts';
import { CsvProblem } from './problem.ts';
import { applyRepeatRule, type Repeats, settleRepeats } from './repeats.ts';

export type LabelsOptions = LabelRules & {
  /** Column by which the file is split, or null. */
  readonly by: string | null;
  /** What several answers of one worker to one task count for. */
  readonly duplicates: DuplicatePolicy;
};

export type LabelsFile = {
  readonly table: RatingTable;
  readonly repeats: Repeats;
  /** How often each word that stands for "no answer" occurs. */
  readonly missing: Readonly<Record<string, number>>;
  /** One table per value of the `by` column, in canonical order; categories are those of the whole file. */
  readonly groups: readonly GroupTable[];
  /** Category index of a label written elsewhere (gold): −1 when it is none of the table's. */
  readonly categoryOf: (label: string) => number;
  /** Whether a label written elsewhere stands for no answer. */
  readonly isMissing: (label: string) => boolean;
  /** What to know about the file, in sentences. */
  readonly warnings: readonly string[];
};

/**
 * Reads `task,worker,label` (other columns are ignored) into a rating table, at about 50 bytes a row beside the ids. Throws
 * `CsvProblem` with line and column for an empty id, a label outside the scale or the given categories, and more than 16
 * million different ids.
 */
export function readLabels(file: string, options: LabelsOptions): LabelsFile {
  const rows = collectRows(file, options);
  const { categories, position } = rows.coder.finish();
  const shape = { categories, items: sortIds(rows.tasks.ids), raters: sortIds(rows.workers.ids) };
  const group = rows.group.mapped(identity(rows.groups.ids.length));
  const columns = {
    item: rows.task.mapped(positions(rows.tasks.ids, shape.items)),
    rater: rows.worker.mapped(positions(rows.workers.ids, shape.raters)),
    value: rows.label.mapped(position),
  };
  const groups =
    options.by === null
      ? []
      : groupTables({
          shape,
          columns,
          group,
          names: rows.groups.ids,
          nMissing: rows.missingByGroup,
          settle: (table) => applyRepeatRule(table, options.duplicates),
        });
  const nMissing = rows.missingByGroup.reduce((sum, count) => sum + count, 0);
  const kept = ratingTableFromColumns({ ...shape, ...columns, duplicates: 'keep', nMissing, isOwned: true });
  const place = new Map(categories.map((name, index) => [name, index]));
  return {
    ...settleRepeats(kept, options.duplicates, file),
    missing: rows.coder.missingCounts(),
    groups,
    categoryOf: (label) => place.get(rows.coder.nameOf(label)) ?? -1,
    isMissing: (label) => rows.coder.isMissing(label),
    warnings: [
      alikeLabels(rows.coder.labelsAsWritten()),
      paddedIds('task', rows.tasks.ids),
      paddedIds('worker', rows.workers.ids),
    ].filter((sentence) => sentence !== null),
  };
}

/** One pass over the file: every row as four numbers. */
function collectRows(file: string, options: LabelsOptions) {
  const coder = new LabelCoder(file, options);
  const tasks = new Interner();
  const workers = new Interner();
  const groups = new Interner();
  const task = int32Column();
  const worker = int32Column();
  const label = uint16Column();
  const group = int32Column();
  const missingByGroup: number[] = [];
  const isSplit = options.by !== null;
  const columns = ['task', 'worker', 'label', ...(options.by === null ? [] : [options.by])];
  scanCsv(file, columns, ({ cells, line }) => {
    const [taskId = '', workerId = '', answer = '', by = ''] = cells;
    if (isBlank(taskId)) throw new CsvProblem(file, line, 'task', 'expected an id, found nothing');
    if (isBlank(workerId)) throw new CsvProblem(file, line, 'worker', 'expected an id, found nothing');
    let [taskNumber, workerNumber, groupNumber] = [0, 0, 0];
    try {
      taskNumber = tasks.numberOf(taskId);
      workerNumber = workers.numberOf(workerId);
      if (isSplit) groupNumber = groups.numberOf(by);
    } catch (error) {
      if (!(error instanceof TooManyIds)) throw error;
      const most = mostIds.toLocaleString('en');
      throw new CsvProblem(file, line, null, `expected at most ${most} different ids; split the file`);
    }
    const code = coder.code(answer, line);
    if (groupNumber === missingByGroup.length) missingByGroup.push(0);
    if (code === missingCode) {
      missingByGroup[groupNumber] = (missingByGroup[groupNumber] as number) + 1;
      return;
    }
    task.push(taskNumber);
    worker.push(workerNumber);
    label.push(code);
    if (isSplit) group.push(groupNumber);
  });
  return { coder, tasks, workers, groups, task, worker, label, group, missingByGroup };
}

function isBlank(id: string): boolean {
  return id === '' || (id.charCodeAt(0) <= 32 && id.trim() === '');
}

function identity(length: number): Int32Array {
  return Int32Array.from({ length }, (_, index) => index);
}

/** Position in `sorted` of each of `ids`. */
function positions(ids: readonly string[], sorted: readonly string[]): Int32Array {
  if (ids.every((id, index) => id === sorted[index])) return identity(ids.length);
  const place = new Map(sorted.map((id, index) => [id, index]));
  return Int32Array.from(ids, (id) => place.get(id) as number);
}
