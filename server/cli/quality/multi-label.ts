import { type LabelAgreement, labelSetAlpha, perLabelOfSets } from '#server/quality/multi-label-alpha.ts';
import type { RatingTable } from '#server/quality/rating-table.ts';
import { type IntervalMeasurement, withRealInterval } from '#server/quality/real-interval.ts';
import type { ReliabilityOptions } from '#server/quality/reliability-report.ts';
import { tableText } from './file-facts.ts';
import { UsageProblem } from './options.ts';
import type { Output } from './output.ts';
import { axisOf, axisTitle, bounds, decimal, printRows, strip } from './print.ts';
import { coefficientToJson, printCoefficients } from './reliability-report.ts';

/** Agreement on answers that are sets of labels. */
export type MultiAnalysed = {
  readonly table: RatingTable;
  readonly labels: readonly string[];
  readonly level: number;
  readonly alphas: Readonly<Record<'masi_alpha' | 'jaccard_alpha', IntervalMeasurement>>;
  readonly perLabel: readonly LabelAgreement[];
};

const mostLabels = 200;

/**
 * Alpha with MASI and with Jaccard's distance, and each label by itself as "chosen or not". `named` is the list of labels where
 * it is given, so that one that nobody chose is there too.
 */
export function analyseMulti(
  table: RatingTable,
  named: readonly string[] | null,
  options: ReliabilityOptions,
): MultiAnalysed {
  const used = new Set(table.categories.flatMap((key) => JSON.parse(key) as string[]));
  const labels = named ?? [...used].sort();
  if (labels.length > mostLabels)
    throw new UsageProblem(`--multi compares at most ${mostLabels} labels; found ${labels.length}`);
  const { level = 0.95, method = 'analytic', seed = 1, resamples = 10_000 } = options;
  const shared = { level, seed, resamples, interval: method } as const;
  return {
    table,
    labels,
    level,
    alphas: {
      masi_alpha: withRealInterval(labelSetAlpha(table, { ...shared, distance: 'masi' })),
      jaccard_alpha: withRealInterval(labelSetAlpha(table, { ...shared, distance: 'jaccard' })),
    },
    perLabel: perLabelOfSets(table, labels, shared),
  };
}

/** For JSON; `categories` are the labels, `prevalence` the share of answers that have each. */
export function multiToJson({ table, labels, alphas, perLabel }: MultiAnalysed) {
  return {
    n_items: table.items.length,
    n_annotators: table.raters.length,
    n_labels: table.value.length,
    scale: 'multi',
    categories: labels,
    prevalence: Object.fromEntries(perLabel.map(({ label, prevalence }) => [label, prevalence])),
    coefficients: Object.fromEntries(
      Object.entries(alphas).map(([name, alpha]) => [name, coefficientToJson(alpha)]),
    ),
    per_label: Object.fromEntries(
      perLabel.map(({ label, prevalence, alpha, kappa, ac1 }) => [
        label,
        {
          prevalence,
          krippendorff_alpha: coefficientToJson(withRealInterval(alpha)),
          fleiss_kappa: coefficientToJson(withRealInterval(kappa)),
          gwet_ac: coefficientToJson(withRealInterval(ac1)),
        },
      ]),
    ),
  };
}

export function printMulti(
  output: Output,
  { table, alphas, perLabel, level }: MultiAnalysed,
  sentences: readonly string[],
): void {
  output.line(`${tableText(table)}, answers are sets of labels`);
  for (const sentence of sentences) output.line(sentence);
  output.line();
  printCoefficients(output, Object.entries(alphas), level);
  output.line('\nEach label, chosen or not');
  const rows = perLabel.map((one) => ({ one, kappa: withRealInterval(one.kappa) }));
  const axis = axisOf(rows.map(({ kappa }) => kappa));
  printRows(output, [
    ['label', 'chosen', "Fleiss' kappa", 'interval', axisTitle(axis), 'AC1'],
    ...rows.map(({ one, kappa }) => [
      one.label,
      one.prevalence === null ? '–' : `${(one.prevalence * 100).toFixed(1)} %`,
      decimal(kappa.value),
      bounds(kappa.ci),
      kappa.value === null ? `  ${kappa.reason}`.padEnd(32) : strip(kappa.value, kappa.ci, axis),
      decimal(one.ac1.value),
    ]),
  ]);
}
