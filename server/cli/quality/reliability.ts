import { parseArgs } from 'node:util';
import { perCategoryAgreement } from '#server/quality/per-category-agreement.ts';
import { type ReliabilityOptions, reliabilityReport } from '#server/quality/reliability-report.ts';
import { fileFacts, fileSentences } from './file-facts.ts';
import { type LabelsFile, readLabels } from './labels.ts';
import { analyseMulti, multiToJson, printMulti } from './multi-label.ts';
import { decimalOf } from './numbers.ts';
import {
  byColumn,
  choice,
  duplicatesRule,
  level,
  list,
  missingList,
  onlyFile,
  seedOf,
  UsageProblem,
  wholeNumber,
} from './options.ts';
import type { Output } from './output.ts';
import { pairwiseMatrix } from './pairwise.ts';
import { onOneLine } from './print.ts';
import { type Analysed, printReport, reportToJson } from './reliability-report.ts';
import { usualRepeats } from './repeats.ts';

const mostCategoriesEach = 50;
/** Steps of a bootstrap that take about half a minute. */
const slowSteps = 1.6e10;

function parse(argv: string[]) {
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
      missing: { type: 'string' },
      duplicates: { type: 'string' },
      multi: { type: 'boolean', default: false },
      separator: { type: 'string' },
      by: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const options = {
    scale: choice('--scale', values.scale, ['nominal', 'ordinal', 'interval', 'ratio']),
    weights: choice('--weights', values.weights, ['none', 'linear', 'quadratic']),
    level: level('--ci', values.ci),
    method: choice('--method', values.method, ['analytic', 'bootstrap']),
    seed: seedOf(values.seed),
    resamples: wholeNumber('--resamples', values.resamples, 100, 1_000_000),
  } satisfies ReliabilityOptions;
  if (values.multi && (options.scale !== 'nominal' || options.weights !== 'none'))
    throw new UsageProblem('--multi compares sets of labels; it goes with neither --scale nor --weights');
  if (!values.multi && values.separator !== undefined)
    throw new UsageProblem('--separator goes with --multi');
  if (values.separator === '' || values.separator === ',')
    throw new UsageProblem('--separator stands between the labels of one cell, e.g. "|"; it is not a comma');
  const categories = list('--categories', values.categories);
  const isMetric = options.scale === 'interval' || options.scale === 'ratio';
  if (isMetric && categories?.some((name) => decimalOf(name) === null))
    throw new UsageProblem(`--categories are numbers on the ${options.scale} scale`);
  return {
    file: onlyFile(positionals, 'quality reliability FILE.csv'),
    options,
    by: byColumn(values.by, ['task', 'worker', 'label']),
    categories,
    missing: missingList(values.missing),
    duplicates: duplicatesRule(values.duplicates, usualRepeats.reliability.rule, ['first', 'last', 'refuse']),
    separator: values.multi ? (values.separator ?? '|') : null,
    isJson: values.json,
  };
}

type Command = ReturnType<typeof parse>;

/**
 * `quality reliability FILE.csv`: every agreement coefficient of `task,worker,label`, with intervals; of a repeated (task, worker) the
 * first label counts unless `--duplicates` says otherwise. Prints a table, or one JSON object with `--json`. Returns the exit code.
 */
export function runReliability(argv: string[], output: Output): number {
  const command = parse(argv);
  const { options, categories, separator } = command;
  const labels = readLabels(command.file, {
    categories,
    needsNumbers: options.scale !== 'nominal' || options.weights !== 'none',
    needsPositive: options.scale === 'ratio',
    missing: command.missing,
    separator,
    by: command.by,
    duplicates: command.duplicates,
  });
  for (const warning of labels.warnings) output.warn(warning);
  if (options.method === 'bootstrap' && stepsOf(labels.table) * options.resamples > slowSteps)
    output.warn(
      `${options.resamples} resamples of ${labels.table.items.length} items take long; --resamples 1000, or --method analytic, are faster.`,
    );
  if (separator === null) reportSingle(command, labels, output);
  else reportMulti(command, labels, output);
  return 0;
}

/** What one resample costs: every item for each of some coefficients, and every pair of its answers for the mean kappa. */
function stepsOf({ items, itemStart }: LabelsFile['table']): number {
  let steps = 8 * items.length;
  for (let item = 0; item < items.length; item += 1) {
    const n = (itemStart[item + 1] as number) - (itemStart[item] as number);
    steps += (n * (n - 1)) / 2;
  }
  return steps;
}

function analyse(table: LabelsFile['table'], options: ReliabilityOptions): Analysed {
  const isSmall =
    table.categories.length <= mostCategoriesEach && table.categories.length * table.items.length <= 5e7;
  return {
    table,
    report: reliabilityReport(table, options),
    perCategory: isSmall ? perCategoryAgreement(table, { level: options.level ?? 0.95 }) : null,
    pairwise: pairwiseMatrix(table, options),
  };
}

function reportSingle(command: Command, labels: LabelsFile, output: Output): void {
  const { options, by } = command;
  const whole = analyse(labels.table, options);
  const groups = labels.groups.map(({ value, table }) => ({ value, analysed: analyse(table, options) }));
  if (command.isJson) {
    const split = groups.map(({ value, analysed }) => ({
      value,
      n_missing: analysed.table.nMissing,
      ...reportToJson(analysed, options),
    }));
    output.line(
      JSON.stringify({
        ...reportToJson(whole, options),
        ...fileFacts(labels, 'reliability'),
        ...(by === null ? {} : { by: { column: by, groups: split } }),
      }),
    );
    return;
  }
  printReport(output, whole, options, fileSentences(labels, 'reliability'));
  for (const { value, analysed } of groups) {
    output.line(`\n${by} = ${onOneLine(value)}`);
    printReport(output, analysed, options, []);
  }
}

function reportMulti(command: Command, labels: LabelsFile, output: Output): void {
  const { options, by, categories } = command;
  const whole = analyseMulti(labels.table, categories, options);
  const groups = labels.groups.map(({ value, table }) => ({
    value,
    analysed: analyseMulti(table, whole.labels, options),
  }));
  if (command.isJson) {
    const split = groups.map(({ value, analysed }) => ({ value, ...multiToJson(analysed) }));
    output.line(
      JSON.stringify({
        ...multiToJson(whole),
        separator: command.separator,
        ...fileFacts(labels, 'reliability'),
        ...(by === null ? {} : { by: { column: by, groups: split } }),
      }),
    );
    return;
  }
  printMulti(output, whole, fileSentences(labels, 'reliability'));
  for (const { value, analysed } of groups) {
    output.line(`\n${by} = ${onOneLine(value)}`);
    printMulti(output, analysed, []);
  }
}
