import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type ConsensusChoice,
  type ConsensusMethod,
  chooseConsensus,
  consensusMethods,
  runConsensus,
} from '#server/quality/choose-consensus.ts';
import type { Consensus } from '#server/quality/consensus.ts';
import { threadEngine } from '#server/quality/em-threads.ts';
import { majority, randomTieExpectedAccuracy } from '#server/quality/majority.ts';
import type { Measurement } from '#server/quality/measurement.ts';
import { proportion } from '#server/quality/proportion.ts';
import type { RatingTable } from '#server/quality/rating-table.ts';
import { peakMemoryMb } from './peak-memory.ts';
import { CsvProblem } from './quality-csv.ts';
import { readGold, readLabels } from './quality-labels.ts';
import { choice, list, onlyFile, wholeNumber } from './quality-options.ts';
import { bar, bounds, decimal, printRows } from './quality-print.ts';

/**
 * `quality consensus FILE.csv`: one label per task from `task,worker,label`; repeated answers of a worker count as repeats. `--gold`
 * measures it (and lets `auto` choose), `--out` writes `task,label,confidence,p_<category>…`. Returns the exit code.
 */
export function runConsensusCommand(argv: string[]): number {
  const started = performance.now();
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      method: { type: 'string', default: 'auto' },
      gold: { type: 'string' },
      out: { type: 'string' },
      seed: { type: 'string', default: '1' },
      categories: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const file = onlyFile(positionals, 'quality consensus FILE.csv');
  const method = choice('--method', values.method, [...consensusMethods, 'auto']);
  const seed = wholeNumber('--seed', values.seed, 0);
  const inputs = values.gold === undefined ? [file] : [file, values.gold];
  const out = values.out === undefined ? null : { file: values.out, path: outputPath(values.out, inputs) };
  const gold = values.gold === undefined ? null : readGold(values.gold);
  const { table } = readLabels(file, {
    categories: list('--categories', values.categories),
    needsNumbers: false,
    by: null,
    duplicates: 'keep',
    ...(gold === null ? {} : { moreCategories: [...new Set(gold.values())] }),
  });
  const truth = truthOf(table, gold);
  const { consensus, chosen } = decide(table, method as ConsensusMethod | 'auto', truth, seed);
  const accuracy = gold === null ? null : goldAccuracy(consensus, truth);
  if (out !== null) writeOut(out, consensus);
  const summary = {
    method: chosen?.method ?? method,
    n_items: table.items.length,
    n_annotators: table.raters.length,
    n_labels: table.value.length,
    categories: table.categories,
    iterations: consensus.iterations,
    converged: consensus.converged,
    log_likelihood: consensus.logLikelihood,
    seconds: (performance.now() - started) / 1000,
    peak_rss_mb: peakMemoryMb(),
    gold:
      accuracy === null
        ? null
        : {
            n: accuracy.n,
            accuracy: accuracy.value,
            ci: accuracy.ci,
            ...randomTies(table, consensus, truth),
          },
    ...(chosen === null ? {} : { choice: choiceOf(chosen) }),
    annotators: consensus.annotators.map((annotator) => ({
      annotator: annotator.rater,
      n_labels: annotator.nReads,
      accuracy: annotator.accuracy,
      confusion: annotator.confusion === null ? null : rowsOf(annotator.confusion, table.categories.length),
    })),
  };
  if (values.json) console.log(JSON.stringify(summary));
  else print(summary, consensus, accuracy, chosen);
  return 0;
}

function decide(table: RatingTable, method: ConsensusMethod | 'auto', truth: Int32Array, seed: number) {
  const engine = threadEngine();
  if (method !== 'auto') return { consensus: runConsensus(table, method, { seed, engine }), chosen: null };
  const chosen = chooseConsensus(table, truth, { seed, engine });
  return { consensus: chosen.consensus, chosen };
}

function truthOf(table: RatingTable, gold: Map<string, string> | null): Int32Array {
  if (gold === null) return new Int32Array(table.items.length).fill(-1);
  const index = new Map(table.categories.map((category, position) => [category, position]));
  return Int32Array.from(table.items, (item) => index.get(gold.get(item) ?? '') ?? -1);
}

function goldAccuracy(consensus: Consensus, truth: Int32Array): Measurement {
  let right = 0;
  let n = 0;
  for (const [item, known] of truth.entries()) {
    if (known < 0 || (consensus.label[item] as number) < 0) continue;
    n += 1;
    if (consensus.label[item] === known) right += 1;
  }
  return proportion(right, n, { name: 'accuracy' });
}

/** Of majority: the accuracy to expect if ties were broken by lot; here they go to the lowest label. */
function randomTies(table: RatingTable, consensus: Consensus, truth: Int32Array) {
  if (consensus.method !== 'majority') return {};
  return { random_tie_accuracy: randomTieExpectedAccuracy(majority(table), truth).value };
}

