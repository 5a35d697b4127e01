import type { ErrorDetail } from '#server/core/errors.ts';

/** What is known of a vendor or an independent annotator for one project. */
export type CandidateFacts = {
  orgId: string;
  name: string;
  kind: 'vendor' | 'independent';
  country: string;
  verified: boolean;
  /** Annotators of the organisation, and how many meet the credential rule and the location policy. */
  people: number;
  qualifiedPeople: number;
  /** Why the first person who does not meet the rule does not, in words. */
  credentialGap: string | null;
  locationAllowed: boolean;
  allowedCountries: readonly string[];
  /** People that must read each case. */
  overlap: number;
  /** From earlier work here; null when there is none. */
  accuracyLower: number | null;
  accuracyN: number;
  reliability: number | null;
  readsPerActiveHour: number | null;
  medianPriceMinor: number | null;
};

export type GateResult = { code: string; label: string; passed: boolean; detail: ErrorDetail | null };
export type ScorePart = {
  key: string;
  label: string;
  value: number | null;
  weight: number;
  explanation: string;
};
export type RankedCandidate = {
  orgId: string;
  name: string;
  kind: 'vendor' | 'independent';
  country: string;
  gates: GateResult[];
  parts: ScorePart[];
  score: number | null;
};

/** Weights of the score parts; shown with every rank. A part without data takes the middle and says so. */
export const WEIGHTS = {
  accuracy: 0.35,
  reliability: 0.2,
  capacity: 0.15,
  price: 0.15,
  throughput: 0.05,
  newcomer: 0.1,
} as const;

/**
 * Ranks candidates: who fails a hard gate has no score and comes last with the gate in words; the rest by the weighted
 * sum of their parts, ties by organisation id, so that the same facts always give the same order. `cheapest` is what the
 * price part compares with; the lowest of these candidates unless it is given, as it must be for one candidate alone.
 */
export function rankCandidates(
  candidates: readonly CandidateFacts[],
  cheapest: number | null = lowestPrice(candidates),
): RankedCandidate[] {
  return candidates
    .map((facts): RankedCandidate => {
      const gates = gatesOf(facts);
      const parts = partsOf(facts, cheapest);
      const passed = gates.every((gate) => gate.passed);
      const { orgId, name, kind, country } = facts;
      return {
        orgId,
        name,
        kind,
        country,
        gates,
        parts,
        score: passed ? parts.reduce((sum, part) => sum + part.weight * (part.value ?? 0.5), 0) : null,
      };
    })
    .sort((a, b) => (b.score ?? -1) - (a.score ?? -1) || (a.orgId < b.orgId ? -1 : 1));
}

function lowestPrice(candidates: readonly CandidateFacts[]): number | null {
  const prices = candidates.map((c) => c.medianPriceMinor).filter((p) => p !== null);
  return prices.length > 0 ? Math.min(...prices) : null;
}

/** The hard gates of a candidate, each with what would open it. */
export function gatesOf(facts: CandidateFacts): GateResult[] {
  const needed = facts.kind === 'vendor' ? facts.overlap : 1;
  const gate = (
    code: string,
    label: string,
    passed: boolean,
    message: string,
    href?: string,
  ): GateResult => ({
    code,
    label,
    passed,
    detail: passed ? null : { code, message, ...(href === undefined ? {} : { href }) },
  });
  return [
    gate(
      'organisation_verified',
      'Verified organisation',
      facts.verified,
      'The organisation is not verified yet; an operator checks its legal name, register number and signatories.',
    ),
    gate(
      'credential_rule',
      'Credentials',
      facts.qualifiedPeople >= needed,
      facts.kind === 'vendor'
        ? `${facts.qualifiedPeople} of ${facts.people} people meet the credential rule; each case is read by ${needed}.${facts.credentialGap ? ` For example: ${facts.credentialGap}` : ''}`
        : (facts.credentialGap ?? 'The credential rule is not met.'),
      facts.kind === 'independent' ? '/work/credentials' : '/vendor/team',
    ),
    gate(
      'location',
      'Location',
      facts.locationAllowed,
      `The project takes reads from ${facts.allowedCountries.join(', ')}; this organisation is in ${facts.country}.`,
    ),
  ];
}

function partsOf(facts: CandidateFacts, cheapest: number | null): ScorePart[] {
  const part = (
    key: keyof typeof WEIGHTS,
    label: string,
    value: number | null,
    explanation: string,
  ): ScorePart => ({ key, label, value, weight: WEIGHTS[key], explanation });
  const isNew = facts.accuracyLower === null;
  return [
    part(
      'accuracy',
      'Accuracy here',
      facts.accuracyLower,
      isNew
        ? 'No measured work with a reference yet; counted as the middle.'
        : `Lower bound ${facts.accuracyLower?.toFixed(2)} over ${facts.accuracyN} reads with a known answer.`,
    ),
    part(
      'reliability',
      'Reliability here',
      facts.reliability === null ? null : Math.max(0, facts.reliability),
      facts.reliability === null
        ? 'No measured overlap yet; counted as the middle.'
        : `Krippendorff’s α ${facts.reliability.toFixed(2)} in the latest batch.`,
    ),
    part(
      'capacity',
      'Qualified people',
      Math.min(1, facts.qualifiedPeople / Math.max(1, facts.overlap * 2)),
      `${facts.qualifiedPeople} people meet the rule; ${facts.overlap * 2} give full marks.`,
    ),
    part(
      'price',
      'Past price',
      facts.medianPriceMinor === null || cheapest === null || facts.medianPriceMinor === 0
        ? null
        : cheapest / facts.medianPriceMinor,
      facts.medianPriceMinor === null
        ? 'No earlier bid; counted as the middle.'
        : 'Cheapest past median over this one.',
    ),
    part(
      'throughput',
      'Speed',
      facts.readsPerActiveHour === null ? null : Math.min(1, facts.readsPerActiveHour / 120),
      facts.readsPerActiveHour === null
        ? 'No measured speed yet; counted as the middle.'
        : `${facts.readsPerActiveHour.toFixed(0)} reads per active hour; speed never ranks alone.`,
    ),
    part(
      'newcomer',
      'Room for new people',
      isNew ? 1 : 0,
      isNew ? 'A share of the ranking is kept for people not measured yet.' : 'Measured before.',
    ),
  ];
}
