import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '#db/client.ts';
import { systemContext } from '#server/command/context.ts';
import { systemClock } from '#server/core/clock.ts';
import { isAppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { env } from '#server/env.ts';
import { type ImportProgress, type ImportResult, importRegister } from '#server/registers/import-register.ts';
import {
  IMPORT_MODES,
  type ImportMode,
  REGISTER_SOURCES,
  type RegisterSource,
} from '#server/registers/schemas.ts';

export const IMPORT_USAGE = `npm run readroom -- import nucc|nppes|leie|sam FILE.csv [--mode full|delta|deactivated] [--as-of YYYY-MM-DD]
    [--accept-shrunk "REASON"] [--discard-unfinished] [--json]

Imports a public register: the NUCC taxonomy, NPPES (monthly file; weekly --mode delta; --mode deactivated), the OIG exclusion
list, the SAM.gov exclusions. Cut short, it goes on where it was when it is given the same file again.`;

type Options = {
  source: RegisterSource;
  file: string;
  mode: ImportMode;
  asOf: string | undefined;
  acceptShrunk: string | undefined;
  discardUnfinished: boolean;
  json: boolean;
};

const isOneOf = <T extends string>(values: readonly T[], value: string): value is T =>
  (values as readonly string[]).includes(value);

/** The command line, or what is wrong with it. */
export function importOptions(argv: readonly string[]): Options | { wrong: string } {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
  const { values, positionals } = parsed;
  const [source = '', file, ...more] = positionals;
  const mode = values.mode ?? 'full';
  const reason = values['accept-shrunk']?.trim();
  if (!isOneOf(REGISTER_SOURCES, source)) return { wrong: `There is no register "${source}".` };
  if (file === undefined || more.length > 0) return { wrong: 'Name one file.' };
  if (!isOneOf(IMPORT_MODES, mode)) return { wrong: `There is no mode "${mode}".` };
  if (values['as-of'] !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(values['as-of'])) {
    return { wrong: '--as-of is a day such as 2026-08-01.' };
  }
  if (reason !== undefined && reason.length < 5) return { wrong: '--accept-shrunk needs the reason.' };
  return {
    source,
    file: resolve(process.env.INIT_CWD ?? process.cwd(), file),
    mode,
    asOf: values['as-of'],
    acceptShrunk: reason,
    discardUnfinished: values['discard-unfinished'] ?? false,
    json: values.json ?? false,
  };
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      mode: { type: 'string' },
      'as-of': { type: 'string' },
      'accept-shrunk': { type: 'string' },
      'discard-unfinished': { type: 'boolean' },
      json: { type: 'boolean' },
    },
  });
}

/**
 * The `import` command. Returns the exit code: 0 imported (or already there), 1 refused, 2 a wrong command line or file.
 * With `--json` stdout is one JSON object; progress goes to stderr.
 */
export async function runImport(argv: readonly string[]): Promise<number> {
  if (argv.length === 0 || argv.includes('--help') || argv[0] === 'help') {
    console.log(IMPORT_USAGE);
    return argv.length === 0 ? 2 : 0;
  }
  const options = importOptions(argv);
  if ('wrong' in options) {
    console.error(`${options.wrong}\n\n${IMPORT_USAGE}`);
    return 2;
  }
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort(new Error('stopped')));
  const handle = openDatabase(env().DATABASE_URL, { max: 3, name: 'readroom-import' });
  const ctx = systemContext({ db: handle.db, clock: systemClock, name: 'cli.import', requestId: newId() });
  const progress = progressLine();
  try {
    const { json, ...input } = options;
    const result = await importRegister(
      { ctx, sql: handle.sql },
      { ...input, onProgress: progress.show, signal: stop.signal },
    );
    progress.clear();
    if (json) console.log(JSON.stringify(result));
    else say(result);
    return result.status === 'refused' ? 1 : 0;
  } catch (error) {
    progress.clear();
    if (stop.signal.aborted) console.error('Stopped. The same command goes on where it was.');
    else if (isAppError(error)) console.error(error.message);
    else throw error;
    return 2;
  } finally {
    await handle.close();
  }
}

/** One line on stderr that is written over; on something that is no terminal, a line every ten seconds. */
function progressLine() {
  const isTerminal = process.stderr.isTTY;
  const words = { check: 'Reading the file', stage: 'Importing', clear: 'Deleting what was replaced' };
  const beganAt = performance.now();
  let shownAt = beganAt;
  return {
    show: ({ phase, share, rows }: ImportProgress) => {
      const now = performance.now();
      if (now - shownAt < (isTerminal ? 200 : 10_000)) return;
      shownAt = now;
      const seconds = Math.round((now - beganAt) / 1000);
      const line = `${words[phase]}: ${Math.round(Math.min(1, share) * 100)} %${rows ? `, ${rows.toLocaleString('en-GB')} rows` : ''}, ${seconds} s`;
      process.stderr.write(isTerminal ? `\r\u001b[K${line}` : `${line}\n`);
    },
    clear: () => {
      if (isTerminal) process.stderr.write('\r\u001b[K');
    },
  };
}

function say(result: ImportResult): void {
  const rows = result.rows.toLocaleString('en-GB');
  if (result.status === 'already_current') {
    console.log(
      `This file is in use already: ${result.source}, as of ${result.asOf}, ${rows} rows. Nothing was changed.`,
    );
    return;
  }
  if (result.status === 'current') {
    const from =
      result.resumedAtRow > 0
        ? `, ${result.resumedAtRow.toLocaleString('en-GB')} of them by an earlier run`
        : '';
    // A speed of a few rows says nothing.
    const speed = result.rows < 10_000 ? '' : `, ${result.rowsPerSecond.toLocaleString('en-GB')} rows/s`;
    console.log(
      `${result.source} ${result.mode} as of ${result.asOf} is in use: ${rows} rows${from}${speed}, swapped in within ${result.swapMs} ms.`,
    );
    return;
  }
  console.error('Refused; what was in use stays in use:');
  for (const { line, column, message } of result.problems) {
    console.error(
      `  ${line === null ? '' : `line ${line}: `}${column === null ? '' : `${column} `}${message}`,
    );
  }
}
