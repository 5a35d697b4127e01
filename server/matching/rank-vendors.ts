import {
  type GateResult,
  gate,
  type RankedCandidate,
  type ScorePart,
  scoreOfParts,
  scoreParts,
  sharedWords,
} from './candidate-words.ts';
import { withRoomForNew } from './rank-people.ts';
import type { VendorMeasures } from './vendor-measures.ts';
import type { Part, Weights } from './weights.ts';

/** What is known of a vendor for one project. */
export type VendorFacts = VendorMeasures & {
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
  /** In the project's currency. */
  medianPriceMinor: number | null;
  /** Share of the sponsor's working hours that its qualified people share, and how lately one of them read; 0 … 1. */
  timezone: number | null;
  freshness: number | null;
};

/** What vendors are weighed by; `cheapest` is what the price part compares with, null where too few have a price to compare (R21). */
type How = { weights: Weights; cheapest: number | null };

/**
 * Ranks vendors: who fails a hard gate comes last; the rest by the weighted sum of their parts, ties by organisation id, every tenth place
 * at the latest the best of those not measured yet. Words are for those who are shown (`describeVendor`): most are not.
 */
export function rankVendors(vendors: readonly VendorFacts[], of: How): VendorFacts[] {
  const scored = vendors
    .map((facts) => ({ facts, score: scoreOf(facts, of) }))
    .sort((a, b) => (b.score ?? -1) - (a.score ?? -1) || (a.facts.orgId < b.facts.orgId ? -1 : 1));
  const fitting = scored.flatMap((one) => (one.score === null ? [] : [{ ...one, score: one.score }]));
  const order = withRoomForNew(
    fitting.filter((one) => !isNewcomer(one.facts)),
    fitting.filter((one) => isNewcomer(one.facts)),
    fitting.length,
  );
  return [...order, ...scored.filter((one) => one.score === null)].map((one) => one.facts);
}

/** One vendor with its gates and parts in words; the score is null when a gate fails. */
export function describeVendor(facts: VendorFacts, of: How): RankedCandidate {
  const { orgId, name, country } = facts;
  return {
    orgId,
    name,
    kind: 'vendor',
    country,
    gates: gatesOf(facts),
    parts: partsOf(facts, of),
    score: scoreOf(facts, of),
    isNewcomer: isNewcomer(facts),
  };
}

/** Whether enough of its people meet the credential rule for each case to be read as often as asked. */
export const meetsRule = (facts: VendorFacts): boolean => facts.qualifiedPeople >= facts.overlap;

// Too few by credentials is told by that gate, and is no fault of the agreements.
const isReached = (facts: VendorFacts): boolean =>
  facts.reachedPeople >= Math.min(facts.overlap, facts.qualifiedPeople);

const isNewcomer = (facts: VendorFacts): boolean => facts.accuracyLower === null;

function scoreOf(facts: VendorFacts, of: How): number | null {
  if (!(facts.isVerified && meetsRule(facts) && facts.isLocationAllowed && isReached(facts))) return null;
  return scoreOfParts(valuesOf(facts, of), of.weights);
}

function gatesOf(facts: VendorFacts): GateResult[] {
  const example = facts.credentialGap ? ` For example: ${facts.credentialGap}` : '';
  return [
    gate('organisation_verified', 'Verified organisation', facts.isVerified, {
      message:
        'The organisation is not verified yet; an operator checks its legal name, register number and signatories.',
    }),
    gate('credential_rule', 'Credentials', meetsRule(facts), {
      message: `${facts.qualifiedPeople} of ${facts.people} people meet the credential rule and may read from where they are; each case is read by ${facts.overlap}.${example}`,
      href: '/vendor/team',
    }),
    gate('location', 'Location', facts.isLocationAllowed, {
      message: `The project takes reads from ${facts.allowedCountries.join(', ')}; this organisation is in ${facts.country}.`,
    }),
    gate('agreements', 'Agreements', isReached(facts), {
      message: `${facts.reachedPeople} of the ${facts.qualifiedPeople} people who qualify are where the agreements that carry the data let it be shown. The parties agree on further countries.`,
      href: '/vendor/agreements',
    }),
  ];
}

/** Each part from 0 to 1; null where nothing is known. */
function valuesOf(facts: VendorFacts, of: How): Record<Part, number | null> {
  const { reliability, medianPriceMinor, readsPerActiveHour } = facts;
  return {
    accuracy: facts.accuracyLower,
    reliability: reliability === null ? null : Math.max(0, reliability),
    price: !medianPriceMinor || of.cheapest === null ? null : of.cheapest / medianPriceMinor,
    timezone: facts.timezone,
    capacity: Math.min(1, facts.reachedPeople / Math.max(1, fullMarks(facts))),
    freshness: facts.freshness,
    throughput: readsPerActiveHour === null ? null : Math.min(1, readsPerActiveHour / 120),
  };
}

/** People that give full marks for capacity. */
const fullMarks = (facts: VendorFacts): number => facts.overlap * 2;

function partsOf(facts: VendorFacts, of: How): ScorePart[] {
  const { accuracyLower, reliability, medianPriceMinor, readsPerActiveHour, timezone, freshness } = facts;
  const words: Record<Part, string> = {
    accuracy:
      accuracyLower === null
        ? 'No measured work with a reference yet; counted as the middle.'
        : `Lower bound ${accuracyLower.toFixed(2)} over ${facts.accuracyN} reads with a known answer, ${facts.isLike ? 'of this kind of work' : 'of other kinds of work'}.`,
    reliability:
      reliability === null
        ? 'No measured overlap yet; counted as the middle.'
        : `Krippendorff’s α ${reliability.toFixed(2)} in the latest batches.`,
    price:
      of.cheapest === null
        ? sharedWords.priceWithheld
        : medianPriceMinor === null
          ? 'No earlier bid in this currency; counted as the middle.'
          : sharedWords.price,
    timezone: sharedWords.timezone(timezone),
    capacity: `${facts.reachedPeople} people qualify; ${fullMarks(facts)} give full marks.`,
    freshness: sharedWords.freshness(freshness),
    throughput: sharedWords.throughput(readsPerActiveHour),
  };
  return scoreParts(valuesOf(facts, of), words, of.weights);
}
