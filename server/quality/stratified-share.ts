import { type Interval, type Measurement, measured, unmeasured } from './measurement.ts';
import { normalCritical } from './normal-quantile.ts';
import { wilsonInterval } from './wilson-interval.ts';

/** What was seen in one stratum of a random draw without replacement: `population` cases, of which `n` were seen. */
export type StratumCount = { population: number; n: number; successes: number };

/** As `StratumCount` for a change between two looks at the same case: how many came to be so, and how many ceased to be. */
export type StratumChange = { population: number; n: number; gained: number; lost: number };

/**
 * The share of a population that has a property, from a stratified random draw: every case counts by its sampling weight
 * (population ÷ seen of its stratum), so oversampled strata do not pull it to their side. With the strata's sizes known the
 * Horvitz–Thompson and Hájek estimators are one: p̂ = Σ W_h p_h with W_h = N_h ÷ N. Variance Σ W_h² (1 − f_h) p_h (1 − p_h) ÷
 * (n_h − 1), with the finite population correction 1 − f_h; a stratum with one case seen borrows p̂ (1 − p̂). The interval is
 * Wilson's at the effective sample size p̂ (1 − p̂) ÷ variance, with a case of each kind added to every stratum (Kish's 1 ÷ Σ (W_h² ÷ n_h) where nothing varies), a single point when
 * the whole population was seen. `n` counts cases seen; cases of strata in which none was seen are `nExcluded`
 * (`stratum_not_seen`), and the share speaks for the others. One stratum gives the plain share of a simple random draw.
 *
 * Source: Cochran, Sampling Techniques (1977), §5.3–5.5 and 5A; Korn & Graubard 1998 (effective sample size with an exact or
 * score interval); Dean & Pagano 2015 (Wilson's with it).
 *
 * @example stratifiedShare([{ population: 900, n: 50, successes: 5 }, { population: 100, n: 50, successes: 25 }]).value // .14, not .30
 */
export function stratifiedShare(
  strata: readonly StratumCount[],
  options: { level?: number } = {},
): Measurement {
  const { level = 0.95 } = options;
  const method = `stratified_share;wilson_effective_n:${level}`;
  const { seen, total, nExcluded } = coveredOf(strata);
  const left = { nExcluded, exclusion: 'stratum_not_seen', method };
  if (seen.length === 0) return unmeasured({ reason: 'no_data', ...left });
  const value = seen.reduce((sum, one) => sum + (one.population / total) * (one.successes / one.n), 0);
  const variance = varianceOf(seen, total, (one) => {
    const share = one.successes / one.n;
    return one.n > 1 ? (one.n / (one.n - 1)) * share * (1 - share) : value * (1 - value);
  });
  // One more of each in every stratum: by its own few a rare class would seem surer than it is.
  const cautious = varianceOf(seen, total, (one) => {
    const share = (one.successes + 1) / (one.n + 2);
    return share * (1 - share);
  });
  const n = seen.reduce((sum, one) => sum + one.n, 0);
  const isCensus = seen.every((one) => one.n >= one.population);
  const ci = intervalOf({ value, variance: cautious, isCensus, level }, () => kishOf(seen, total));
  return measured({ value, ci, se: Math.sqrt(variance), n, ...left });
}

/**
 * By how much a share has changed between two looks at the same cases (now − before), of a stratified random draw: Σ W_h
 * (gained_h − lost_h) ÷ n_h. The interval is Agresti and Min's for paired shares at the effective sample size of the draw, so it
 * is right for one stratum and never empty where nothing changed. `n` and `nExcluded` as in `stratifiedShare`.
 *
 * Source: Agresti & Min 2005, Statistics in Medicine 24, 729–740; weights as in `stratifiedShare`.
 *
 * @example stratifiedShift([{ population: 100, n: 100, gained: 0, lost: 0 }]).value // 0
 */
export function stratifiedShift(
  strata: readonly StratumChange[],
  options: { level?: number } = {},
): Measurement {
  const { level = 0.95 } = options;
  const method = `stratified_shift;agresti_min_effective_n:${level}`;
  const { seen, total, nExcluded } = coveredOf(strata);
  const left = { nExcluded, exclusion: 'stratum_not_seen', method };
  if (seen.length === 0) return unmeasured({ reason: 'no_data', ...left });
  const share = (pick: (one: StratumChange) => number) =>
    seen.reduce((sum, one) => sum + (one.population / total) * (pick(one) / one.n), 0);
  const [gained, lost] = [share((one) => one.gained), share((one) => one.lost)];
  const value = gained - lost;
  const spread = gained + lost - value ** 2;
  // No correction for a finite population: a change is asked of how the work is done now, not of these cases alone.
  const variance = seen.reduce((sum, one) => {
    const [g, l] = [one.gained / one.n, one.lost / one.n];
    const own = one.n > 1 ? (one.n / (one.n - 1)) * (g + l - (g - l) ** 2) : spread;
    return sum + (one.population / total) ** 2 * (own / one.n);
  }, 0);
  const effective = variance > 0 && spread > 0 ? spread / variance : kishOf(seen, total);
  const centre = (effective * value) / (effective + 2);
  const half =
    (normalCritical(level) *
      Math.sqrt(effective * (gained + lost) + 1 - (effective * value) ** 2 / (effective + 2))) /
    (effective + 2);
  const ci: Interval = [Math.max(-1, centre - half), Math.min(1, centre + half)];
  const n = seen.reduce((sum, one) => sum + one.n, 0);
  return measured({ value, ci, se: Math.sqrt(variance), n, ...left });
}

function coveredOf<T extends { population: number; n: number }>(strata: readonly T[]) {
  const seen = strata.filter((one) => one.n > 0 && one.population > 0);
  const sum = (some: readonly T[]) => some.reduce((all, one) => all + one.population, 0);
  return { seen, total: sum(seen), nExcluded: sum(strata) - sum(seen) };
}

function varianceOf(
  seen: readonly StratumCount[],
  total: number,
  spreadOf: (one: StratumCount) => number,
): number {
  return seen.reduce((sum, one) => {
    const rest = Math.max(0, 1 - one.n / one.population);
    return sum + (one.population / total) ** 2 * rest * (spreadOf(one) / one.n);
  }, 0);
}

const kishOf = (seen: readonly { population: number; n: number }[], total: number): number =>
  1 / seen.reduce((sum, one) => sum + (one.population / total) ** 2 / one.n, 0);

function intervalOf(
  of: { value: number; variance: number; isCensus: boolean; level: number },
  kish: () => number,
): Interval | null {
  const { value, variance, isCensus, level } = of;
  if (isCensus) return [value, value];
  const isAtEnd = value <= 0 || value >= 1 || variance <= 0;
  const n = isAtEnd ? kish() : (value * (1 - value)) / variance;
  return wilsonInterval(value * n, n, { level });
}
