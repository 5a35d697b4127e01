import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DatabaseHandle, openDatabase } from '#db/client.ts';
import { migrateDatabase } from '#db/migrate.ts';
import {
  LEIE_HEADER,
  leieRow,
  NPPES_HEADER,
  NUCC_HEADER,
  nppesRow,
  nuccRow,
  SAM_HEADER,
  samRow,
} from '#db/seed/factories/register-files.ts';
import { startScratchPostgres } from '#server/cli/embedded-postgres.mjs';
import { systemContext } from '#server/command/context.ts';
import { systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { importRegister } from '#server/registers/import-register.ts';
import type { RegisterSource } from '#server/registers/schemas.ts';
import { type Bench, type BenchCase, type BenchCheck, measured } from './result.ts';

const LEAST_ROWS_PER_SECOND = 50_000;
const LONGEST_CHUNK_MS = 1000;
const APP_PASSWORD = 'bench';

type Cells = Readonly<Record<string, string>>;
type Kind = {
  source: RegisterSource;
  rows: number;
  quick: number;
  header: readonly string[];
  row(n: number): Cells;
};

const LETTERS = 'ABCDEFGHIJKLMNOPRSTUVWYZ';
/** A name of six to nine letters, another for every number. */
const name = (n: number) => {
  let text = '';
  for (let rest = n * 7919 + 13, i = 0; i < 6 + (n % 4); i += 1, rest = Math.floor(rest / 7) + n * (i + 3)) {
    text += LETTERS[rest % LETTERS.length];
  }
  return text;
};
const digits = (n: number, length: number) => String(n).padStart(length, '0');
const day = (n: number) => ({
  y: String(1940 + (n % 60)),
  m: digits(1 + (n % 12), 2),
  d: digits(1 + (n % 28), 2),
});

/** Registers of the real sizes' shape: NPPES rows of 330 cells and about 1.2 kB. */
const KINDS: readonly Kind[] = [
  {
    source: 'nucc',
    rows: 200_000,
    quick: 60_000,
    header: NUCC_HEADER,
    row: (n) =>
      nuccRow({
        Code: `${digits(n, 9)}X`,
        Classification: 'Radiology',
        Specialization: name(n),
        Definition: 'A radiologist who uses imaging methods to diagnose and treat. '.repeat(4),
        'Display Name': `${name(n)} Physician`,
      }),
  },
  {
    source: 'nppes',
    rows: 1_000_000,
    quick: 200_000,
    header: NPPES_HEADER,
    row: (n) =>
      nppesRow({
        NPI: `1${digits(n, 9)}`,
        'Provider Last Name (Legal Name)': name(n),
        'Provider First Name': name(n + 1),
        'Provider Middle Name': n % 2 ? 'A' : '',
        'Provider Credential Text': 'M.D.',
        'Provider First Line Business Mailing Address': `${n} MAIN STREET`,
        'Provider Business Mailing Address City Name': 'COLUMBUS',
        'Provider Business Mailing Address Postal Code': '432150000',
        'Provider Business Practice Location Address Telephone Number': '6145550100',
        'Healthcare Provider Taxonomy Code_1': '2085R0202X',
        'Provider License Number_1': `35.${digits(n, 6)}`,
        'Provider License Number State Code_1': 'OH',
        'Healthcare Provider Primary Taxonomy Switch_1': 'Y',
        ...(n % 3 === 0 ? { 'Healthcare Provider Taxonomy Code_2': '207R00000X' } : {}),
        'Is Sole Proprietor': 'N',
        'Certification Date': '07/08/2020',
      }),
  },
  {
    source: 'leie',
    rows: 300_000,
    quick: 90_000,
    header: LEIE_HEADER,
    row: (n) =>
      leieRow({
        LASTNAME: name(n),
        FIRSTNAME: name(n + 5),
        MIDNAME: 'Q',
        DOB: `${day(n).y}${day(n).m}${day(n).d}`,
        ADDRESS: `${n} HIGH STREET`,
        ZIP: '43215',
        ...(n % 7 === 0 ? { NPI: `1${digits(n, 9)}` } : {}),
      }),
  },
  {
    source: 'sam',
    rows: 300_000,
    quick: 90_000,
    header: SAM_HEADER,
    row: (n) =>
      samRow({
        First: name(n + 9),
        Last: name(n),
        City: 'COLUMBUS',
        'SAM Number': `S4MR${digits(n, 6)}`,
        'Additional Comments': 'Excluded by the Department of Health and Human Services.',
      }),
  },
];

/** Imports of generated files in the publishers' own layouts, into a PostgreSQL of its own. */
export const run: Bench = async ({ quick }) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'readroom-bench-registers-'));
  const server = await startScratchPostgres();
  const cases: BenchCase[] = [];
  const checks: BenchCheck[] = [];
  let handle: DatabaseHandle | null = null;
  try {
    const admin = new URL(server.adminUrl);
    admin.pathname = '/bench';
    await migrateDatabase({ adminUrl: admin.href, appPassword: APP_PASSWORD });
    const url = new URL(admin.href);
    url.username = 'readroom_app';
    url.password = APP_PASSWORD;
    handle = openDatabase(url.href, { max: 4, name: 'bench' });
    for (const kind of KINDS) {
      const rows = quick ? kind.quick : kind.rows;
      const file = path.join(folder, `${kind.source}.csv`);
      const bytes = await write(file, kind, rows);
      await measure(handle, { kind, rows, file, bytes }, cases, checks);
      rmSync(file);
    }
  } finally {
    await handle?.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return { name: 'registers', cases, checks };
};

