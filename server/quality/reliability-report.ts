import type { AgreementWeights } from './agreement-weights.ts';
import { type BootstrappedCoefficient, bootstrapCoefficient } from './bootstrap-coefficients.ts';
import { brennanPrediger } from './brennan-prediger.ts';
import { cohenKappa } from './cohen-kappa.ts';
import { congerKappa } from './conger-kappa.ts';
import { fleissKappa } from './fleiss-kappa.ts';
import { gwetAc } from './gwet-ac.ts';
import { intraclassCorrelations } from './intraclass-correlation.ts';
import { krippendorffAlpha, mostCategories } from './krippendorff-alpha.ts';
import { lightKappa } from './light-kappa.ts';
import { type Measurement, unmeasured } from './measurement.ts';
import { percentAgreement } from './percent-agreement.ts';
import type { RatingTable } from './rating-table.ts';
import type { Scale } from './scale-differences.ts';
import { scottPi } from './scott-pi.ts';

export type ReliabilityOptions = {
  readonly scale: Scale;
  readonly weights?: Exclude<AgreementWeights, Float64Array>;
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
  readonly coefficients: Readonly<Record<CoefficientName, Measurement>>;
};

/**
 * Every reliability coefficient of a table at once, so that none is shown without the others beside it (the kappa paradox). Cohen's kappa of
 * more than two raters is the mean over pairs, with its analytic error under `bootstrap` too. The ICCs exist for numeric answers that are not nominal.
 *
 * @example reliabilityReport(table, { scale: 'ordinal', weights: 'quadratic' }).coefficients.gwet_ac.value
 */
export function reliabilityReport(table: RatingTable, options: ReliabilityOptions): ReliabilityReport {
  const { scale, weights = 'none', level = 0.95, method = 'analytic' } = options;
  const weighted = { weights, level };
  if (table.categories.length > mostCategories) return continuousReport(table, options);
  const twoRaters =
    table.raters.length === 2 ? ([table.raters[0] ?? '', table.raters[1] ?? ''] as const) : null;
  const cohen =
    twoRaters === null
      ? lightKappa(table, weighted)
      : cohenKappa(table, twoRaters, { ...weighted, quantile: 't' });
  const bootstrapped = (measurement: Measurement, name: BootstrappedCoefficient): Measurement => {
    if (method === 'analytic' || measurement.value === null) return measurement;
    const boot = bootstrapCoefficient(table, name, { ...options, weights });
    return {
      ...measurement,
      se: boot.se,
      ci: boot.ci,
      method: `${measurement.method.split(';')[0]};${boot.method}`,
    };
  };
  return {
    nItems: table.items.length,
    nRaters: table.raters.length,
    nReads: table.value.length,
    prevalence: prevalenceOf(table),
    coefficients: {
      percent_agreement: bootstrapped(percentAgreement(table, weighted), 'percent_agreement'),
      cohen_kappa: twoRaters === null ? cohen : bootstrapped(cohen, 'conger_kappa'),
      scott_pi: bootstrapped(scottPi(table, weighted), 'pooled_kappa'),
      fleiss_kappa: bootstrapped(fleissKappa(table, weighted), 'pooled_kappa'),
      conger_kappa: bootstrapped(congerKappa(table, weighted), 'conger_kappa'),
      gwet_ac: bootstrapped(gwetAc(table, weighted), 'gwet_ac'),
      brennan_prediger: bootstrapped(brennanPrediger(table, weighted), 'brennan_prediger'),
      krippendorff_alpha: krippendorffAlpha(table, { ...options, scale, level, interval: method }),
      ...correlations(table, scale, level),
    },
  };
}

/** Measurements: only alpha's interval scale and the ICCs make sense of thousands of different answers. */
function continuousReport(table: RatingTable, options: ReliabilityOptions): ReliabilityReport {
  const { scale, level = 0.95, method = 'analytic' } = options;
  const none = (name: string) => unmeasured({ reason: 'too_many_categories', method: name });
  return {
    nItems: table.items.length,
    nRaters: table.raters.length,
    nReads: table.value.length,
    prevalence: prevalenceOf(table),
    coefficients: {
      percent_agreement: none('percent_agreement'),
      cohen_kappa: none('cohen_kappa'),
      scott_pi: none('scott_pi'),
      fleiss_kappa: none('fleiss_kappa'),
      conger_kappa: none('conger_kappa'),
      gwet_ac: none('gwet_ac'),
      brennan_prediger: none('brennan_prediger'),
      krippendorff_alpha: krippendorffAlpha(table, { ...options, scale, level, interval: method }),
      ...correlations(table, scale, level),
    },
  };
}

function correlations(table: RatingTable, scale: Scale, level: number) {
  const icc = intraclassCorrelations(table, { level });
  const of = (measurement: Measurement): Measurement =>
    scale === 'nominal' ? unmeasured({ reason: 'nominal_scale', method: measurement.method }) : measurement;
  return {
    icc_1_1: of(icc.icc11),
    icc_2_1: of(icc.icc21),
    icc_3_1: of(icc.icc31),
    icc_1_k: of(icc.icc1k),
    icc_2_k: of(icc.icc2k),
    icc_3_k: of(icc.icc3k),
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
