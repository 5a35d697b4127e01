import type postgres from 'postgres';
import { postgresFault } from '#db/errors.ts';
import { CellProblem } from './copy-text.ts';
import { CsvScanner } from './csv-scanner.ts';
import type { Layout } from './layout.ts';
import { openCopy } from './open-copy.ts';
import type { Header, RegisterFile } from './register-file.ts';
import type { FileProblem } from './schemas.ts';

const WINDOW_BYTES = 1 << 22;
const SLICE_CHARACTERS = 1 << 17;
/** A chunk stops taking rows after this; what is on its way then arrives, and it is committed well within a second. */
const CHUNK_MS = 400;
const MOST_PROBLEMS = 20;
const cutOff = (fault: string | null) =>
  `the file ends in the middle of this row${fault === null ? '' : ` (${fault})`}; it was cut off, download it again`;

/** Where a stage is: the next byte and line of the file, and the rows before it. */
export type StagePosition = { bytes: number; line: number; rows: number };

export type Staged = {
  position: StagePosition;
  problems: FileProblem[];
  longestChunkMs: number;
  chunks: number;
};

/** Walks through the rows of a file; gives COPY text in slices and collects what is wrong. */
class RowWalker {
  readonly problems: FileProblem[] = [];
  position: StagePosition;
  isDone = false;
  private readonly scanner: CsvScanner;
  private readonly window = Buffer.allocUnsafe(WINDOW_BYTES);
  private at = 0;
  private end = 0;
  private readonly file: RegisterFile;
  private readonly layout: Layout;
  private readonly header: Header;
  private readonly prefix: string;

  constructor(
    file: RegisterFile,
    layout: Layout,
    header: Header,
    from: { importId: string; position: StagePosition },
  ) {
    this.file = file;
    this.layout = layout;
    this.header = header;
    this.prefix = `${from.importId}\t`;
    this.position = { ...from.position };
    this.scanner = new CsvScanner(header.slots);
  }

  /** The next rows as COPY text, about 128 kB; null at the end of the file. Problems end the text, not the walk. */
  async nextSlice(): Promise<string | null> {
    if (this.isDone) return null;
    let text = '';
    while (text.length < SLICE_CHARACTERS) {
      const row = this.nextRow();
      if (row === null) {
        if (!(await this.refill())) {
          this.isDone = true;
          return text === '' ? null : text;
        }
      } else text += row;
      if (this.problems.length >= MOST_PROBLEMS) this.isDone = true;
      if (this.isDone) return text;
    }
    return text;
  }

  /** One row's text, "" for a blank or malformed row, null when the window holds no whole row more. */
  private nextRow(): string | null {
    const { scanner, window, file, header } = this;
    const isLast = this.position.bytes + (this.end - this.at) >= file.bytes;
    if (this.at >= this.end) return null;
    const next = scanner.readRow(window, this.at, this.end, isLast);
    if (next < 0) return null;
    const line = this.position.line;
    this.position.bytes += next - this.at;
    this.position.line += scanner.lineCount;
    this.at = next;
    const isCut = next >= this.end && isLast && !scanner.isEnded;
    if (isCut && (scanner.fault !== null || scanner.cellCount > 1 || scanner.cells[0] !== '')) {
      return this.note(line, null, cutOff(scanner.fault));
    }
    if (scanner.fault !== null) return this.note(line, null, scanner.fault);
    if (scanner.cellCount === 1 && (scanner.cells[0] ?? '') === '' && header.columnCount > 1) return '';
    if (scanner.cellCount !== header.columnCount) {
      return this.note(line, null, `${scanner.cellCount} cells where the header has ${header.columnCount}`);
    }
    try {
      const row = this.layout.encode(scanner.cells, line);
      this.position.rows += 1;
      return `${this.prefix}${row}\n`;
    } catch (error) {
      if (error instanceof CellProblem) return this.note(line, error.column, error.message);
      throw error;
    }
  }

  private note(line: number, column: string | null, message: string): string {
    this.problems.push({ line, column, message });
    return '';
  }

  /** Reads on from the first byte of the row that is not whole yet; false at the end of the file. */
  private async refill(): Promise<boolean> {
    if (this.position.bytes >= this.file.bytes) return false;
    if (this.end - this.at >= WINDOW_BYTES) {
      this.note(this.position.line, null, 'a row is longer than 4 MB; a quote may never be closed');
      return false;
    }
    const { bytesRead } = await this.file.handle.read(this.window, 0, WINDOW_BYTES, this.position.bytes);
    this.at = 0;
    this.end = bytesRead;
    return bytesRead > 0;
  }
}

/**
 * Stages the rows of a file from a position on, in transactions of less than a second: each COPYs its rows and commits
 * the place where the next goes on. From the first malformed row on nothing is staged any more; the walk goes on to list
 * up to 20. The rows are on no page and in no screening until the import is made current.
 */
export async function stageRows(input: {
  sql: postgres.Sql;
  importId: string;
  file: RegisterFile;
  layout: Layout;
  header: Header;
  from: StagePosition;
  onChunk?: (position: StagePosition) => void;
  signal?: AbortSignal;
}): Promise<Staged> {
  const { sql, importId, layout, onChunk } = input;
  const walker = new RowWalker(input.file, layout, input.header, { importId, position: input.from });
  let longestChunkMs = 0;
  let chunks = 0;
  while (!walker.isDone && walker.problems.length === 0) {
    input.signal?.throwIfAborted();
    const began = performance.now();
    const problem = await copyChunk(sql, importId, layout, walker);
    if (problem !== null) walker.problems.push(problem);
    longestChunkMs = Math.max(longestChunkMs, performance.now() - began);
    chunks += 1;
    onChunk?.(walker.position);
  }
  while (!walker.isDone) await walker.nextSlice();
  return { position: walker.position, problems: walker.problems, longestChunkMs, chunks };
}

async function copyChunk(
  sql: postgres.Sql,
  importId: string,
  layout: Layout,
  walker: RowWalker,
): Promise<FileProblem | null> {
  const columns = ['import_id', ...layout.copyColumns].join(', ');
  const began = performance.now();
  try {
    await sql.begin(async (tx) => {
      const copy = await openCopy(tx, `copy ${layout.table} (${columns}) from stdin`);
      do {
        const slice = await walker.nextSlice();
        if (slice === null) break;
        if (slice !== '') await copy.write(slice);
      } while (performance.now() - began < CHUNK_MS && walker.problems.length === 0);
      await copy.end();
      const { bytes, line, rows } = walker.position;
      await tx`update register_imports set bytes_done = ${bytes}, lines_done = ${line}, rows_done = ${rows} where id = ${importId}`;
    });
    return null;
  } catch (error) {
    const problem = refusedByDatabase(error);
    if (problem === null) throw error;
    return problem;
  }
}

/** A row that PostgreSQL itself refuses: a key that is in the file twice, a value that does not fit. Else null. */
function refusedByDatabase(error: unknown): FileProblem | null {
  const fault = postgresFault(error);
  if (fault === null || !/^2[23]/.test(fault.code)) return null;
  const { detail } = error as { detail?: string };
  if (fault.code === '23505') {
    const key = /=\([^,]+, ([^)]*)\)/.exec(detail ?? '')?.[1] ?? '';
    return { line: null, column: null, message: `${key.trim() || 'a key'} is in the file twice` };
  }
  return { line: null, column: null, message: `the database refuses a row (${fault.code})` };
}
