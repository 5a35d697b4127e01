import type { CategoryAgreement } from '#server/quality/per-category-agreement.ts';
import type { RatingTable } from '#server/quality/rating-table.ts';
import { type IntervalMeasurement, withRealInterval } from '#server/quality/real-interval.ts';
import type { ReliabilityOptions, ReliabilityReport } from '#server/quality/reliability-report.ts';
import { tableText } from './file-facts.ts';
import type { Output } from './output.ts';
import type { PairwiseMatrix } from './pairwise.ts';
import { axisOf, axisTitle, bar, bounds, decimal, printRows, strip } from './print.ts';

export type Analysed = {
  readonly table: RatingTable;
  readonly report: ReliabilityReport;
  /** Null with more than 50 categories. */
  readonly perCategory: readonly CategoryAgreement[] | null;
  readonly pairwise: PairwiseMatrix | string;
};

/** One coefficient as the command gives it out. */
export function coefficientToJson(measurement: IntervalMeasurement) {
  return {
    value: measurement.value,
    se: measurement.se,
    ci: measurement.ci,
    n_items: measurement.n,
    n_excluded: measurement.nExcluded,
    excluded_because: measurement.exclusion,
    reason: measurement.reason,
    ci_reason: measurement.ciReason,
    method: measurement.method,
  };
}

/** One table's results for JSON. */
export function reportToJson(
  { table, report, perCategory, pairwise }: Analysed,
  options: ReliabilityOptions,
) {
  return {
    n_items: report.nItems,
    n_annotators: report.nRaters,
    n_labels: report.nReads,
    scale: options.scale,
    weights: options.weights,
    method: options.method,
    categories: table.categories,
    prevalence: report.prevalence,
    coefficients: Object.fromEntries(
      Object.entries(report.coefficients).map(([name, one]) => [name, coefficientToJson(one)]),
    ),
    per_category:
      perCategory === null
        ? null
        : Object.fromEntries(perCategory.map((one) => [one.category, categoryToJson(one)])),
    ...(perCategory === null ? { per_category_reason: 'too_many_categories' } : {}),
    pairwise: typeof pairwise === 'string' ? null : pairwise,
    ...(typeof pairwise === 'string' ? { pairwise_reason: pairwise } : {}),
  };
}

function categoryToJson({ nReads, prevalence, specificAgreement, kappa, ac1 }: CategoryAgreement) {
  return {
    n_labels: nReads,
    prevalence,
    specific_agreement: specificAgreement,
    fleiss_kappa: coefficientToJson(withRealInterval(kappa)),
    gwet_ac: coefficientToJson(withRealInterval(ac1)),
  };
}

const mostShown = 12;

/** The same as tables with a small plot. */
export function printReport(
  output: Output,
  { table, report, perCategory, pairwise }: Analysed,
  options: ReliabilityOptions,
  sentences: readonly string[],
): void {
  output.line(`${tableText(table)}, ${options.scale} scale`);
  for (const sentence of sentences) output.line(sentence);
  const shares = Object.entries(report.prevalence);
  printRows(
    output,
    shares
      .slice(0, mostShown)
      .map(([category, part]) => [category, `${(part * 100).toFixed(1)} %`, bar(part).padEnd(30)]),
  );
  if (shares.length > mostShown) output.line(`  … and ${shares.length - mostShown} more categories`);
  output.line();
  printCoefficients(output, Object.entries(report.coefficients), options.level ?? 0.95);
  if (perCategory !== null && perCategory.length > 1) {
    output.line('\nEach category against all others');
    const kappas = perCategory
      .slice(0, mostShown)
      .map((one) => ({ one, kappa: withRealInterval(one.kappa) }));
    const axis = axisOf(kappas.map(({ kappa }) => kappa));
    printRows(output, [
      ['category', 'kappa', 'interval', axisTitle(axis), 'AC1', 'specific'],
      ...kappas.map(({ one, kappa }) => [
        one.category,
        decimal(kappa.value),
        bounds(kappa.ci),
        plotOf(kappa, axis),
        decimal(one.ac1.value),
        decimal(one.specificAgreement),
      ]),
    ]);
  }
  if (
    typeof pairwise !== 'string' &&
    pairwise.annotators.length <= mostShown &&
    pairwise.annotators.length > 2
  )
    printPairs(output, pairwise);
}

/** Coefficients with interval, plot and n. */
export function printCoefficients(
  output: Output,
  coefficients: ReadonlyArray<readonly [string, IntervalMeasurement]>,
  level: number,
): void {
  const axis = axisOf(coefficients.map(([, one]) => one));
  printRows(output, [
    ['coefficient', 'value', `${Number((level * 100).toPrecision(6))} % interval`, axisTitle(axis), 'n'],
    ...coefficients.map(([name, one]) => [
      name,
      decimal(one.value),
      bounds(one.ci) || (one.ciReason ?? ''),
      plotOf(one, axis),
      `${one.n}`,
    ]),
  ]);
}

function plotOf(one: IntervalMeasurement, axis: 0 | -1): string {
  return one.value === null ? `  ${one.reason}`.padEnd(32) : strip(one.value, one.ci, axis);
}

function printPairs(output: Output, { annotators, cohen_kappa }: PairwiseMatrix): void {
  output.line("\nCohen's kappa of every two annotators");
  const short = (name: string) => (name.length > 8 ? `${name.slice(0, 7)}…` : name);
  printRows(output, [
    ['', ...annotators.map(short)],
    ...annotators.map((name, row) => [
      short(name),
      ...(cohen_kappa[row] ?? []).map((value, column) => (row === column ? '' : decimal(value, 2))),
    ]),
  ]);
}
