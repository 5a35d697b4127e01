import type { AgreementWeights } from './agreement-weights.ts';
import { type BootstrappedCoefficient, bootstrapCoefficient } from './bootstrap-coefficients.ts';
import type { BootstrapResult } from './bootstrap-interval.ts';
import { bootstrapIntraclass } from './bootstrap-intraclass.ts';
import { bootstrapLightKappa } from './bootstrap-light-kappa.ts';
import { brennanPrediger } from './brennan-prediger.ts';
import { cohenKappa } from './cohen-kappa.ts';
import { congerKappa } from './conger-kappa.ts';
import { fleissKappa } from './fleiss-kappa.ts';
import { gwetAc } from './gwet-ac.ts';
import { intraclassCorrelations } from './intraclass-correlation.ts';
import { type AlphaOptions, krippendorffAlpha, mostCategories } from './krippendorff-alpha.ts';
import { lightKappa } from './light-kappa.ts';
import { type Measurement, unmeasured } from './measurement.ts';
import { percentAgreement } from './percent-agreement.ts';
import type { RatingTable } from './rating-table.ts';
import { type IntervalMeasurement, withRealInterval } from './real-interval.ts';
import type { Scale } from './scale-differences.ts';
import { scottPi } from './scott-pi.ts';

export type ReliabilityWeights = Exclude<AgreementWeights, Float64Array>;

export type ReliabilityOptions = {
  readonly scale: Scale;
  readonly weights?: ReliabilityWeights;
  readonly level?: number;
  /** `analytic` (default): Gwet's errors, F intervals for the ICCs; `bootstrap`: seeded percentile over items. */
  readonly method?: 'analytic' | 'bootstrap';
  readonly resamples?: number;
  readonly seed?: number;
};

export type CoefficientName =
  | 'percent_agreement'
  | 'cohen_kappa'
  | 'scott_pi'
  | 'fleiss_kappa'
  | 'conger_kappa'
  | 'gwet_ac'
  | 'brennan_prediger'
  | 'krippendorff_alpha'
  | 'icc_1_1'
  | 'icc_2_1'
  | 'icc_3_1'
  | 'icc_1_k'
  | 'icc_2_k'
  | 'icc_3_k';

export type ReliabilityReport = {
  readonly nItems: number;
  readonly nRaters: number;
  readonly nReads: number;
  /** Share of each category among all reads. */
  readonly prevalence: Readonly<Record<string, number>>;
  readonly coefficients: Readonly<Record<CoefficientName, IntervalMeasurement>>;
};

/**
 * Every reliability coefficient of a table at once, so that none is shown without the others beside it (the kappa paradox). Cohen's kappa of
 * more than two raters is the mean over pairs. The ICCs exist for numeric answers that are not nominal. Under `bootstrap` every error and
 * interval is resampled, those of the ICCs and of the mean kappa too. An interval without width is none, with its reason.
 *
 * @example reliabilityReport(table, { scale: 'ordinal', weights: 'quadratic' }).coefficients.gwet_ac.value
 */
export function reliabilityReport(table: RatingTable, options: ReliabilityOptions): ReliabilityReport {
  const measurements = isTabulated(table) ? tabulated(table, options) : continuous(table, options);
  const coefficients = Object.entries(measurements).map(
    ([name, measurement]) => [name, withRealInterval(measurement)] as const,
  );
  return {
    nItems: table.items.length,
    nRaters: table.raters.length,
    nReads: table.value.length,
    prevalence: prevalenceOf(table),
    coefficients: Object.fromEntries(coefficients) as ReliabilityReport['coefficients'],
  };
}

/** The most numbers that a step may lay out at once (0.8 GB); beyond it the step is left out with a reason. */
const mostNumbers = 100_000_000;

/** Whether counts per item and category can be laid out. */
function isTabulated({ categories, items }: RatingTable): boolean {
  return categories.length <= mostCategories && categories.length * items.length <= mostNumbers;
}

type Measurements = Record<CoefficientName, Measurement>;

