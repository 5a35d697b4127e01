import type { PilotTerms } from '#server/bids/schemas.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { type Measurement, unmeasured } from '#server/quality/measurement.ts';
import { itemsToDecide } from '#server/quality/sample-size.ts';
import { criterionVerdict, overallVerdict, type Verdict } from '#server/quality/verdict.ts';
import type { FieldMeasures } from '#server/scores/rules.ts';
import type { CriterionResult } from './schemas.ts';

/** What says whether a batch of a pilot is still read: the pilot's state, its own, and when its time is up. */
export type PilotState = {
  status: 'ordered' | 'reading' | 'scored' | 'decided';
  batchStatus: 'draft' | 'open' | 'paused' | 'closing' | 'settled';
  until: Date;
};

/** R15: a batch of a pilot is read until it closes, the pilot is decided, or its time is up, whichever comes first. */
export function isStillRead(pilot: PilotState, now: Date): boolean {
  if (pilot.status === 'decided' || pilot.until <= now) return false;
  return pilot.batchStatus !== 'closing' && pilot.batchStatus !== 'settled';
}

type Wanted = { key: string; label: string; threshold: number; unit: string; measurement: Measurement };

/**
 * R10: every criterion of the terms with its three-valued verdict, and the overall one: fail if any fails, pass if all
 * pass, else inconclusive.
 */
export function judge(
  terms: PilotTerms,
  fields: readonly FieldMeasures[],
  throughput: Measurement,
): { criteria: CriterionResult[]; verdict: Verdict } {
  const criteria = wanted(terms, fields, throughput).map((line): CriterionResult => {
    const { value, ci, se, n, nExcluded, reason, method } = line.measurement;
    const verdict = criterionVerdict({ value, ci, threshold: line.threshold, direction: 'at_least' });
    return {
      key: line.key,
      label: line.label,
      direction: 'at_least',
      threshold: line.threshold,
      unit: line.unit,
      measurement: { value, ci: ci === null ? null : [ci[0], ci[1]], se, n, nExcluded, reason, method },
      verdict,
      itemsInAll:
        verdict === 'inconclusive' ? itemsToDecide({ value, ci, n, threshold: line.threshold }) : null,
    };
  });
  return { criteria, verdict: overallVerdict(criteria.map((line) => line.verdict)) };
}

function wanted(terms: PilotTerms, fields: readonly FieldMeasures[], throughput: Measurement): Wanted[] {
  const { criteria } = terms;
  const lines: Wanted[] = [];
  if (criteria.reliability) {
    const { field, threshold } = criteria.reliability;
    const found = fields.find((f) => f.field === field);
    lines.push({
      key: `reliability.${field}`,
      label: `Reliability of ${found?.label ?? field} (Krippendorff’s α)`,
      threshold,
      unit: '',
      measurement: found?.alpha ?? missing(),
    });
  }
  if (criteria.accuracy) {
    const { field, threshold } = criteria.accuracy;
    const found = fields.find((f) => f.field === field);
    lines.push({
      key: `accuracy.${field}`,
      label: `Accuracy of ${found?.label ?? field} on gold`,
      threshold,
      unit: '',
      measurement: found?.accuracy ?? missing(),
    });
  }
  for (const bound of criteria.perClass) {
    const found = fields
      .find((f) => f.field === bound.field)
      ?.classes.find((c) => c.className === bound.className);
    for (const kind of ['sensitivity', 'specificity'] as const) {
      const threshold = bound[kind];
      if (threshold === null) continue;
      lines.push({
        key: `${kind}.${bound.field}.${bound.className}`,
        label: `${kind === 'sensitivity' ? 'Sensitivity' : 'Specificity'} for ${bound.className}`,
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
      measurement: throughput,
    });
  }
  return lines;
}

const missing = () => unmeasured({ reason: 'field_not_in_protocol', method: 'none' });

/** Lines that only cases with a known answer decide. */
export function restsOnGold(line: { key: string }): boolean {
  return ['accuracy', 'sensitivity', 'specificity'].includes(line.key.split('.')[0] ?? '');
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

/**
 * What stands in the way of a decision (R10): an award on a failed card is refused, and so is more reading where the card
 * has decided; on an inconclusive one, and when declining, a written reason is needed.
 */
export function decisionProblem(input: {
  decision: 'award' | 'extend' | 'decline';
  verdict: Verdict;
  reason: string;
}): ErrorDetail | null {
  if (input.decision === 'award' && input.verdict === 'fail') {
    return {
      code: 'verdict_fail',
      message:
        'The scorecard failed. A failed pilot cannot be awarded; decline it, or order a retry on other cases.',
    };
  }
  if (input.decision === 'extend' && input.verdict !== 'inconclusive') {
    return {
      code: 'verdict_decided',
      message:
        input.verdict === 'pass'
          ? 'The scorecard passed; more reads would not change that. Award the work, or decline with your reason.'
          : 'The scorecard failed at the far end of its interval; more reads would not change that. Decline it (R16).',
    };
  }
  const needsReason = input.decision !== 'award' || input.verdict === 'inconclusive';
  if (needsReason && input.reason.length < 10) {
    return {
      code: 'reason_missing',
      path: 'reason',
      message: 'Write the reason for this decision, at least a sentence; it is part of the signed record.',
    };
  }
  return null;
}
