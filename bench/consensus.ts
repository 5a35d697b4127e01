import { dawidSkene } from '#server/quality/dawid-skene.ts';
import { threadEngine } from '#server/quality/em-threads.ts';
import { majority } from '#server/quality/majority.ts';
import type { RatingTable } from '#server/quality/rating-table.ts';
import { syntheticTable, syntheticTruth } from '#server/quality/synthetic-reads.ts';
import { measureCommand, measureTenMillion } from './consensus/command.ts';
import { measureFresh } from './consensus/fresh.ts';
import { type Bench, type BenchCase, type BenchCheck, compared, measured, median } from './result.ts';

const ITERATIONS = 10;
const TEN_ITERATIONS = { maxIterations: ITERATIONS, tolerance: 0 };
/** Absolute: the references are printed to four decimals. */
const LOG_LIKELIHOOD_TOLERANCE = 1e-4;

type Size = {
  reads: number;
  classes: number;
  /** Log-likelihood after ten iterations, on which three independent implementations agree. */
  logLikelihood: number;
  accuracy: number;
  limitSeconds: number | null;
};

const SIZES: readonly Size[] = [
  { reads: 1e5, classes: 2, logLikelihood: -61265.8505, accuracy: 0.9143, limitSeconds: null },
  { reads: 1e5, classes: 5, logLikelihood: -105552.6725, accuracy: 0.95345, limitSeconds: null },
  { reads: 1e6, classes: 2, logLikelihood: -620529.3422, accuracy: 0.92386, limitSeconds: 0.2 },
  { reads: 1e6, classes: 5, logLikelihood: -1153808.1205, accuracy: 0.966035, limitSeconds: 0.35 },
];

/** Ten iterations in processes of their own. */
const FRESH = {
  quick: { reads: 1e6, logLikelihood: -1153808.1205, limitSeconds: null, rounds: 3 },
  full: { reads: 5e6, logLikelihood: -5811984.8221, limitSeconds: 1.5, rounds: 5 },
} as const;

/**
 * Dawid–Skene on the synthetic generator beside a textbook EM (log space, one array per quantity) on the same reads in the same run; the
 * largest size as a process of its own, time and memory of the same runs; and the command line from file to labels. Limits are held
 * against medians. Without `--quick` also ten million reads: EM alone, and the command from a CSV file.
 */
export const run: Bench = async ({ quick }) => {
  const cases: BenchCase[] = [];
  const checks: BenchCheck[] = [];
  for (const size of SIZES) measureSize(size, quick, cases, checks);
  measureFresh(quick ? FRESH.quick : FRESH.full, cases, checks);
  measureCommand(quick ? 3 : 5, cases, checks);
  if (!quick) measureTenMillion(cases, checks);
  return { name: 'consensus', cases, checks };
};

function measureSize(size: Size, quick: boolean, cases: BenchCase[], checks: BenchCheck[]): void {
  const name = `${size.reads.toExponential()} reads, ${size.classes} classes`;
  const table = syntheticTable(size.reads, size.classes);
  const rounds = quick ? 5 : 9;
  const own: number[] = [];
  const alone: number[] = [];
  let result = dawidSkene(table, { ...TEN_ITERATIONS, engine: threadEngine() });
  for (let round = 0; round < rounds; round += 1) {
    own.push(
      seconds(() => {
        result = dawidSkene(table, { ...TEN_ITERATIONS, engine: threadEngine() });
      }),
    );
    alone.push(seconds(() => dawidSkene(table, TEN_ITERATIONS)));
  }
  const metrics = { 'ten iterations, two threads': median(own), 'ten iterations, one thread': median(alone) };
  const peer =
    size.reads > (quick ? 1e5 : 1e6) ? null : measureTextbook(table, name, result.logLikelihood, checks);
  for (const [metric, value] of Object.entries(metrics)) {
    cases.push(peer === null ? measured(name, metric, value, 's') : compared(name, metric, value, 's', peer));
  }
  cases.push(
    measured(
      name,
      'majority vote',
      seconds(() => majority(table)),
      's',
    ),
  );
  const difference = Math.abs(result.logLikelihood - size.logLikelihood);
  checks.push({
    check: `${name}: log-likelihood equals the reference to 1e-4, absolute`,
    pass: difference <= LOG_LIKELIHOOD_TOLERANCE,
    detail: `${result.logLikelihood.toFixed(6)} and ${size.logLikelihood}`,
  });
  const right = result.label.reduce(
    (sum, label, item) => sum + Number(label === syntheticTruth(item, size.classes)),
    0,
  );
  checks.push({
    check: `${name}: accuracy equals the reference`,
    pass: Math.abs(right / result.label.length - size.accuracy) < 1e-6,
    detail: `${right / result.label.length}`,
  });
  if (size.limitSeconds === null) return;
  checks.push({
    check: `${name}: ten iterations on two threads within ${size.limitSeconds} s (median of ${rounds})`,
    pass: median(own) <= size.limitSeconds,
    detail: `${median(own).toFixed(3)} s`,
  });
}

