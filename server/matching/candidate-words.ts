import { LEAST_PRICED_VENDORS } from '#server/bids/price-privacy.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { PARTS, type Part, type Weights } from './weights.ts';

export type GateResult = { code: string; label: string; passed: boolean; detail: ErrorDetail | null };
export type ScorePart = {
  key: Part;
  label: string;
  value: number | null;
  weight: number;
  explanation: string;
};

/** A candidate as both sides see it; without a score when a gate fails. */
export type RankedCandidate = {
  orgId: string;
  name: string;
  kind: 'vendor' | 'independent';
  country: string;
  gates: GateResult[];
  parts: ScorePart[];
  score: number | null;
  /** Stands where it stands because a place in ten is kept for those who are not measured yet. */
  isNewcomer: boolean;
};

const LABELS: Record<Part, string> = {
  accuracy: 'Accuracy here',
  reliability: 'Reliability here',
  price: 'Past price',
  timezone: 'Shared working hours',
  capacity: 'Capacity',
  freshness: 'Read lately',
  throughput: 'Speed',
};

/** The parts of a score with their weights, in words; what is not known says so and counts the middle. */
export function scoreParts(
  values: Record<Part, number | null>,
  words: Record<Part, string>,
  weights: Weights,
): ScorePart[] {
  return PARTS.map((key) => ({
    key,
    label: LABELS[key],
    value: values[key],
    weight: weights[key],
    explanation: words[key],
  }));
}

/** The weighted sum; a part without data takes the middle. */
export function scoreOfParts(values: Record<Part, number | null>, weights: Weights): number {
  let sum = 0;
  for (const part of PARTS) sum += weights[part] * (values[part] ?? 0.5);
  return sum;
}

/** A gate with what would open it. */
export function gate(
  code: string,
  label: string,
  passed: boolean,
  closed: { message: string; href?: string },
): GateResult {
  return { code, label, passed, detail: passed ? null : { code, ...closed } };
}

/** Words for parts that vendors and people share. */
export const sharedWords = {
  price:
    'Cheapest past price over this one, both on steps of a quarter, so that nobody’s price is told (R21).',
  priceWithheld: `Fewer than ${LEAST_PRICED_VENDORS} vendors have a past price, so that comparing would tell one of them (R21); counted as the middle.`,
  timezone: (share: number | null) =>
    share === null
      ? 'No time zone to compare with; counted as the middle.'
      : `${(share * 10).toFixed(1)} of 10 working hours are the sponsor’s too.`,
  freshness: (share: number | null) =>
    share === null
      ? 'Has not read here yet; counted as the middle.'
      : 'Falls to 0.37 within 90 days of not reading.',
  throughput: (readsPerHour: number | null) =>
    readsPerHour === null
      ? 'No measured speed yet; counted as the middle.'
      : `${readsPerHour.toFixed(0)} reads per active hour; speed never ranks alone.`,
};
