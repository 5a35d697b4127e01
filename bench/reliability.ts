import { cohenKappa } from '#server/quality/cohen-kappa.ts';
import { counterUniform } from '#server/quality/counter-hash.ts';
import { fleissKappa } from '#server/quality/fleiss-kappa.ts';
import { gwetAc } from '#server/quality/gwet-ac.ts';
import { krippendorffAlpha } from '#server/quality/krippendorff-alpha.ts';
import { pairwiseKappa } from '#server/quality/pairwise-kappa.ts';
import { buildRatingTable, type RatingTable } from '#server/quality/rating-table.ts';
import { syntheticTable } from '#server/quality/synthetic-reads.ts';
import {
  type CountedTask,
  type CountPlan,
  type Counts,
  dropUnchanged,
  noCounts,
} from '#server/scores/counts.ts';
import { keysOf, rowsOf, runningRows } from '#server/scores/running-rows.ts';
import { countTask } from '#server/scores/task-counts.ts';
import { type Bench, type BenchCase, type BenchCheck, compared, measured, median } from './result.ts';

const ALPHA_LIMIT_SECONDS = 0.3;
const BOOTSTRAP_LIMIT_SECONDS = 1.5;
const ROUNDS = 5;

/**
 * Reliability on a million reads beside a textbook alpha (every pair of answers of every item) on the same reads in the same
 * run, and the scorecard's bootstrap on a panel of 20 readers.
 */
export const run: Bench = async ({ quick }) => {
  const cases: BenchCase[] = [];
  const checks: BenchCheck[] = [];
  measureMillion(quick ? 3 : ROUNDS, cases, checks);
  measurePanel(quick ? 3 : ROUNDS, cases, checks);
  measureLive(cases, checks);
  return { name: 'reliability', cases, checks };
};

function measureMillion(rounds: number, cases: BenchCase[], checks: BenchCheck[]): void {
  const table = syntheticTable(1e6, 5);
  const name = '1e+6 reads, 5 classes';
  const alpha = () => krippendorffAlpha(table, { scale: 'nominal', interval: 'none' });
  const own: number[] = [];
  const textbook: number[] = [];
  let value = alpha().value ?? Number.NaN;
  let expected = Number.NaN;
  for (let round = 0; round < rounds; round += 1) {
    own.push(
      seconds(() => {
        value = alpha().value ?? Number.NaN;
      }),
    );
    textbook.push(
      seconds(() => {
        expected = textbookAlpha(table);
      }),
    );
  }
  cases.push(
    compared(name, "Krippendorff's alpha", median(own), 's', {
      name: 'textbook alpha',
      value: median(textbook),
    }),
  );
  const analytic = () => krippendorffAlpha(table, { scale: 'nominal', interval: 'analytic' });
  cases.push(measured(name, 'alpha with analytic interval', medianSeconds(rounds, analytic), 's'));
  cases.push(
    measured(
      name,
      "Fleiss' kappa with interval",
      medianSeconds(rounds, () => fleissKappa(table)),
      's',
    ),
  );
  cases.push(
    measured(
      name,
      "Gwet's AC1 with interval",
      medianSeconds(rounds, () => gwetAc(table)),
      's',
    ),
  );
  checks.push({
    check: `${name}: alpha equals the textbook form`,
    pass: Math.abs(value - expected) < 1e-9,
    detail: `${value.toFixed(9)}`,
  });
  checks.push({
    check: `${name}: alpha within ${ALPHA_LIMIT_SECONDS} s (median of ${rounds})`,
    pass: median(own) <= ALPHA_LIMIT_SECONDS,
    detail: `${median(own).toFixed(3)} s`,
  });
}

/** 240 cases, 20 readers, 5 levels: the size of the published prostate panels. */
function measurePanel(rounds: number, cases: BenchCase[], checks: BenchCheck[]): void {
  const name = '240 items, 20 raters, 5 levels';
  const reads = Array.from({ length: 4800 }, (_, row) => {
    const item = Math.floor(row / 20);
    const level = Math.floor(counterUniform(1, item, 1) * 5);
    const slip = counterUniform(2, row, 1);
    const shift = slip < 0.15 ? -1 : slip > 0.85 ? 1 : 0;
    return { item: `${item}`, rater: `${row % 20}`, value: Math.max(0, Math.min(4, level + shift)) };
  });
  const table = buildRatingTable(reads, { categories: [0, 1, 2, 3, 4] });
  const bootstrap = medianSeconds(rounds, () => krippendorffAlpha(table, { scale: 'ordinal' }));
  cases.push(measured(name, 'ordinal alpha with 10,000 resamples', bootstrap, 's'));
  cases.push(
    measured(
      name,
      'all 190 pairwise kappas',
      medianSeconds(rounds, () => pairwiseKappa(table, { weights: 'quadratic' })),
      's',
    ),
  );
  cases.push(
    measured(
      name,
      "one Cohen's kappa",
      medianSeconds(rounds, () => cohenKappa(table, ['0', '1'])),
      's',
    ),
  );
  const first = krippendorffAlpha(table, { scale: 'ordinal' });
  const second = krippendorffAlpha(table, { scale: 'ordinal' });
  checks.push({
    check: `${name}: the bootstrap repeats to the last bit`,
    pass: JSON.stringify(first) === JSON.stringify(second),
    detail: `${first.ci?.join(' … ')}`,
  });
  checks.push({
    check: `${name}: 10,000 resamples within ${BOOTSTRAP_LIMIT_SECONDS} s`,
    pass: bootstrap <= BOOTSTRAP_LIMIT_SECONDS,
    detail: `${bootstrap.toFixed(3)} s`,
  });
}

