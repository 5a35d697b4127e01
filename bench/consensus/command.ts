import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BenchCase, type BenchCheck, measured, median } from '#bench/result.ts';
import { dawidSkene } from '#server/quality/dawid-skene.ts';
import { threadEngine } from '#server/quality/em-threads.ts';
import { syntheticRead, syntheticTable } from '#server/quality/synthetic-reads.ts';
import { moduleOf, runModule } from './module.ts';

const COMMAND_LIMIT_SECONDS = 1.5;
const TEN_MILLION = 1e7;
/** What ten million rows may cost: with numbers as ids, and with ids of words, whose text has to be kept. */
const MEMORY_LIMIT_MB = { numbers: 800, words: 1100 } as const;

type Ids = keyof typeof MEMORY_LIMIT_MB;
type Answer = { seconds: number; peak_rss_mb: number; n_labels: number; log_likelihood: number | null };

/** The command on a file of a million labels: read, parse, vote. */
export function measureCommand(rounds: number, cases: BenchCase[], checks: BenchCheck[]): void {
  withLabels(1e6, 'numbers', (file) => {
    const answers = Array.from({ length: rounds }, () => runCommand(file, ['--method', 'majority']));
    const time = median(answers.map(({ seconds }) => seconds));
    cases.push(measured('1e+6 labels as CSV', 'read, parsed and voted', time, 's'));
    checks.push({
      check: `1e+6 labels as CSV: within ${COMMAND_LIMIT_SECONDS} s (median of ${rounds})`,
      pass: time <= COMMAND_LIMIT_SECONDS,
      detail: `${time.toFixed(2)} s`,
    });
  });
}

/**
 * What ten million rows cost: ten iterations of Dawid–Skene on a table in memory, then the command on CSV files of the same reads,
 * with its own peak memory. The command must find what the table gives.
 */
export function measureTenMillion(cases: BenchCase[], checks: BenchCheck[]): void {
  const table = syntheticTable(TEN_MILLION, 5, false);
  const started = performance.now();
  const { logLikelihood } = dawidSkene(table, { maxIterations: 10, engine: threadEngine() });
  const name = '1e+7 reads, 5 classes';
  cases.push(measured(name, 'ten iterations, two threads', (performance.now() - started) / 1000, 's'));
  for (const ids of ['numbers', 'words'] as const) {
    withLabels(TEN_MILLION, ids, (file) => {
      const answer = runCommand(file, ['--method', 'dawid-skene', '--max-iterations', '10']);
      const what = `1e+7 labels as CSV, ids are ${ids}`;
      cases.push(measured(what, 'read, parsed, ten iterations', answer.seconds, 's'));
      cases.push(measured(what, 'peak memory of the command', answer.peak_rss_mb, 'MB'));
      checks.push({
        check: `${what}: every row read, the log-likelihood that of the table (relative 1e-9)`,
        pass:
          answer.n_labels === TEN_MILLION &&
          Math.abs((answer.log_likelihood ?? 0) - logLikelihood) <= 1e-9 * Math.abs(logLikelihood),
        detail: `${answer.n_labels} labels, ${answer.log_likelihood} and ${logLikelihood}`,
      });
      checks.push({
        check: `${what}: peak memory within ${MEMORY_LIMIT_MB[ids]} MB`,
        pass: answer.peak_rss_mb <= MEMORY_LIMIT_MB[ids],
        detail: `${answer.peak_rss_mb.toFixed(0)} MB`,
      });
    });
  }
}

function runCommand(file: string, options: readonly string[]): Answer {
  const argv = JSON.stringify(['consensus', file, ...options, '--json']);
  return JSON.parse(
    runModule(`
      const { runQuality } = await import(${moduleOf('server/cli/quality.ts')});
      process.exitCode = await runQuality(${argv});
    `),
  ) as Answer;
}

function withLabels(reads: number, ids: Ids, use: (file: string) => void): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'readroom-consensus-'));
  try {
    const file = path.join(folder, 'labels.csv');
    writeLabels(file, reads, ids);
    use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeLabels(file: string, reads: number, ids: Ids): void {
  const handle = openSync(file, 'w');
  const [task, worker] = ids === 'words' ? ['case-', 'reader-'] : ['', ''];
  let piece = 'task,worker,label\n';
  for (let row = 0; row < reads; row += 1) {
    const { item, rater, value } = syntheticRead(row, 5);
    piece += `${task}${item},${worker}${rater},${value}\n`;
    if (piece.length < 1 << 20) continue;
    writeSync(handle, piece);
    piece = '';
  }
  writeSync(handle, piece);
  closeSync(handle);
}
