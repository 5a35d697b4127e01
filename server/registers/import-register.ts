import type postgres from 'postgres';
import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { asOfFileName } from './as-of.ts';
import { clearRows } from './clear-rows.ts';
import { endStaging, findStaging, type ImportRow, insertImport, listCurrent } from './import-queries.ts';
import type { Layout } from './layout.ts';
import { layoutOf } from './layouts.ts';
import { makeCurrent } from './make-current.ts';
import { openRegisterFile, type RegisterFile, readHeader } from './register-file.ts';
import type { FileProblem, ImportMode, RegisterSource } from './schemas.ts';
import { type StagePosition, stageRows } from './stage-rows.ts';

/** A full file with fewer rows than this share of the current one is refused. */
const LEAST_SHARE = 0.9;
const LOCK_SPACE = 7_310;

export type ImportInput = {
  source: RegisterSource;
  mode: ImportMode;
  file: string;
  /** The day the file is of, when its name does not say. */
  asOf?: string | undefined;
  /** Why a much smaller file is right all the same. */
  acceptShrunk?: string | undefined;
  /** Give up an unfinished import of another file. */
  discardUnfinished?: boolean | undefined;
  onProgress?: ((at: ImportProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
};

export type ImportProgress = { phase: 'check' | 'stage' | 'clear'; share: number; rows: number };

export type ImportResult = {
  status: 'current' | 'refused' | 'already_current';
  importId: string;
  source: RegisterSource;
  mode: ImportMode;
  asOf: string;
  fileSha256: string;
  rows: number;
  rowsBefore: number | null;
  /** Rows that an earlier, cut run had staged. */
  resumedAtRow: number;
  stageSeconds: number;
  rowsPerSecond: number;
  longestChunkMs: number;
  swapMs: number;
  problems: FileProblem[];
};

/**
 * Imports a register file: staged in short transactions, checked whole, made current by one. A file that is cut off,
 * malformed, empty or much shorter than the current one is refused with the reasons and changes nothing but the record of
 * the refusal. Killed at any moment, the same file goes on where the last commit was.
 *
 * Errors (nothing recorded): `register_file_unreadable`, `import_running`, `import_unfinished` (of another file),
 * `import_base_missing`, `import_stale` (a delta older than what is in use), `import_day_unknown`.
 */
export async function importRegister(
  world: { ctx: CommandContext; sql: postgres.Sql },
  input: ImportInput,
): Promise<ImportResult> {
  const layout = layoutOf(input.source, input.mode);
  const file = await openRegisterFile(input.file, (share) =>
    input.onProgress?.({ phase: 'check', share, rows: 0 }),
  );
  const lock = await world.sql.reserve();
  try {
    const [held] = await lock<{ held: boolean }[]>`
      select pg_try_advisory_lock(${LOCK_SPACE}, hashtext(${input.source})) as held`;
    if (!held?.held) {
      throw refusal(
        'conflict',
        'import_running',
        `Another import of ${layout.title} is running. Wait until it has ended.`,
      );
    }
    return await importHeld(world, input, layout, file);
  } finally {
    await lock`select pg_advisory_unlock(${LOCK_SPACE}, hashtext(${input.source}))`;
    lock.release();
    await file.handle.close();
  }
}

function refusal(kind: 'conflict' | 'precondition' | 'invalid', reason: string, message: string): AppError {
  return new AppError({ kind, reason, message });
}

async function importHeld(
  { ctx, sql }: { ctx: CommandContext; sql: postgres.Sql },
  input: ImportInput,
  layout: Layout,
  file: RegisterFile,
): Promise<ImportResult> {
  const asOf = dayOf(input, file, ctx.clock.now());
  const inUse = await listCurrent(ctx.db, input.source);
  const same = inUse.find((one) => one.fileSha256 === file.sha256 && one.mode === input.mode);
  if (same) return resultOf(same, { status: 'already_current' });
  refuseLayer(input.mode, asOf, inUse);
  const head = await readHeader(file, layout);
  const row = await beginOrResume(ctx, input, file, asOf, layout);
  if ('problems' in head) return refuse(ctx, row, head.problems, {});

  const from: StagePosition =
    row.bytesDone === 0
      ? { bytes: head.header.dataStart, line: head.header.dataLine, rows: 0 }
      : { bytes: row.bytesDone, line: row.linesDone, rows: row.rowsDone };
  const began = performance.now();
  const staged = await stageRows({
    sql,
    importId: row.id,
    file,
    layout,
    header: head.header,
    from,
    onChunk: (at) => input.onProgress?.({ phase: 'stage', share: at.bytes / file.bytes, rows: at.rows }),
    ...(input.signal ? { signal: input.signal } : {}),
  });
  const stageSeconds = (performance.now() - began) / 1000;
  const measures = {
    rows: staged.position.rows,
    resumedAtRow: from.rows,
    stageSeconds,
    rowsPerSecond: Math.round((staged.position.rows - from.rows) / Math.max(stageSeconds, 0.001)),
    longestChunkMs: Math.round(staged.longestChunkMs),
  };
  const before = input.mode === 'full' ? (inUse.find((one) => one.mode === 'full')?.rowsDone ?? null) : null;
  const problems = [...staged.problems, ...countProblems(staged, before, input)];
  if (problems.length > 0) return refuse(ctx, row, problems, { ...measures, rowsBefore: before });

  const swapBegan = performance.now();
  // A stop that came with the last chunk still stops: nothing is swapped in against somebody's word.
  input.signal?.throwIfAborted();
  await makeCurrent(ctx, { row, rowsBefore: before, shrunkReason: input.acceptShrunk ?? null });
  const swapMs = Math.round(performance.now() - swapBegan);
  for (const old of inUse.filter((one) => one.mode === 'full' || one.asOf <= asOf)) {
    if (input.mode !== 'full') break;
    await clearRows(ctx, old, (rows) =>
      input.onProgress?.({ phase: 'clear', share: rows / Math.max(1, old.rowsDone), rows }),
    );
  }
  return resultOf(row, { ...measures, status: 'current', rowsBefore: before, swapMs, problems: [] });
}

function countProblems(
  staged: { position: StagePosition; problems: readonly FileProblem[] },
  before: number | null,
  input: ImportInput,
): FileProblem[] {
  if (staged.problems.length > 0) return [];
  const { rows } = staged.position;
  const say = (message: string) => [{ line: null, column: null, message }];
  if (rows === 0) return say('the file has a header and no rows');
  if (before !== null && rows < before * LEAST_SHARE && input.acceptShrunk === undefined) {
    return say(
      `${rows} rows are fewer than 90 % of the ${before} in use; download it again, or say why it is right with --accept-shrunk "REASON"`,
    );
  }
  return [];
}

/** A delta needs something to lie on; neither it nor a whole file may undo what is newer. */
function refuseLayer(mode: ImportMode, asOf: string, inUse: readonly ImportRow[]): void {
  const base = inUse.find((one) => one.mode === 'full');
  if (mode !== 'full' && !base) {
    throw refusal(
      'precondition',
      'import_base_missing',
      'There is no full NPPES file yet. Import the monthly file first.',
    );
  }
  const newest =
    inUse
      .filter((one) => one.mode === mode || one.mode === 'full')
      .map((one) => one.asOf)
      .sort()
      .at(-1) ?? '';
  if (asOf < newest) {
    throw refusal(
      'precondition',
      'import_stale',
      `This file is of ${asOf} and what is in use is of ${newest}; it would put old entries over new ones. If the day is wrong, give it with --as-of.`,
    );
  }
}

function dayOf(input: ImportInput, file: RegisterFile, now: Date): string {
  const asOf = input.asOf ?? asOfFileName(input.source, file.name) ?? file.modifiedOn;
  if (asOf <= now.toISOString().slice(0, 10)) return asOf;
  throw refusal(
    'invalid',
    'import_day_unknown',
    `The file would be of ${asOf}, which lies in the future. Give its day with --as-of.`,
  );
}

async function beginOrResume(
  ctx: CommandContext,
  input: ImportInput,
  file: RegisterFile,
  asOf: string,
  layout: Layout,
): Promise<ImportRow> {
  const unfinished = await findStaging(ctx.db, input.source);
  if (unfinished && unfinished.fileSha256 === file.sha256 && unfinished.mode === input.mode)
    return unfinished;
  if (unfinished && !input.discardUnfinished) {
    throw refusal(
      'conflict',
      'import_unfinished',
      `The import of "${unfinished.fileName}" stopped after ${unfinished.rowsDone} rows, and this is another file. Run it with that file to go on, or add --discard-unfinished.`,
    );
  }
  await transact(ctx, async (tx) => {
    if (unfinished) await endStaging(tx.db, unfinished.id, { status: 'abandoned', endedAt: tx.now });
    await insertImport(tx.db, {
      id: newId(),
      source: layout.source,
      mode: layout.mode,
      fileName: file.name,
      fileSha256: file.sha256,
      fileBytes: file.bytes,
      asOf,
      startedAt: tx.now,
    });
  });
  if (unfinished) await clearRows(ctx, unfinished);
  const begun = await findStaging(ctx.db, input.source);
  if (begun === null) throw new Error('The import that was begun is gone.');
  return begun;
}

/** Records the refusal with its reasons and takes the staged rows away. */
async function refuse(
  ctx: CommandContext,
  row: ImportRow,
  problems: FileProblem[],
  measures: Partial<ImportResult>,
): Promise<ImportResult> {
  const told = problems.slice(0, 20);
  await transact(ctx, async (tx) => {
    await endStaging(tx.db, row.id, { status: 'refused', endedAt: tx.now, problems: told });
    await tx.audit({
      action: 'registers.import_refused',
      subject: { kind: 'register_import', id: row.id },
      detail: { source: row.source, mode: row.mode, fileSha256: row.fileSha256, problems: told.length },
    });
  });
  await clearRows(ctx, row);
  return resultOf(row, { ...measures, status: 'refused', problems: told });
}

function resultOf(
  row: ImportRow,
  more: Partial<ImportResult> & { status: ImportResult['status'] },
): ImportResult {
  return {
    importId: row.id,
    source: row.source,
    mode: row.mode,
    asOf: row.asOf,
    fileSha256: row.fileSha256,
    rows: row.rowsDone,
    rowsBefore: row.rowsBefore,
    resumedAtRow: 0,
    stageSeconds: 0,
    rowsPerSecond: 0,
    longestChunkMs: 0,
    swapMs: 0,
    problems: [],
    ...more,
  };
}
