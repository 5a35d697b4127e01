import { cohenKappa } from '#server/quality/cohen-kappa.ts';
import { counterUniform } from '#server/quality/counter-hash.ts';
import { fleissKappa } from '#server/quality/fleiss-kappa.ts';
import { gwetAc } from '#server/quality/gwet-ac.ts';
import { krippendorffAlpha } from '#server/quality/krippendorff-alpha.ts';
import {
  emptyAgreement,
  liveAlpha,
  liveFleissKappa,
  liveGwetAc,
  moveItem,
} from '#server/quality/live-agreement.ts';
import { pairwiseKappa } from '#server/quality/pairwise-kappa.ts';
import { buildRatingTable, type RatingTable } from '#server/quality/rating-table.ts';
import { syntheticTable } from '#server/quality/synthetic-reads.ts';
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
    check: `${name}: alpha within ${ALPHA_LIMIT_SECONDS} s`,
    pass: Math.min(...own) <= ALPHA_LIMIT_SECONDS,
    detail: `${Math.min(...own).toFixed(3)} s`,
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

/** One read more: the running sums move and all live coefficients are read, in a batch of any size. */
function measureLive(cases: BenchCase[], checks: BenchCheck[]): void {
  const levels = Float64Array.of(0, 1, 2, 3, 4);
  const perRead = [1e3, 1e5].map((nItems) => {
    let state = emptyAgreement(levels);
    const one = Float64Array.of(1, 0, 0, 0, 0);
    const none = new Float64Array(5);
    for (let item = 0; item < nItems; item += 1)
      state = moveItem(state, none, Float64Array.of(1, item % 3, 1, 0, 0));
    const rounds = 2000;
    const spent = seconds(() => {
      for (let round = 0; round < rounds; round += 1) {
        state = round % 2 === 0 ? moveItem(state, none, one) : moveItem(state, one, none);
        liveAlpha(state, 'ordinal', levels);
        liveGwetAc(state);
        liveFleissKappa(state);
      }
    });
    const microseconds = (spent / rounds) * 1e6;
    cases.push(
      measured(
        `live counters, ${nItems.toExponential()} items`,
        'one read and three coefficients',
        microseconds,
        'µs',
      ),
    );
    return microseconds;
  });
  const [small = 0, large = 0] = perRead;
  checks.push({
    check: 'live counters: a read costs the same in a batch a hundred times larger',
    pass: large < 5 * small + 50,
    detail: `${small.toFixed(1)} and ${large.toFixed(1)} µs`,
  });
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
