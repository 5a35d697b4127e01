import { type Measurement, measured, unmeasured } from './measurement.ts';
import { wilsonInterval } from './wilson-interval.ts';

/**
 * Cost per correct label (R12): all spending divided by the number of labels that are right, with the interval that
 * comes from not knowing the accuracy exactly (Wilson bounds, turned round). `spent` and `nLabels` are of all final labels, `right` of
 * `checked` says how many of those with a reference were right; `value` has the unit of `spent`.
 *
 * Null with `no_reference` when nothing was checked, `none_correct` when nothing was right, `no_labels` without labels.
 *
 * @example costPerCorrectLabel({ spent: 1000, nLabels: 500, right: 45, checked: 50 }).value // 2.2222
 */
export function costPerCorrectLabel(input: {
  spent: number;
  nLabels: number;
  right: number;
  checked: number;
  level?: number;
}): Measurement {
  const { spent, nLabels, right, checked, level = 0.95 } = input;
  const method = `cost_per_correct_label;wilson:${level}`;
  const nExcluded = Math.max(0, nLabels - checked);
  const exclusion = 'no_reference';
  if (nLabels <= 0) return unmeasured({ reason: 'no_labels', method });
  const bounds = wilsonInterval(right, checked, { level });
  if (bounds === null) return unmeasured({ reason: 'no_reference', nExcluded, exclusion, method });
  if (right === 0) return unmeasured({ reason: 'none_correct', n: checked, nExcluded, exclusion, method });
  const perLabel = spent / nLabels;
  return measured({
    value: perLabel / (right / checked),
    ci: [perLabel / bounds[1], perLabel / bounds[0]],
    n: checked,
    nExcluded,
    exclusion,
    method,
  });
}