function tabulated(table: RatingTable, options: ReliabilityOptions): Measurements {
  const { scale, weights = 'none', level = 0.95, method = 'analytic' } = options;
  const weighted = { weights, level };
  const K = table.categories.length;
  const bootstrapped = (
    measurement: Measurement,
    width: number,
    resample: () => BootstrapResult,
  ): Measurement => {
    if (method === 'analytic' || measurement.value === null) return measurement;
    const [name] = measurement.method.split(';');
    if (width * table.items.length > mostNumbers)
      return { ...measurement, se: null, ci: null, method: `${name};too_large_to_resample` };
    const { se, ci, method: how } = resample();
    return { ...measurement, se, ci, method: `${name};${how}` };
  };
  const pooled = (measurement: Measurement, name: BootstrappedCoefficient) =>
    bootstrapped(measurement, name === 'conger_kappa' ? 2 + table.raters.length * K : 3 + K, () =>
      bootstrapCoefficient(table, name, { ...options, weights }),
    );
  const alpha = (interval: AlphaOptions['interval']) =>
    krippendorffAlpha(table, { ...options, scale, level, interval: interval ?? method });
  return {
    percent_agreement: pooled(percentAgreement(table, weighted), 'percent_agreement'),
    cohen_kappa: bootstrapped(cohenOf(table, weighted), pairsPerItem(table), () =>
      bootstrapLightKappa(table, { ...options, weights }),
    ),
    scott_pi: pooled(scottPi(table, weighted), 'pooled_kappa'),
    fleiss_kappa: pooled(fleissKappa(table, weighted), 'pooled_kappa'),
    conger_kappa: pooled(congerKappa(table, weighted), 'conger_kappa'),
    gwet_ac: pooled(gwetAc(table, weighted), 'gwet_ac'),
    brennan_prediger: pooled(brennanPrediger(table, weighted), 'brennan_prediger'),
    krippendorff_alpha:
      method === 'bootstrap' && ((K * (K + 1)) / 2) * table.items.length > mostNumbers
        ? tooLarge(alpha('none'))
        : alpha(method),
    ...correlations(table, options),
  };
}

function tooLarge(measurement: Measurement): Measurement {
  return measurement.value === null
    ? measurement
    : { ...measurement, method: `${measurement.method.split(';')[0]};too_large_to_resample` };
}

function cohenOf(table: RatingTable, options: { weights: ReliabilityWeights; level: number }): Measurement {
  const [first, second] = table.raters;
  if (first !== undefined && second !== undefined && table.raters.length === 2)
    return cohenKappa(table, [first, second], { ...options, quantile: 't' });
  const mostPairs = Math.min(
    pairsPerItem(table) * table.items.length,
    (table.raters.length * (table.raters.length - 1)) / 2,
  );
  if (mostPairs * (table.categories.length ** 2 + 20) > mostNumbers)
    return unmeasured({ reason: 'too_many_pairs', method: 'light_kappa' });
  return lightKappa(table, options);
}

/** Pairs of answers per item, on average. */
function pairsPerItem({ itemStart, items }: RatingTable): number {
  let pairs = 0;
  for (let item = 0; item < items.length; item += 1) {
    const n = (itemStart[item + 1] as number) - (itemStart[item] as number);
    pairs += (n * (n - 1)) / 2;
  }
  return pairs / Math.max(1, items.length);
}

/** Measurements: only alpha's interval scale and the ICCs make sense of thousands of different answers. */
function continuous(table: RatingTable, options: ReliabilityOptions): Measurements {
  const { scale, level = 0.95, method = 'analytic' } = options;
  const none = (name: string) => unmeasured({ reason: 'too_many_categories', method: name });
  const isMoments = scale === 'interval' || table.categories.length > mostCategories;
  const alpha = krippendorffAlpha(table, { ...options, scale, level, interval: isMoments ? method : 'none' });
  return {
    percent_agreement: none('percent_agreement'),
    cohen_kappa: none('cohen_kappa'),
    scott_pi: none('scott_pi'),
    fleiss_kappa: none('fleiss_kappa'),
    conger_kappa: none('conger_kappa'),
    gwet_ac: none('gwet_ac'),
    brennan_prediger: none('brennan_prediger'),
    krippendorff_alpha: isMoments ? alpha : tooLarge(alpha),
    ...correlations(table, options),
  };
}

function correlations(table: RatingTable, options: ReliabilityOptions) {
  const { scale, level = 0.95, method = 'analytic' } = options;
  const icc = intraclassCorrelations(table, { level });
  const isResampled = method === 'bootstrap' && scale !== 'nominal' && icc.icc11.value !== null;
  const isTooLarge = (table.raters.length + 2) * table.items.length > mostNumbers;
  const boot = isResampled && !isTooLarge ? bootstrapIntraclass(table, options) : null;
  const of = (name: keyof typeof icc): Measurement => {
    const measurement = icc[name];
    if (scale === 'nominal') return unmeasured({ reason: 'nominal_scale', method: measurement.method });
    if (!isResampled || measurement.value === null) return measurement;
    const estimate = measurement.method.split(';')[0];
    if (boot === null)
      return { ...measurement, se: null, ci: null, method: `${estimate};too_large_to_resample` };
    const { se, ci, method: how } = boot[name];
    return { ...measurement, se, ci, method: `${estimate};${how}` };
  };
  return {
    icc_1_1: of('icc11'),
    icc_2_1: of('icc21'),
    icc_3_1: of('icc31'),
    icc_1_k: of('icc1k'),
    icc_2_k: of('icc2k'),
    icc_3_k: of('icc3k'),
  };
}

function prevalenceOf(table: RatingTable): Record<string, number> {
  const counts = new Float64Array(table.categories.length);
  for (let row = 0; row < table.value.length; row += 1) {
    const category = table.value[row] as number;
    counts[category] = (counts[category] as number) + 1;
  }
  const n = Math.max(1, table.value.length);
  return Object.fromEntries(table.categories.map((category, k) => [category, (counts[k] as number) / n]));
}