/** The peer on the same reads; slow, so once. */
function measureTextbook(
  table: RatingTable,
  name: string,
  logLikelihood: number,
  checks: BenchCheck[],
): { name: string; value: number } {
  let expected = Number.NaN;
  const value = seconds(() => {
    expected = textbookLogLikelihood(table);
  });
  checks.push({
    check: `${name}: log-likelihood equals the textbook EM of this run`,
    pass: Math.abs(logLikelihood - expected) <= 1e-9 * Math.abs(expected),
    detail: expected.toFixed(4),
  });
  return { name: 'textbook EM', value };
}

function seconds(work: () => void): number {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1000;
}

/**
 * Dawid–Skene as the paper writes it, without any care for speed: the peer, and a second opinion on the log-likelihood.
 * Counts are kept per rater, class and answer in one array each.
 */
function textbookLogLikelihood(table: RatingTable): number {
  const K = table.categories.length;
  const items = table.items.map((_, item) => readsOf(table, item));
  let posterior = items.map((reads) => {
    const votes = new Array<number>(K).fill(0);
    for (const { answer } of reads) add(votes, answer, 1 / reads.length);
    return votes;
  });
  let logLikelihood = 0;
  for (let iteration = 0; iteration < ITERATIONS; iteration += 1) {
    const prior = new Array<number>(K).fill(1e-10);
    const counts = table.raters.map(() => new Array<number>(K * K).fill(1e-10));
    for (const [item, shares] of posterior.entries()) {
      for (const [k, share] of shares.entries()) {
        add(prior, k, share / items.length);
        for (const { rater, answer } of items[item] ?? []) add(counts[rater] ?? [], k * K + answer, share);
      }
    }
    const logs = counts.map((cells) =>
      cells.map((cell, at) => {
        const row = Math.floor(at / K) * K;
        return Math.log(cell / sum(cells.slice(row, row + K)));
      }),
    );
    logLikelihood = 0;
    posterior = items.map((reads) => {
      const scores = prior.map((share, k) => {
        const terms = reads.map(({ rater, answer }) => logs[rater]?.[k * K + answer] ?? 0);
        return Math.log(share) + sum(terms);
      });
      const largest = Math.max(...scores);
      const weights = scores.map((score) => Math.exp(score - largest));
      const total = sum(weights);
      logLikelihood += largest + Math.log(total);
      return weights.map((weight) => weight / total);
    });
  }
  return logLikelihood;
}

function readsOf(table: RatingTable, item: number): Array<{ rater: number; answer: number }> {
  const reads: Array<{ rater: number; answer: number }> = [];
  for (let row = table.itemStart[item] ?? 0; row < (table.itemStart[item + 1] ?? 0); row += 1) {
    reads.push({ rater: table.rater[row] ?? 0, answer: table.value[row] ?? 0 });
  }
  return reads;
}

function add(values: number[], at: number, amount: number): void {
  values[at] = (values[at] ?? 0) + amount;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
