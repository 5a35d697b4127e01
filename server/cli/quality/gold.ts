import { scanCsv } from './csv.ts';
import type { LabelsFile } from './labels.ts';
import { CsvProblem, quoted } from './problem.ts';

/** What is known of the tasks of a label file. */
export type Gold = {
  /** Per item of the table its category index, `outside` for a label that is no category, −1 where nothing is known. */
  readonly truth: Int32Array;
  /** Rows of the gold file. */
  readonly n: number;
  /** Gold of tasks that the label file does not have: measures nothing. */
  readonly nUnknown: number;
  /** Gold of tasks that nobody has answered. */
  readonly nUnanswered: number;
  /** Labels of known tasks that are none of the categories, so that no consensus can be right there. */
  readonly outside: readonly string[];
  readonly nOutside: number;
};

/** Stands in `truth` for a known label that is no category: never equal to one. */
export const outside = 65_536;

/**
 * Reads a gold file `task,label` for a label file. Throws `CsvProblem` for an empty or missing id or label, for a task named twice
 * and, when the categories are given, for a label that is none of them.
 */
export function readGold(file: string, labels: LabelsFile, categories: readonly string[] | null): Gold {
  const known = new Map<string, { readonly category: number; readonly label: string }>();
  scanCsv(file, ['task', 'label'], ({ cells, line }) => {
    const [task = '', label = ''] = cells;
    if (task.trim() === '') throw new CsvProblem(file, line, 'task', 'expected an id, found nothing');
    if (labels.isMissing(label))
      throw new CsvProblem(
        file,
        line,
        'label',
        `expected the known label, found ${label.trim() || 'nothing'}`,
      );
    if (known.has(task)) throw new CsvProblem(file, line, 'task', 'expected each task once');
    const category = labels.categoryOf(label);
    if (category < 0 && categories !== null) {
      const expected = `expected one of ${categories.join(', ')}; found ${quoted(label)}`;
      throw new CsvProblem(file, line, 'label', expected);
    }
    known.set(task, { category, label });
  });
  const { items, itemStart } = labels.table;
  const strays = new Set<string>();
  let nMatched = 0;
  let nUnanswered = 0;
  let nOutside = 0;
  const truth = Int32Array.from(items, (item, index) => {
    const one = known.get(item);
    if (one === undefined) return -1;
    nMatched += 1;
    if (itemStart[index] === itemStart[index + 1]) nUnanswered += 1;
    if (one.category >= 0) return one.category;
    nOutside += 1;
    strays.add(one.label);
    return outside;
  });
  const nUnknown = known.size - nMatched;
  return { truth, n: known.size, nUnknown, nUnanswered, outside: [...strays].sort(), nOutside };
}

/** What to know about the gold, in sentences. */
export function goldWarnings(gold: Gold): string[] {
  const sentences: string[] = [];
  if (gold.nUnknown > 0)
    sentences.push(`${gold.nUnknown} of ${gold.n} gold tasks are not in the label file and measure nothing.`);
  if (gold.nUnanswered > 0)
    sentences.push(`${gold.nUnanswered} of ${gold.n} gold tasks have no answer and measure nothing.`);
  if (gold.nOutside > 0) {
    const shown = gold.outside.slice(0, 5).map(quoted).join(', ');
    const more = gold.outside.length > 5 ? ` and ${gold.outside.length - 5} more` : '';
    sentences.push(
      `${gold.nOutside} gold tasks have a label that nobody gave (${shown}${more}): no consensus can be right there. ` +
        'Name all labels with --categories if they are missing from the answers only.',
    );
  }
  return sentences;
}
