import type { RatingTable } from '#server/quality/rating-table.ts';
import type { LabelsFile } from './labels.ts';
import { quoted } from './problem.ts';
import { type Conflict, type Repeats, repeatRules, usualRepeats } from './repeats.ts';

type Command = keyof typeof usualRepeats;

/** What was left out of a label file and why, for JSON. */
export function fileFacts(
  { table, repeats, missing, warnings }: LabelsFile,
  command: Command,
  more: readonly string[] = [],
) {
  return {
    n_missing: table.nMissing,
    missing,
    n_duplicates: repeats.n,
    duplicates: {
      rule: repeats.rule,
      why: whyOf(repeats, command),
      n: repeats.n,
      n_conflicting: repeats.nConflicting,
      first_conflicts: repeats.conflicts,
    },
    warnings: [...warnings, ...more],
  };
}

/** The same in sentences; none when nothing was left out. */
export function fileSentences({ table, repeats, missing }: LabelsFile, command: Command): string[] {
  const sentences: string[] = [];
  if (table.nMissing > 0) {
    const words = Object.entries(missing).map(([word, n]) => `${word === '' ? 'empty' : quoted(word)} ${n}`);
    sentences.push(`${table.nMissing} missing labels left out (${words.join(', ')}).`);
  }
  if (repeats.n > 0) sentences.push(repeatSentence(repeats, command));
  return sentences;
}

/** Why this rule, where it is the command's own; null where it was asked for. */
function whyOf({ rule }: Repeats, command: Command): string | null {
  return rule === usualRepeats[command].rule ? usualRepeats[command].why : null;
}

function repeatSentence(repeats: Repeats, command: Command): string {
  const { rule, n, nConflicting, conflicts } = repeats;
  const why = whyOf(repeats, command);
  const [first] = conflicts;
  const differ =
    first === undefined ? 'they never differ' : `${nConflicting} differ, the first: ${conflictText(first)}`;
  const counts = `${repeatRules[rule]}${why === null ? '' : ` (${why})`}`;
  return `${n} repeated labels of the same worker for the same task: ${counts}; ${differ}.`;
}

function conflictText({ task, worker, labels, lines }: Conflict): string {
  const where = lines === null ? '' : `lines ${lines.join(', ')}, `;
  return `${where}task ${quoted(task)}, worker ${quoted(worker)}: ${labels.map(quoted).join(', ')}`;
}

/** Reads, items and raters of a table in words. */
export function tableText(table: RatingTable): string {
  return `${table.items.length} items, ${table.raters.length} annotators, ${table.value.length} labels`;
}
