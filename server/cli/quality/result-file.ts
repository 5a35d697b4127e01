import {
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Consensus } from '#server/quality/consensus.ts';
import { pathOf } from './csv.ts';
import { CsvProblem } from './problem.ts';

export type ResultFile = { readonly file: string; readonly path: string };

/**
 * Where a result may go, links followed. Refuses a file that is read, which would be lost, whatever is there already and is not a
 * file, which would be replaced by one, and a place in a folder that does not exist.
 */
export function resultFile(file: string, inputs: readonly string[]): ResultFile {
  const path = pathOf(file);
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) {
    // Said before anything is computed: the result of an hour should not end here.
    if (statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new CsvProblem(file, null, null, `cannot be written: there is no folder ${dirname(path)}`);
    return { file, path };
  }
  const isInput = inputs.some((input) => {
    const read = statSync(pathOf(input), { throwIfNoEntry: false });
    return read !== undefined && read.dev === there.dev && read.ino === there.ino;
  });
  if (isInput)
    throw new CsvProblem(file, null, null, 'is read by this command; choose another file for --out');
  if (!there.isFile())
    throw new CsvProblem(file, null, null, 'is there already and is not a file; choose another for --out');
  return { file, path: realpathSync(path) };
}

const pieceLength = 1 << 20;

/**
 * Writes `task,label,confidence,p_<category>…` beside its place, makes sure that the disk has it and renames it, so that there is either
 * the whole file or none. Throws `CsvProblem` when it cannot be written.
 */
export function writeResult({ file, path }: ResultFile, consensus: Consensus): void {
  const partial = `${path}.${process.pid}.partial`;
  try {
    const handle = openSync(partial, 'w');
    try {
      let piece = '';
      for (const line of linesOf(consensus)) {
        piece += `${line}\n`;
        if (piece.length < pieceLength) continue;
        writeAll(handle, piece);
        piece = '';
      }
      writeAll(handle, piece);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(partial, path);
  } catch (cause) {
    rmSync(partial, { force: true });
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new CsvProblem(file, null, null, `cannot be written (${code})`);
  }
}

function writeAll(handle: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) written += writeSync(handle, bytes, written);
}

function* linesOf(consensus: Consensus): Generator<string> {
  const K = consensus.categories.length;
  const header = ['task', 'label', 'confidence', ...consensus.categories.map((name) => `p_${name}`)];
  yield header.map(csvCell).join(',');
  for (const [item, task] of consensus.items.entries()) {
    const label = consensus.label[item] as number;
    const cells = [csvCell(task), label < 0 ? '' : csvCell(consensus.categories[label] as string)];
    cells.push(label < 0 ? '' : shortNumber(consensus.confidence[item] as number));
    for (let k = 0; k < K; k += 1) cells.push(shortNumber(consensus.posterior[item * K + k] as number));
    yield cells.join(',');
  }
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(9)));
}