function choiceOf(chosen: ConsensusChoice) {
  return {
    reason: chosen.reason,
    cross_fitted_accuracy: { value: chosen.accuracy.value, ci: chosen.accuracy.ci, n: chosen.accuracy.n },
    candidates: chosen.candidates.map(({ method, accuracy }) => ({
      method,
      accuracy: accuracy.value,
      ci: accuracy.ci,
    })),
  };
}

function rowsOf(matrix: Float64Array, K: number): number[][] {
  return Array.from({ length: K }, (_, truth) => [...matrix.subarray(truth * K, truth * K + K)]);
}

const pathOf = (file: string) => resolve(process.env.INIT_CWD ?? process.cwd(), file);

/**
 * Where a result may go, links followed. Refuses a file that is read, which would be lost, and whatever is there already and is not a
 * file: it would be replaced by one.
 */
function outputPath(file: string, inputs: readonly string[]): string {
  const path = pathOf(file);
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) return path;
  const isInput = inputs.some((input) => {
    const read = statSync(pathOf(input), { throwIfNoEntry: false });
    return read !== undefined && read.dev === there.dev && read.ino === there.ino;
  });
  if (isInput)
    throw new CsvProblem(file, null, null, 'is read by this command; choose another file for --out');
  if (!there.isFile())
    throw new CsvProblem(file, null, null, 'is there already and is not a file; choose another for --out');
  return realpathSync(path);
}

/** Writes the result beside its place and renames it, so that there is either the whole file or none. */
function writeOut({ file, path }: { file: string; path: string }, consensus: Consensus): void {
  const K = consensus.categories.length;
  const header = ['task', 'label', 'confidence', ...consensus.categories.map((category) => `p_${category}`)];
  const lines = [header.map(csvCell).join(',')];
  for (const [item, task] of consensus.items.entries()) {
    const label = consensus.label[item] as number;
    const posterior = consensus.posterior.subarray(item * K, item * K + K);
    const cells = [csvCell(task), label < 0 ? '' : csvCell(consensus.categories[label] as string)];
    cells.push(label < 0 ? '' : shortNumber(consensus.confidence[item] as number));
    for (const probability of posterior) cells.push(shortNumber(probability));
    lines.push(cells.join(','));
  }
  const partial = `${path}.${process.pid}.partial`;
  try {
    writeFileSync(partial, `${lines.join('\n')}\n`);
    renameSync(partial, path);
  } catch (cause) {
    rmSync(partial, { force: true });
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new CsvProblem(file, null, null, `cannot be written (${code})`);
  }
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(9)));
}

type Summary = {
  readonly method: string;
  readonly n_items: number;
  readonly n_annotators: number;
  readonly n_labels: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly log_likelihood: number | null;
  readonly seconds: number;
  readonly peak_rss_mb: number;
};

function print(
  summary: Summary,
  consensus: Consensus,
  accuracy: Measurement | null,
  chosen: ConsensusChoice | null,
): void {
  console.log(
    `${summary.method}: ${summary.n_items} items, ${summary.n_annotators} annotators, ${summary.n_labels} labels`,
  );
  if (chosen !== null) console.log(chosen.reason);
  const fit = summary.log_likelihood === null ? '' : `, log-likelihood ${summary.log_likelihood.toFixed(4)}`;
  const end = summary.converged ? 'converged' : 'stopped before it converged';
  console.log(`${summary.iterations} iterations, ${end}${fit}`);
  if (accuracy !== null) {
    const share =
      accuracy.value === null
        ? `none (${accuracy.reason})`
        : `${decimal(accuracy.value)} ${bounds(accuracy.ci)}`;
    console.log(`Accuracy on ${accuracy.n} gold items: ${share}`);
  }
  const counts = consensus.categories.map((_, k) =>
    consensus.label.reduce((sum, label) => sum + Number(label === k), 0),
  );
  const most = Math.max(1, ...counts);
  console.log('');
  printRows(
    consensus.categories
      .slice(0, 20)
      .map((category, k) => [category, `${counts[k]}`, bar((counts[k] ?? 0) / most).padEnd(30)]),
  );
  const worst = consensus.annotators
    .filter(({ accuracy: share }) => share !== null)
    .toSorted((a, b) => (a.accuracy ?? 0) - (b.accuracy ?? 0))
    .slice(0, 10);
  if (worst.length > 0) {
    console.log('\nLowest expected accuracy');
    printRows(
      worst.map(({ rater, accuracy: share, nReads }) => [
        rater,
        decimal(share, 3),
        `${nReads} labels`,
        bar(share ?? 0).padEnd(30),
      ]),
    );
  }
  console.log(`\n${summary.seconds.toFixed(2)} s, ${summary.peak_rss_mb.toFixed(0)} MB`);
}
