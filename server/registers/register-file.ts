import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#server/core/errors.ts';
import { splitRow } from './csv-scanner.ts';
import type { Layout } from './layout.ts';
import type { FileProblem } from './schemas.ts';

const HEADER_BYTES = 1 << 20;
const HASH_BYTES = 1 << 22;

export type RegisterFile = {
  handle: FileHandle;
  name: string;
  bytes: number;
  sha256: string;
  modifiedOn: string;
};

/**
 * Opens a register file and takes its SHA-256, by which an import that was cut is found again. Errors:
 * `register_file_unreadable` (not there, empty, a zip archive or a workbook), in words.
 */
export async function openRegisterFile(
  file: string,
  onHashed: (share: number) => void = () => {},
): Promise<RegisterFile> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (cause) {
    throw unreadable(
      `${file} cannot be opened (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}).`,
      cause,
    );
  }
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw unreadable(`${file} is not a file.`);
    if (stat.size === 0) throw unreadable(`${file} is empty. Download it again.`);
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(HASH_BYTES);
    for (let at = 0; at < stat.size; ) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) break;
      if (at === 0 && buffer[0] === 0x50 && buffer[1] === 0x4b) {
        throw unreadable(
          `${file} is an archive or a workbook. Unpack it, or save the sheet as CSV, and import the CSV file in it.`,
        );
      }
      hash.update(buffer.subarray(0, bytesRead));
      at += bytesRead;
      onHashed(at / stat.size);
    }
    return {
      handle,
      name: path.basename(file),
      bytes: stat.size,
      sha256: hash.digest('hex'),
      modifiedOn: stat.mtime.toISOString().slice(0, 10),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function unreadable(message: string, cause?: unknown): AppError {
  return new AppError({
    kind: 'invalid',
    reason: 'register_file_unreadable',
    message,
    ...(cause === undefined ? {} : { cause }),
  });
}

export type Header = {
  /** For each column of the file, the place of its cell in what the layout reads, or −1. */
  slots: Int16Array;
  columnCount: number;
  /** Byte and line at which the rows begin. */
  dataStart: number;
  dataLine: number;
};

/** Finds the header and where its columns are, by name; or says which columns are missing or there twice. */
export async function readHeader(
  file: RegisterFile,
  layout: Layout,
): Promise<{ header: Header } | { problems: FileProblem[] }> {
  const buffer = Buffer.alloc(Math.min(HEADER_BYTES, file.bytes));
  await file.handle.read(buffer, 0, buffer.length, 0);
  let at = buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf ? 3 : 0;
  let line = 1;
  let best: FileProblem[] | null = null;
  for (let above = 0; above <= layout.preamble; above += 1) {
    const row = splitRow(buffer, at, buffer.length);
    if (row === null) break;
    const names = row.cells.map((cell) => cell.trim());
    const problems = row.fault === null ? headerProblems(names, layout, line) : [problem(line, row.fault)];
    at = row.next;
    line += row.lines;
    if (problems.length === 0) {
      const all = [...layout.required, ...layout.optional];
      return {
        header: {
          slots: Int16Array.from(names, (name) => all.indexOf(name)),
          columnCount: names.length,
          dataStart: at,
          dataLine: line,
        },
      };
    }
    if (best === null || problems.length < best.length) best = problems;
  }
  return { problems: best ?? [problem(1, 'the file ends before its header does; download it again')] };
}

function problem(line: number, message: string, column: string | null = null): FileProblem {
  return { line, column, message };
}

function headerProblems(names: readonly string[], layout: Layout, line: number): FileProblem[] {
  const all = [...layout.required, ...layout.optional];
  const missing = layout.required.filter((name) => !names.includes(name));
  if (missing.length === layout.required.length) {
    return [
      problem(
        line,
        `this is not the header of the ${layout.title}, which has ${layout.required.slice(0, 4).join(', ')} …`,
      ),
    ];
  }
  return [
    ...missing.map((name) => {
      const like = names.find((other) => other.toLowerCase() === name.toLowerCase());
      return problem(
        line,
        like ? `is missing from the header, which has "${like}"` : 'is missing from the header',
        name,
      );
    }),
    ...all
      .filter((name) => names.indexOf(name) !== names.lastIndexOf(name))
      .map((name) => problem(line, 'is in the header twice', name)),
  ].slice(0, 20);
}
