import type { PilotTerms } from '#server/bids/schemas.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { currencyExponent } from '#server/core/money.ts';
import { type Measurement, measured, unmeasured } from '#server/quality/measurement.ts';
import { itemsToDecide } from '#server/quality/sample-size.ts';
import { criterionVerdict, overallVerdict, type Verdict } from '#server/quality/verdict.ts';
import type { BatchCosts } from '#server/scores/costs.ts';
import type { FieldMeasures } from '#server/scores/rules.ts';
import type { CriterionResult } from './schemas.ts';

/** What says whether a batch of a pilot is still read: the pilot's state, its own, and when its time is up; null before it has opened. */
export type PilotState = {
  status: 'ordered' | 'reading' | 'scored' | 'decided';
  batchStatus: 'draft' | 'open' | 'paused' | 'closing' | 'settled';
  until: Date | null;
};

/** R15: a batch of a pilot is read until it closes, the pilot is decided, or its time is up, whichever comes first. */
export function isStillRead(pilot: PilotState, now: Date): boolean {
  if (pilot.status === 'decided' || (pilot.until !== null && pilot.until <= now)) return false;
  return pilot.batchStatus !== 'closing' && pilot.batchStatus !== 'settled';
}

type Wanted = {
  key: string;
  label: string;
  threshold: number;
  unit: string;
  measurement: Measurement;
  direction?: CriterionResult['direction'];
};

/** What a pilot's reads came to, as far as the terms ask. */
export type PilotMeasures = {
  fields: readonly FieldMeasures[];
  throughput: Measurement;
  costs: BatchCosts;
};

/**
 * R10: every criterion of the terms with its three-valued verdict, and the overall one: fail if any fails, pass if all
 * pass, else inconclusive.
 */
export function judge(
  terms: PilotTerms,
  measures: PilotMeasures,
): { criteria: CriterionResult[]; verdict: Verdict } {
  const criteria = wanted(terms, measures).map((line): CriterionResult => {
    const { value, ci, se, n, nExcluded, reason, method } = line.measurement;
    const { threshold, direction = 'at_least' } = line;
    const verdict = criterionVerdict({ value, ci, threshold, direction });
    return {
      key: line.key,
      label: line.label,
      direction,
      threshold,
      unit: line.unit,
      measurement: { value, ci: ci === null ? null : [ci[0], ci[1]], se, n, nExcluded, reason, method },
      verdict,
      itemsInAll: verdict === 'inconclusive' ? itemsToDecide({ value, ci, n, threshold }) : null,
    };
  });
  return { criteria, verdict: overallVerdict(criteria.map((line) => line.verdict)) };
}

/** A class of a measured field in the words shown to people. */
export function classLabelIn(
  field: { categories: readonly string[]; categoryLabels: readonly string[] },
  className: string,
): string {
  return field.categoryLabels[field.categories.indexOf(className)] ?? className;
}

function wanted(terms: PilotTerms, measures: PilotMeasures): Wanted[] {
  const { criteria } = terms;
  const { fields } = measures;
  const lines = overallLines(criteria, fields);
  for (const bound of criteria.perClass) {
    const field = fields.find((f) => f.field === bound.field);
    const found = field?.classes.find((c) => c.className === bound.className);
    const name = field ? classLabelIn(field, bound.className) : bound.className;
    for (const kind of ['sensitivity', 'specificity'] as const) {
      const threshold = bound[kind];
      if (threshold === null) continue;
      lines.push({
        key: `${kind}.${bound.field}.${bound.className}`,
        label: `${kind === 'sensitivity' ? 'Sensitivity' : 'Specificity'} for “${name}”`,
        threshold,
        unit: '',
        measurement: found?.[kind] ?? missing(),
      });
    }
  }
  if (criteria.throughput) {
    lines.push({
      key: 'throughput',
      label: 'Throughput',
      threshold: criteria.throughput.readsPerActiveHour,
      unit: 'reads per active hour',
      measurement: measures.throughput,
    });
  }
  if (criteria.cost) lines.push(costLine(criteria.cost, measures.costs));
  return lines;
}

/** Reliability, and what is asked of a field as a whole. */
function overallLines(criteria: PilotTerms['criteria'], fields: readonly FieldMeasures[]): Wanted[] {
  const asked = [
    [
      'reliability',
      criteria.reliability,
      'alpha',
      (label: string) => `Reliability of ${label} (Krippendorff’s α)`,
    ],
    ['accuracy', criteria.accuracy, 'accuracy', (label: string) => `Accuracy of ${label} on gold`],
    [
      'balanced',
      criteria.balancedAccuracy,
      'balancedAccuracy',
      (label: string) => `Balanced accuracy of ${label}`,
    ],
    ['within_one', criteria.withinOne, 'withinOne', (label: string) => `${label} within one level`],
  ] as const;
  return asked.flatMap(([key, bound, measure, says]) => {
    if (bound === null) return [];
    const found = fields.find((f) => f.field === bound.field);
    return [
      {
        key: `${key}.${bound.field}`,
        label: says(found?.label ?? bound.field),
        threshold: bound.threshold,
        unit: '',
        measurement: found?.[measure] ?? missing(),
      },
    ];
  });
}

