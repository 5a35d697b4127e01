import { type CaseOutcome, clusteredProportion, effectiveCounts } from './clustered-proportion.ts';
import { differenceOfProportions, differenceOfShares } from './difference-of-proportions.ts';
import { fisherExact } from './fisher-exact.ts';
import type { Measurement } from './measurement.ts';
import { benjaminiHochbergAdjust, holmAdjust } from './multiple-comparisons.ts';
import { proportion } from './proportion.ts';

export type SubgroupResult = {
  readonly subgroup: string;
  /** Share right in the subgroup. */
  readonly accuracy: Measurement;
  /** Subgroup minus everyone else; null with `small_subgroup` under the minimum n. */
  readonly difference: Measurement;
  /** Fisher's exact p, raw and adjusted over the subgroups that were tested; null under the minimum n. */
  readonly p: number | null;
  readonly adjustedP: number | null;
};

/**
 * Compares each subgroup's accuracy with that of all other cases: intervals for every subgroup, tests only where both
 * sides have at least `minimumN` cases (default 10), and p-values adjusted for how many were tested (`holm`, default, or
 * `benjamini_hochberg`).
 *
 * @example compareSubgroups([{ subgroup: 'site A', right: 45, n: 50 }, { subgroup: 'site B', right: 30, n: 50 }])
 */
export function compareSubgroups(
  groups: ReadonlyArray<{ readonly subgroup: string; readonly right: number; readonly n: number }>,
  options: { minimumN?: number; adjustment?: 'holm' | 'benjamini_hochberg'; level?: number } = {},
): SubgroupResult[] {
  const { minimumN = 10, adjustment = 'holm', level = 0.95 } = options;
  const right = groups.reduce((sum, group) => sum + group.right, 0);
  const n = groups.reduce((sum, group) => sum + group.n, 0);
  const rows = groups.map((group) => {
    const others = [right - group.right, n - group.n] as const;
    const isTested = group.n >= minimumN && others[1] >= minimumN;
    const difference = differenceOfProportions([group.right, group.n], others, level);
    const p = isTested
      ? fisherExact([
          [group.right, group.n - group.right],
          [others[0], others[1] - others[0]],
        ])
      : null;
    return {
      subgroup: group.subgroup,
      accuracy: proportion(group.right, group.n, { level, name: 'accuracy' }),
      difference: isTested
        ? difference
        : { ...difference, value: null, ci: null, se: null, reason: 'small_subgroup' },
      p,
    };
  });
  return adjusted(rows, adjustment);
}

type Unadjusted = Omit<SubgroupResult, 'adjustedP'>;

/** The same with p-values adjusted over those that were tested. */
function adjusted(rows: readonly Unadjusted[], adjustment: 'holm' | 'benjamini_hochberg'): SubgroupResult[] {
  const tested = rows.flatMap(({ p }) => (p === null ? [] : [p]));
  const pValues = adjustment === 'holm' ? holmAdjust(tested) : benjaminiHochbergAdjust(tested);
  let next = 0;
  return rows.map((row) => {
    if (row.p === null) return { ...row, adjustedP: null };
    next += 1;
    return { ...row, adjustedP: pValues[next - 1] ?? null };
  });
}

/** A level of a circumstance: what became of its cases, and of the cases of all other levels. */
export type ClusteredSubgroup = {
  readonly subgroup: string;
  readonly own: readonly CaseOutcome[];
  readonly others: readonly CaseOutcome[];
};

/**
 * As `compareSubgroups` where reads of one case go together: intervals clustered by case, Fisher's exact test on the effective counts, `n` and
 * `minimumN` in cases. What is passed together is one family of comparisons: p-values are adjusted over all of it, so pass the levels of every
 * circumstance that is looked at in one call. A case with reads on both sides makes the test milder than it could be, never sharper.
 *
 * Source: Rao & Scott 1992 (effective counts); Holm 1979.
 *
 * @example compareClusteredSubgroups([{ subgroup: 'site A', own, others }, { subgroup: 'shown', own: assisted, others: unassisted }])
 */
export function compareClusteredSubgroups(
  groups: readonly ClusteredSubgroup[],
  options: { minimumN?: number; adjustment?: 'holm' | 'benjamini_hochberg'; level?: number } = {},
): SubgroupResult[] {
  const { minimumN = 10, adjustment = 'holm', level = 0.95 } = options;
  const rows = groups.map(({ subgroup, own, others }) => {
    const accuracy = clusteredProportion(own, { level, name: 'accuracy' });
    const rest = clusteredProportion(others, { level, name: 'accuracy' });
    const difference = differenceOfShares(accuracy, rest);
    if (accuracy.n < minimumN || rest.n < minimumN) {
      const untested = { ...difference, value: null, ci: null, se: null, reason: 'small_subgroup' };
      return { subgroup, accuracy, difference: untested, p: null };
    }
    const [here, there] = [effectiveCounts(own, level), effectiveCounts(others, level)];
    const p = fisherExact([
      [here.right, here.n - here.right],
      [there.right, there.n - there.right],
    ]);
    return { subgroup, accuracy, difference, p };
  });
  return adjusted(rows, adjustment);
}
