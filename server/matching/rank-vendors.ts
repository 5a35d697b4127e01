import {
  type GateResult,
  gate,
  type RankedCandidate,
  scoreOfParts,
  scoreParts,
  sharedWords,
} from './candidate-words.ts';
import { withRoomForNew } from './rank-people.ts';
import type { Weights } from './weights.ts';

/** What is known of a vendor for one project. */
export type VendorFacts = {
  orgId: string;
  name: string;
  country: string;
  isVerified: boolean;
  /** Its people who read, and how many of them pass every gate of their own. */
  people: number;
  qualifiedPeople: number;
  /** Of them, those whom a chain of agreements could reach where they are. */
  reachedPeople: number;
  /** Why the first person who does not meet the rule does not, in words. */
  credentialGap: string | null;
  isLocationAllowed: boolean;
  allowedCountries: readonly string[];
  /** People that must read each case. */
  overlap: number;
  /** From earlier work here; null when there is none. */
  accuracyLower: number | null;
  accuracyN: number;
  reliability: number | null;
  readsPerActiveHour: number | null;
  medianPriceMinor: number | null;
  /** Share of the sponsor's working hours that its qualified people share, and how lately one of them read; 0 … 1. */
  timezone: number | null;
  freshness: number | null;
};

/**
 * Ranks vendors: who fails a hard gate has no score and comes last with the gate in words; the rest by the weighted sum of
 * their parts, ties by organisation id, every tenth place at the latest the best of those not measured yet. `cheapest` is what the price
 * part compares with.
 */
export function rankVendors(
  vendors: readonly VendorFacts[],
  of: { weights: Weights; cheapest: number | null },
): RankedCandidate[] {
  const ranked = vendors
    .map((facts) => describeVendor(facts, of))
    .sort((a, b) => (b.score ?? -1) - (a.score ?? -1) || (a.orgId < b.orgId ? -1 : 1));
  const fitting = ranked.flatMap((one) => (one.score === null ? [] : [{ ...one, score: one.score }]));
  const order = withRoomForNew(
    fitting.filter((one) => !one.isNewcomer),
    fitting.filter((one) => one.isNewcomer),
    fitting.length,
  );
  return [...order, ...ranked.filter((one) => one.score === null)];
}

/** One vendor with its gates and parts; the score is null when a gate fails. */
export function describeVendor(
  facts: VendorFacts,
  of: { weights: Weights; cheapest: number | null },
): RankedCandidate {
  const gates = gatesOf(facts);
  const parts = partsOf(facts, of);
  const { orgId, name, country } = facts;
  return {
    orgId,
    name,
    kind: 'vendor',
    country,
    gates,
    parts,
    score: gates.every((one) => one.passed) ? scoreOfParts(parts) : null,
    isNewcomer: facts.accuracyLower === null,
  };
}

function gatesOf(facts: VendorFacts): GateResult[] {
  const example = facts.credentialGap ? ` For example: ${facts.credentialGap}` : '';
  return [
    gate('organisation_verified', 'Verified organisation', facts.isVerified, {
      message:
        'The organisation is not verified yet; an operator checks its legal name, register number and signatories.',
    }),
    gate('credential_rule', 'Credentials', facts.qualifiedPeople >= facts.overlap, {
      message: `${facts.qualifiedPeople} of ${facts.people} people meet the credential rule and may read from where they are; each case is read by ${facts.overlap}.${example}`,
      href: '/vendor/team',
    }),
    gate('location', 'Location', facts.isLocationAllowed, {
      message: `The project takes reads from ${facts.allowedCountries.join(', ')}; this organisation is in ${facts.country}.`,
    }),
    // Too few by credentials is told above, and is no fault of the agreements.
    gate('agreements', 'Agreements', facts.reachedPeople >= Math.min(facts.overlap, facts.qualifiedPeople), {
      message: `${facts.reachedPeople} of the ${facts.qualifiedPeople} people who qualify are where the agreements that carry the data let it be shown. The parties agree on further countries.`,
      href: '/vendor/agreements',
    }),
  ];
}

function partsOf(facts: VendorFacts, of: { weights: Weights; cheapest: number | null }) {
  const { accuracyLower, reliability, medianPriceMinor, readsPerActiveHour, timezone, freshness } = facts;
  const full = facts.overlap * 2;
  return scoreParts(
    {
      accuracy: {
        value: accuracyLower,
        says:
          accuracyLower === null
            ? 'No measured work with a reference yet; counted as the middle.'
            : `Lower bound ${accuracyLower.toFixed(2)} over ${facts.accuracyN} reads with a known answer.`,
      },
      reliability: {
        value: reliability === null ? null : Math.max(0, reliability),
        says:
          reliability === null
            ? 'No measured overlap yet; counted as the middle.'
            : `Krippendorff’s α ${reliability.toFixed(2)} in the latest batches.`,
      },
      price: {
        value: !medianPriceMinor || of.cheapest === null ? null : of.cheapest / medianPriceMinor,
        says:
          medianPriceMinor === null
            ? 'No earlier bid; counted as the middle.'
            : 'Cheapest past median over this one.',
      },
      timezone: { value: timezone, says: sharedWords.timezone(timezone) },
      capacity: {
        value: Math.min(1, facts.reachedPeople / Math.max(1, full)),
        says: `${facts.reachedPeople} people qualify; ${full} give full marks.`,
      },
      freshness: { value: freshness, says: sharedWords.freshness(freshness) },
      throughput: {
        value: readsPerActiveHour === null ? null : Math.min(1, readsPerActiveHour / 120),
        says: sharedWords.throughput(readsPerActiveHour),
      },
    },
    of.weights,
  );
}
