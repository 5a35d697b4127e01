import { describe, expect, it } from 'vitest';
import { krippendorffExampleC, readsOfTable } from './published-reads.fixture.ts';
import { buildRatingTable } from './rating-table.ts';
import { reliabilityReport } from './reliability-report.ts';
import { readSharedReads } from './shared-data.fixture.ts';

describe('reliabilityReport', () => {
  it('shows every coefficient, and AC1 beside a kappa that the prevalence has broken', () => {
    const table = buildRatingTable(
      readsOfTable(
        [
          [118, 5],
          [2, 0],
        ],
        [0, 1],
      ),
      { categories: [0, 1] },
    );
    const { coefficients, prevalence } = reliabilityReport(table, { scale: 'nominal' });
    expect(coefficients.cohen_kappa.value).toBeCloseTo(-0.023392, 6);
    expect(coefficients.gwet_ac.value).toBeCloseTo(0.940776, 6);
    expect(coefficients.icc_2_1).toMatchObject({ value: null, reason: 'nominal_scale' });
    expect(prevalence['1']).toBeCloseTo(7 / 250, 12);
  });

  it('equals irrCAC’s interval of Cohen’s kappa (t quantile)', () => {
    const table = buildRatingTable(
      readsOfTable(
        [
          [13, 0, 0],
          [0, 20, 7],
          [0, 4, 56],
        ],
        [0, 1, 2],
      ),
      { categories: [0, 1, 2] },
    );
    const { ci } = reliabilityReport(table, { scale: 'nominal' }).coefficients.cohen_kappa;
    expect(ci!.map((bound) => bound.toFixed(3))).toEqual(['0.680', '0.913']);
  });

  it('says why for what is undefined: three raters have no Scott’s pi, missing answers no ICC', () => {
    const table = buildRatingTable(krippendorffExampleC, { categories: [1, 2, 3, 4, 5] });
    const { coefficients } = reliabilityReport(table, { scale: 'interval' });
    expect(coefficients.scott_pi.reason).toBe('needs_two_raters');
    expect(coefficients.icc_2_1.reason).toBe('incomplete_matrix');
  });

  const reads = readSharedReads('path-nottingham');
  it.skipIf(reads === null)('bootstrap errors agree with the analytic ones on real reads', () => {
    const table = buildRatingTable(reads!, { categories: [1, 2, 3] });
    const options = { scale: 'interval', weights: 'quadratic' } as const;
    const analytic = reliabilityReport(table, options).coefficients;
    const boot = reliabilityReport(table, { ...options, method: 'bootstrap', resamples: 2000 }).coefficients;
    for (const name of [
      'percent_agreement',
      'fleiss_kappa',
      'conger_kappa',
      'gwet_ac',
      'brennan_prediger',
    ] as const) {
      expect(Math.abs(boot[name].se! / analytic[name].se! - 1)).toBeLessThan(0.1);
      expect(boot[name].value).toBe(analytic[name].value);
    }
    expect(Math.abs(boot.krippendorff_alpha.se! / analytic.krippendorff_alpha.se! - 1)).toBeLessThan(0.1);
  });
});
