import { parseArgs } from 'node:util';
import type { Measurement } from '#server/quality/measurement.ts';
import type { RatingTable } from '#server/quality/rating-table.ts';
import {
  type ReliabilityOptions,
  type ReliabilityReport,
  reliabilityReport,
} from '#server/quality/reliability-report.ts';
import { readLabels } from './quality-labels.ts';
import { byColumn, choice, level, list, onlyFile, wholeNumber } from './quality-options.ts';
import { bar, bounds, decimal, printRows, strip } from './quality-print.ts';

/**
 * `quality reliability FILE.csv`: every agreement coefficient of `task,worker,label`, with intervals; a repeated (task, worker) counts
 * with its first label. Prints a table, or one JSON object with `--json`. Returns the exit code.
 */
export function runReliability(argv: string[]): number {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      scale: { type: 'string', default: 'nominal' },
      weights: { type: 'string', default: 'none' },
      ci: { type: 'string', default: '0.95' },
      method: { type: 'string', default: 'analytic' },
      seed: { type: 'string', default: '1' },
      resamples: { type: 'string', default: '10000' },
      categories: { type: 'string' },
      by: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const file = onlyFile(positionals, 'quality reliability FILE.csv');
  const options = {
    scale: choice('--scale', values.scale, ['nominal', 'ordinal', 'interval', 'ratio']),
    weights: choice('--weights', values.weights, ['none', 'linear', 'quadratic']),
    level: level('--ci', values.ci),
    method: choice('--method', values.method, ['analytic', 'bootstrap']),
    seed: wholeNumber('--seed', values.seed, 0),
    resamples: wholeNumber('--resamples', values.resamples, 100),
  } satisfies ReliabilityOptions;
  const by = byColumn(values.by, ['task', 'worker', 'label']);
  const isMetric = options.scale === 'interval' || options.scale === 'ratio';
  const labels = readLabels(file, {
    categories: list('--categories', values.categories),
    // Words have an order, and distances, only when the order is given.
    needsNumbers:
      isMetric ||
      (values.categories === undefined && (options.scale === 'ordinal' || options.weights !== 'none')),
    needsPositive: options.scale === 'ratio',
    by,
    duplicates: 'first',
  });
  const whole = { table: labels.table, report: reliabilityReport(labels.table, options) };
  const groups = labels.groups.map(({ value, table }) => ({
    value,
    table,
    report: reliabilityReport(table, options),
  }));
  if (values.json) {
    const split =
      by === null
        ? {}
        : {
            by: {
              column: by,
              groups: groups.map((group) => ({ value: group.value, ...toJson(group, options) })),
            },
          };
    console.log(JSON.stringify({ ...toJson(whole, options), ...split }));
    return 0;
  }
  printReport(whole, options);
  for (const group of groups) {
    console.log(`\n${by} = ${group.value}`);
    printReport(group, options);
  }
  return 0;
}

type Analysed = { readonly table: RatingTable; readonly report: ReliabilityReport };

function toJson({ table, report }: Analysed, options: ReliabilityOptions) {
  const coefficient = (measurement: Measurement) => ({
    value: measurement.value,
    se: measurement.se,
    ci: measurement.ci,
    n_items: measurement.n,
    n_excluded: measurement.nExcluded,
    excluded_because: measurement.exclusion,
    reason: measurement.reason,
  });
  return {
    n_items: report.nItems,
    n_annotators: report.nRaters,
    n_labels: report.nReads,
    n_duplicates: table.nDuplicates,
    n_missing: table.nMissing,
    scale: options.scale,
    weights: options.weights,
    method: options.method,
    categories: table.categories,
    prevalence: report.prevalence,
    coefficients: Object.fromEntries(
      Object.entries(report.coefficients).map(([name, measurement]) => [name, coefficient(measurement)]),
    ),
  };
}

function printReport({ table, report }: Analysed, options: ReliabilityOptions): void {
  console.log(
    `${report.nItems} items, ${report.nRaters} annotators, ${report.nReads} labels` +
      ` (${table.nDuplicates} repeats and ${table.nMissing} missing left out), ${options.scale} scale`,
  );
  const share = Object.entries(report.prevalence).slice(0, 12);
  printRows(
    share.map(([category, part]) => [category, `${(part * 100).toFixed(1)} %`, bar(part).padEnd(30)]),
  );
  console.log('');
  const rows = Object.entries(report.coefficients).map(([name, measurement]) => [
    name,
    decimal(measurement.value),
    bounds(measurement.ci),
    measurement.value === null
      ? `  ${measurement.reason}`.padEnd(32)
      : strip(measurement.value, measurement.ci),
    `${measurement.n}`,
  ]);
  printRows([
    ['coefficient', 'value', `${(options.level ?? 0.95) * 100} % interval`, '0 … 1'.padEnd(32), 'n'],
    ...rows,
  ]);
}
