import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** An append-only file of JSON lines; a line is either wholly there after a crash, or not at all. */
export type Journal = {
  /** Returns when the line is on the disk. */
  append(line: unknown): void;
  close(): void;
};

const NEWLINE = 0x0a;

/**
 * Opens the journal and hands every line written so far, oldest first, to `replay`. A last line cut off by a
 * crash was never answered for, so it is dropped. A line in the middle that can't be read stops the start.
 */
export function openJournal(file: string, replay: (line: unknown) => void): Journal {
  const isNew = !existsSync(file);
  mkdirSync(dirname(file), { recursive: true });
  const content = isNew ? Buffer.alloc(0) : readFileSync(file);
  const end = content.lastIndexOf(NEWLINE) + 1;
  for (let start = 0, number = 1; start < end; number += 1) {
    const stop = content.indexOf(NEWLINE, start);
    replay(parseLine(content.toString('utf8', start, stop), number, file));
    start = stop + 1;
  }

  const fd = openSync(file, 'a', 0o600);
  if (end < content.length) ftruncateSync(fd, end);
  if (isNew) syncFolder(dirname(file));
  let size = end;
  return {
    append(line) {
      // Another process writing the same file would give one balance two truths: better to stop.
      if (fstatSync(fd).size !== size)
        throw new Error(`Another process writes ${file}; stop one of the two.`);
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`, 'utf8');
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
      fdatasyncSync(fd);
      size += bytes.length;
    },
    close: () => closeSync(fd),
  };
}

function parseLine(line: string, number: number, file: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new Error(`Line ${number} of ${file} can't be read. Restore the file, or remove its folder.`, {
      cause,
    });
  }
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
