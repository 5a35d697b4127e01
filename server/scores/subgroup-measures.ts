import type { Measurement } from '#server/quality/measurement.ts';
import {
  type FieldMeasures,
  type GoldTruth,
  type MeasuredField,
  type MeasuredRead,
  measureField,
} from './rules.ts';

/** A figure of a subgroup that rests on fewer cases is not shown: its interval would say next to nothing, and look like a finding. */
export const LEAST_SUBGROUP_CASES = 10;
/** Resamples of a subgroup's alpha; there are many of them, and none is a criterion. */
const RESAMPLES = 1000;
/** Columns, and values of one, that are looked at: the rest is named as left out. */
const MOST_DIMENSIONS = 12;
const MOST_VALUES = 20;
/** A field of more classes than this is measured as a whole only. */
const MOST_CLASSES = 12;

export type SubgroupField = {
  field: string;
  label: string;
  alpha: Measurement;
  accuracy: Measurement;
  classes: { className: string; classLabel: string; sensitivity: Measurement; specificity: Measurement }[];
};

/** The cases with one value of a column: how many were read, and what each field came to on them. */
export type SubgroupMeasures = {
  dimension: string;
  value: string;
  cases: number;
  reads: number;
  fields: SubgroupField[];
};

export type SubgroupDetail = {
  leastCases: number;
  groups: SubgroupMeasures[];
  /** Values beyond the most that are looked at, by column. */
  leftOut: { dimension: string; values: number }[];
};

/**
 * Agreement, accuracy, sensitivity and specificity in every subgroup: by site and by each subgroup column of the cases, values
 * with most cases first. Intervals are by case. What rests on fewer than `LEAST_SUBGROUP_CASES` cases is null with reason
 * `small_subgroup` and its n. Cases without a value stand under "not given". Deterministic, as `measureField` is.
 */
export function measureSubgroups(
  fields: readonly MeasuredField[],
  reads: readonly MeasuredRead[],
  gold: GoldTruth,
  groupsOf: ReadonlyMap<string, Readonly<Record<string, string>>>,
): SubgroupDetail {
  const tasks = [...new Set(reads.map((read) => read.taskId))];
  const names = new Set(tasks.flatMap((task) => Object.keys(groupsOf.get(task) ?? {})));
  const measured = fields.filter((field) => field.scale !== null && field.categories.length > 0);
  const groups: SubgroupMeasures[] = [];
  const leftOut: SubgroupDetail['leftOut'] = [];
  // The same order whatever order the reads came in.
  const dimensions = [...names].sort(byName);
  for (const dimension of dimensions.slice(0, MOST_DIMENSIONS)) {
    const byValue = Map.groupBy(tasks, (task) => groupsOf.get(task)?.[dimension]?.trim() || NOT_GIVEN);
    // A column with one value says nothing that the whole card does not.
    if (byValue.size < 2) continue;
    const values = [...byValue].sort((a, b) => b[1].length - a[1].length || byName(a[0], b[0]));
    if (values.length > MOST_VALUES) leftOut.push({ dimension, values: values.length - MOST_VALUES });
    for (const [value, own] of values.slice(0, MOST_VALUES)) {
      const wanted = new Set(own);
      const ownReads = reads.filter((read) => wanted.has(read.taskId));
      groups.push({
        dimension,
        value,
        cases: own.length,
        reads: ownReads.length,
        fields: measured.map((field) =>
          fieldOf(measureField(field, ownReads, gold, { resamples: RESAMPLES })),
        ),
      });
    }
  }
  for (const dimension of dimensions.slice(MOST_DIMENSIONS)) leftOut.push({ dimension, values: 0 });
  return { leastCases: LEAST_SUBGROUP_CASES, groups, leftOut };
}

const NOT_GIVEN = 'not given';
const byName = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function fieldOf(measures: FieldMeasures): SubgroupField {
  const labelOf = (className: string) =>
    measures.categoryLabels[measures.categories.indexOf(className)] ?? className;
  return {
    field: measures.field,
    label: measures.label,
    alpha: suppressed(measures.alpha),
    accuracy: suppressed(measures.accuracy),
    classes:
      measures.classes.length > MOST_CLASSES
        ? []
        : measures.classes.map(({ className, sensitivity, specificity }) => ({
            className,
            classLabel: labelOf(className),
            sensitivity: suppressed(sensitivity),
            specificity: suppressed(specificity),
          })),
  };
}

/** The figure, or why it is not shown: a reason of its own stays, as "no reference" says more than "too few". */
function suppressed(figure: Measurement): Measurement {
  if (figure.value === null || figure.n >= LEAST_SUBGROUP_CASES) return figure;
  return { ...figure, value: null, ci: null, se: null, reason: 'small_subgroup' };
}
