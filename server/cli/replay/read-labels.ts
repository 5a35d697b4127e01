import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse';

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
  const levels = new Set<string>();
  const answers = new Map<string, Map<string, string>>();
  let line = 1;
  const rows = createReadStream(file).pipe(
    parse({ columns: true, bom: true, trim: true, skip_empty_lines: true }),
  );
  for await (const row of rows as AsyncIterable<Record<string, string | undefined>>) {
    line += 1;
    const { task, worker, label } = row;
    for (const [column, value] of Object.entries({ task, worker, label })) {
      if (!value)
        throw new UnusableFile(
          `${file}, line ${line}: the column "${column}" is empty or missing. Expected task,worker,label.`,
        );
    }
    const own = answers.get(worker ?? '') ?? new Map<string, string>();
    if (own.has(task ?? ''))
      throw new UnusableFile(
        `${file}, line ${line}: worker ${worker} has read task ${task} twice. A replay takes one read per person and case.`,
      );
    own.set(task ?? '', label ?? '');
    answers.set(worker ?? '', own);
    tasks.add(task ?? '');
    levels.add(label ?? '');
  }
  if (tasks.size === 0) throw new UnusableFile(`${file} holds no reads.`);
  const numeric = [...levels].every((level) => Number.isFinite(Number(level)));
  return {
    tasks: [...tasks],
    workers: [...answers.keys()],
    levels: [...levels].sort((a, b) => (numeric ? Number(a) - Number(b) : a < b ? -1 : 1)),
    answers,
    reads: [...answers.values()].reduce((sum, own) => sum + own.size, 0),
  };
}
