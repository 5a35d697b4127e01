import { type Measurement, measured, unmeasured } from './measurement.ts';
import { studentCritical } from './student-critical.ts';
import { wilsonInterval } from './wilson-interval.ts';

/** `n` cases of which each had `compared` reads, `right` of them right. */
export type CaseOutcome = { readonly compared: number; readonly right: number; readonly n: number };

/**
 * Whole-number sums over cases on which a share of reads and its error rest; adding or taking away a case costs the same
 * however many there are.
 */
type CaseSums = {
  cases: number;
  reads: number;
  right: number;
  reads2: number;
  product: number;
  right2: number;
};

/**
 * A share of reads when reads of one case go together (an unclear case is unclear to everybody): Wilson's interval with the
 * effective number of reads. `n` counts cases with a compared read; the value is the share of reads.
 *
 * The share is the ratio p = Σ y_i / Σ m_i over cases (y right of m reads), its variance the linearised
 * K/(K − 1) Σ (y_i − p m_i)² / (Σ m_i)², which needs only Σ y², Σ ym and Σ m². The design effect is that variance over
 * p(1 − p)/(M − 1) of M unrelated reads, never taken below 1; the effective n is M over it, and smaller by
 * (t_{M−1}/t_{K−1})² because the effect itself is estimated from K cases. With one read a case it is plain Wilson. Where no
 * effect can be estimated (all right, all wrong, or one case) every case counts as one read.
 *
 * Null with `reason` (default `no_reference`, R8) without a compared read.
 *
 * Source: Rao & Scott 1992, Biometrics 48, 577–585 (effective sample size of clustered binary data); Korn & Graubard 1998,
 * Survey Methodology 24, 193–201 (degrees of freedom); Franco et al. 2019, J. Survey Stat. Methodol. 7, 334–364 (Wilson
 * with the effective n).
 *
 * @example clusteredProportion([{ compared: 3, right: 3, n: 90 }, { compared: 3, right: 0, n: 10 }]) // .9, ci as of 100 reads
 */
export function clusteredProportion(
  outcomes: Iterable<CaseOutcome>,
  options: {
    level?: number;
    exclusions?: Readonly<Record<string, number>>;
    reason?: string;
    name?: string;
  } = {},
): Measurement {
  const { level = 0.95, exclusions = {}, reason = 'no_reference', name = 'proportion' } = options;
  const sums = sumsOf(outcomes);
  const method = `${name};wilson_by_case:${level}`;
  if (sums.reads === 0) return unmeasured({ reason, exclusions, method });
  const value = sums.right / sums.reads;
  const effective = effectiveReads(sums, level);
  return measured({
    value,
    ci: wilsonInterval(value * effective, effective, { level }),
    se: Math.sqrt((value * (1 - value)) / effective),
    n: sums.cases,
    exclusions,
    method,
  });
}

/**
 * The counts that unrelated reads would have to have to know as much: for tests of tables of unrelated reads (Rao & Scott 1992). Whole
 * numbers, never more than the reads.
 *
 * @example effectiveCounts([{ compared: 3, right: 3, n: 90 }, { compared: 3, right: 0, n: 10 }]) // about 89 of 99, 100 cases
 */
export function effectiveCounts(
  outcomes: Iterable<CaseOutcome>,
  level = 0.95,
): { right: number; n: number; cases: number } {
  const sums = sumsOf(outcomes);
  if (sums.reads === 0) return { right: 0, n: 0, cases: 0 };
  const n = Math.floor(effectiveReads(sums, level));
  return { right: Math.round((n * sums.right) / sums.reads), n, cases: sums.cases };
}

function sumsOf(outcomes: Iterable<CaseOutcome>): CaseSums {
  const sums = { cases: 0, reads: 0, right: 0, reads2: 0, product: 0, right2: 0 };
  for (const { compared, right, n } of outcomes) {
    if (compared === 0) continue;
    sums.cases += n;
    sums.reads += n * compared;
    sums.right += n * right;
    sums.reads2 += n * compared ** 2;
    sums.product += n * compared * right;
    sums.right2 += n * right ** 2;
  }
  return sums;
}

/** How many unrelated reads would know the share as well. */
function effectiveReads(sums: CaseSums, level: number): number {
  const { cases, reads, right, reads2, product, right2 } = sums;
  if (cases === reads) return reads;
  if (right === 0 || right === reads || cases < 2) return cases;
  const p = right / reads;
  const squares = right2 - 2 * p * product + p ** 2 * reads2;
  const variance = (cases / (cases - 1)) * (squares / reads ** 2);
  const effect = Math.max(1, variance / ((p * (1 - p)) / (reads - 1)));
  const freedom = (studentCritical(level, reads - 1) / studentCritical(level, cases - 1)) ** 2;
  // With two or three cases t is enormous; nobody knows less than one read tells.
  return Math.max(1, (reads / effect) * freedom);
}