/**
 * R12: a final label's cost is known exactly, so its interval is the figure itself; a correct label's comes from how many
 * were checked.
 */
function costLine(bound: NonNullable<PilotTerms['criteria']['cost']>, costs: BatchCosts): Wanted {
  const major = (minor: number) => minor / 10 ** currencyExponent(costs.currency);
  const isCorrect = bound.per === 'correct_label';
  const value = isCorrect ? costs.perCorrectLabelMinor : costs.perFinalLabelMinor;
  const ci = isCorrect ? costs.perCorrectLabelInterval : value === null ? null : ([value, value] as const);
  const method = `cost_per_${bound.per}`;
  return {
    key: `cost.${bound.per}`,
    label: isCorrect ? 'Cost per correct label' : 'Cost per final label',
    threshold: major(bound.atMostMinor),
    unit: costs.currency,
    direction: 'at_most',
    measurement:
      value === null
        ? unmeasured({ reason: (isCorrect ? costs.perCorrectReason : null) ?? 'no_final_labels', method })
        : measured({
            value: major(value),
            ci: ci === null ? null : [major(ci[0]), major(ci[1])],
            n: isCorrect ? costs.checked : costs.finalLabels,
            method,
          }),
  };
}

const missing = () => unmeasured({ reason: 'field_not_in_protocol', method: 'none' });

const ON_GOLD: readonly string[] = ['accuracy', 'balanced', 'within_one', 'sensitivity', 'specificity'];

/** Lines that only cases with a known answer decide. */
export function restsOnGold(line: { key: string }): boolean {
  return ON_GOLD.includes(line.key.split('.')[0] ?? '') || line.key === 'cost.correct_label';
}

type OpenLine = {
  key: string;
  verdict: Verdict;
  itemsInAll: number | null;
  measurement: { n: number };
};

/**
 * R10: how many further cases would probably decide the open lines of a card, at the rate at which its cases have given
 * items so far: the most that any line asks for. Known answers come first in a batch, so where they are embedded a line
 * that rests on them needs no more cases than there are unread ones. As many as were read before when the helper can't say
 * (nothing measured yet, or the value is the threshold itself). At least one.
 */
export function furtherCases(
  lines: readonly OpenLine[],
  pilot: { cases: number; goldCases: number; goldLeft: number; isEmbedded: boolean },
): number {
  const needs = lines
    .filter((line) => line.verdict === 'inconclusive')
    .map((line) => {
      const { n } = line.measurement;
      const isOfGold = restsOnGold(line) && pilot.isEmbedded;
      const most = isOfGold ? pilot.goldLeft : Number.POSITIVE_INFINITY;
      if (line.itemsInAll === null || n === 0) return Math.min(pilot.cases, most);
      const itemsPerCase = n / Math.max(1, isOfGold ? pilot.goldCases : pilot.cases);
      return Math.min(Math.ceil(Math.max(1, line.itemsInAll - n) / itemsPerCase), most);
    });
  return Math.max(1, ...needs);
}

/** Days between a failed pilot's verdict and its one retry (R16). */
export const RETRY_AFTER_DAYS = 7;
/** Days within which it has to be ordered from then on: a vendor and its call do not wait for a sponsor without end. */
export const RETRY_WITHIN_DAYS = 14;

/**
 * What stands in the way of a decision (R10, R16): an award on a failed card is refused, and so is more reading where the
 * card has decided; a retry is for a failed first attempt only. On an inconclusive card, and for anything but an award, a
 * written reason is needed.
 */
export function decisionProblem(input: {
  decision: 'award' | 'extend' | 'retry' | 'decline';
  verdict: Verdict;
  reason: string;
  /** 2 when the card is that of the retry. */
  attempt: number;
}): ErrorDetail | null {
  const { decision, verdict } = input;
  if (decision === 'award' && verdict === 'fail')
    return {
      code: 'verdict_fail',
      message:
        'The scorecard failed. A failed pilot cannot be awarded; decline it, or order a retry on other cases.',
    };
  if (decision === 'extend' && verdict !== 'inconclusive')
    return {
      code: 'verdict_decided',
      message:
        verdict === 'pass'
          ? 'The scorecard passed; more reads would not change that. Award the work, or decline with your reason.'
          : 'The scorecard failed at the far end of its interval; more reads would not change that. Decline it, or grant the one retry (R16).',
    };
  if (decision === 'retry' && verdict !== 'fail')
    return {
      code: 'retry_not_failed',
      message: 'A retry is for a failed pilot. Award this one, extend it, or decline it with your reason.',
    };
  if (decision === 'retry' && input.attempt > 1)
    return {
      code: 'retry_used',
      message: 'This was the retry; there is one only (R16). Decline it with your reason.',
    };
  const needsReason = decision !== 'award' || verdict === 'inconclusive';
  if (needsReason && input.reason.length < 10)
    return {
      code: 'reason_missing',
      path: 'reason',
      message: 'Write the reason for this decision, at least a sentence; it is part of the signed record.',
    };
  return null;
}
