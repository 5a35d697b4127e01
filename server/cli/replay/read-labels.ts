import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { CsvError, parse } from 'csv-parse';

/** Reads of a published study: who said what about which case. */
export type PublishedReads = {
  /** Case ids in the order of the file. */
  tasks: string[];
  workers: string[];
  /** Distinct answers, in the order of their scale. */
  levels: string[];
  /** worker → task → label. */
  answers: Map<string, Map<string, string>>;
  reads: number;
};

/** A file that cannot be replayed; the message names line and column. */
export class UnusableFile extends Error {}

/** Reads FOLDER/labels.csv (or the file itself): `task,worker,label`, ordinal labels, one read per worker and task. */
export async function readLabels(folder: string): Promise<PublishedReads> {
  const file = (await stat(folder).catch(() => null))?.isDirectory()
    ? path.join(folder, 'labels.csv')
    : folder;
  if ((await stat(file).catch(() => null)) === null) throw new UnusableFile(`There is no file ${file}.`);
  const tasks = new Set<string>();
  /** Label → the line it is first seen in. */
  const levels = new Map<string, number>();
  const answers = new Map<string, Map<string, string>>();
  for await (const { line, task, worker, label } of rowsOf(file)) {
    const own = answers.get(worker) ?? new Map<string, string>();
    if (own.has(task))
      throw new UnusableFile(
        `${file}, line ${line}: worker ${worker} has read task ${task} twice. A replay takes one read per person and case.`,
      );
    own.set(task, label);
    answers.set(worker, own);
    tasks.add(task);
    if (!levels.has(label)) levels.set(label, line);
  }
  if (tasks.size === 0) throw new UnusableFile(`${file} holds no reads.`);
  return {
    tasks: [...tasks],
    workers: [...answers.keys()],
    levels: inOrder(file, levels),
    answers,
    reads: [...answers.values()].reduce((sum, own) => sum + own.size, 0),
  };
}

type Row = { line: number; task: string; worker: string; label: string };

/** The file's rows, each whole; `line` is where it ends. */
async function* rowsOf(file: string): AsyncGenerator<Row> {
  const rows = createReadStream(file).pipe(
    parse({ columns: true, bom: true, trim: true, skip_empty_lines: true, info: true }),
  );
  try {
    for await (const { info, record } of rows as AsyncIterable<{
      info: { lines: number };
      record: Record<string, string | undefined>;
    }>) {
      const { task = '', worker = '', label = '' } = record;
      const row = { task, worker, label };
      for (const [column, value] of Object.entries(row)) {
        if (value.trim() === '')
          throw new UnusableFile(
            `${file}, line ${info.lines}: the column "${column}" is empty or missing. Expected task,worker,label.`,
          );
      }
      yield { line: info.lines, ...row };
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new UnusableFile(`${file} is no readable CSV: ${cause.message}`, { cause });
  }
}

/** The levels in the order of their scale: numbers as numbers, words as words. A mixture has no order. */
function inOrder(file: string, levels: ReadonlyMap<string, number>): string[] {
  const words = [...levels.keys()].filter((level) => !Number.isFinite(Number(level)));
  const [word] = words;
  if (word === undefined) return [...levels.keys()].sort((a, b) => Number(a) - Number(b));
  if (words.length < levels.size)
    throw new UnusableFile(
      `${file}, line ${levels.get(word)}: "${word}" is not a grade; other labels of the file are numbers.`,
    );
  return words.sort((a, b) => (a < b ? -1 : 1));
}