async function write(file: string, kind: Kind, rows: number): Promise<number> {
  const out = createWriteStream(file);
  const line = (cells: readonly string[]) => `"${cells.join('","')}"\n`;
  let text = line(kind.header);
  for (let n = 1; n <= rows; n += 1) {
    const cells = kind.row(n);
    text += line(kind.header.map((column) => cells[column] ?? ''));
    if (text.length < 1 << 20 && n < rows) continue;
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  out.end();
  await once(out, 'close');
  return out.bytesWritten;
}

async function measure(
  handle: DatabaseHandle,
  { kind, rows, file, bytes }: { kind: Kind; rows: number; file: string; bytes: number },
  cases: BenchCase[],
  checks: BenchCheck[],
): Promise<void> {
  const ctx = systemContext({ db: handle.db, clock: systemClock, name: 'bench', requestId: newId() });
  const done = await importRegister(
    { ctx, sql: handle.sql },
    { source: kind.source, mode: 'full', file, asOf: '2026-01-01' },
  );
  const label = `${kind.source}, ${rows.toLocaleString('en-GB')} rows, ${kind.header.length} columns, ${Math.round(bytes / 1e6)} MB`;
  cases.push(measured(label, 'staging', done.rowsPerSecond, 'rows/s'));
  cases.push(measured(label, 'longest chunk', done.longestChunkMs, 'ms'));
  cases.push(measured(label, 'swap', done.swapMs, 'ms'));
  checks.push(
    {
      check: `${kind.source}: every row is there and in use`,
      pass: done.status === 'current' && done.rows === rows,
      detail: `${done.rows} rows, ${done.status}`,
    },
    {
      check: `${kind.source}: at least ${LEAST_ROWS_PER_SECOND.toLocaleString('en-GB')} rows/s`,
      pass: done.rowsPerSecond >= LEAST_ROWS_PER_SECOND,
      detail: `${done.rowsPerSecond.toLocaleString('en-GB')} rows/s`,
    },
    {
      check: `${kind.source}: no chunk of more than ${LONGEST_CHUNK_MS} ms`,
      pass: done.longestChunkMs <= LONGEST_CHUNK_MS,
      detail: `${done.longestChunkMs} ms`,
    },
  );
}