/**
 * One read more, as the product counts it: its case is taken back as it was and counted as it stands, the counts it touches move, and all scores
 * of the batch, the team and the reader follow from them, in a batch of any size.
 */
function measureLive(cases: BenchCase[], checks: BenchCheck[]): void {
  const perRead = [1e3, 1e5].map((nItems) => {
    const stored = new Map<string, Counts>();
    const all = noCounts();
    for (let item = 0; item < nItems; item += 1) countTask(all, LIVE_PLAN, liveTask(item, 3), 1);
    move(stored, all);
    const rounds = 300;
    const spent = seconds(() => {
      for (let round = 0; round < rounds; round += 1) {
        const item = Math.floor(round / 2) % nItems;
        const [before, after] = round % 2 === 0 ? [3, 2] : [2, 3];
        const delta = noCounts();
        countTask(delta, LIVE_PLAN, liveTask(item, before ?? 3), -1);
        countTask(delta, LIVE_PLAN, liveTask(item, after ?? 3), 1);
        dropUnchanged(delta);
        move(stored, delta);
        for (const key of keysOf(delta)) {
          const counts = stored.get(nameOf(key));
          if (counts) runningRows(LIVE_PLAN, [key], rowsOf(counts));
        }
      }
    });
    const microseconds = (spent / rounds) * 1e6;
    cases.push(
      measured(
        `running counts, ${nItems.toExponential()} items`,
        'one read, with every score it moves',
        microseconds,
        'µs',
      ),
    );
    return microseconds;
  });
  const [small = 0, large = 0] = perRead;
  checks.push({
    check: 'running counts: a read costs the same in a batch a hundred times larger',
    pass: large < 5 * small + 50,
    detail: `${small.toFixed(1)} and ${large.toFixed(1)} µs`,
  });
}

const LIVE_PLAN: CountPlan = {
  batchId: 'batch',
  fields: [{ key: 'grade', label: 'Grade', scale: 'ordinal', categories: ['0', '1', '2', '3', '4'] }],
  watched: new Set(),
  gated: ['grade'],
  limits: new Map(),
};

/** A case with its first reads out of three, by 20 people of one team on one day. */
function liveTask(item: number, reads: number): CountedTask {
  return {
    taskId: `${item}`,
    reads: Array.from({ length: reads }, (_, at) => ({
      labelId: `${item} ${at}`,
      readerId: `reader ${(item + 7 * at) % 20}`,
      teamId: 'team',
      at: new Date(Date.UTC(2026, 10, 2)),
      activeMs: 20_000,
      confidence: null,
      values: { grade: String(Math.floor(counterUniform(4 + at, item, 1) * 5)) },
    })),
    gold: item % 10 === 0 ? { grade: [String(item % 5)] } : undefined,
    final: null,
  };
}

type Key = ReturnType<typeof keysOf>[number];
const nameOf = (key: Key) => `${key.kind} ${key.id} ${key.field} ${key.day}`;

/** Adds differences to the counts of each subject, field and day, as the tables keep them. */
function move(stored: Map<string, Counts>, delta: Counts): void {
  for (const part of ['cells', 'patterns'] as const) {
    for (const [text, n] of delta[part]) {
      const [kind, id, field, day] = JSON.parse(text) as [Key['kind'], string, string, string];
      const name = nameOf({ kind, id, field, day });
      const counts = stored.get(name) ?? noCounts();
      counts[part].set(text, (counts[part].get(text) ?? 0) + n);
      stored.set(name, counts);
    }
  }
}

/** Nominal alpha by its definition: disagreeing pairs within items over disagreeing pairs in all. */
function textbookAlpha(table: RatingTable): number {
  const totals = new Map<number, number>();
  let observed = 0;
  let n = 0;
  for (let item = 0; item < table.items.length; item += 1) {
    const answers = [...table.value.subarray(table.itemStart[item], table.itemStart[item + 1])];
    if (answers.length < 2) continue;
    n += answers.length;
    for (const left of answers) {
      totals.set(left, (totals.get(left) ?? 0) + 1);
      for (const right of answers) if (left !== right) observed += 1 / (answers.length - 1);
    }
  }
  const same = [...totals.values()].reduce((sum, count) => sum + count * (count - 1), 0);
  return 1 - observed / n / (1 - same / (n * (n - 1)));
}

function medianSeconds(rounds: number, work: () => unknown): number {
  return median(Array.from({ length: rounds }, () => seconds(work)));
}

function seconds(work: () => unknown): number {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1000;
}
