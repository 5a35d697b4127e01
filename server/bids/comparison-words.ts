import type { z } from 'zod';
import { currencyExponent, sayMinor } from '#server/core/money.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import type { bidComparison } from './comparison-schemas.ts';

export type Comparison = z.output<typeof bidComparison>;
export type ComparedBid = Comparison['bids'][number];
type BestKey = keyof NonNullable<Comparison['best']>;

/** One line of the comparison, in words for each bid; `best` names the lead that the line shows. */
export type ComparisonLine = {
  key: string;
  label: string;
  /** What the figure is and what it leaves out. */
  says?: string;
  best?: BestKey;
  words: (bid: ComparedBid) => string;
};

const percent = (share: number, decimals = 0) => `${(share * 100).toFixed(decimals)} %`;
const grouped = (text: string) => text.replace(/^\d+/, (whole) => whole.replaceAll(/\B(?=(\d{3})+$)/g, ','));

/** An exact amount: "3,720.00 USD". */
export function moneyWords(amountMinor: bigint, currency: string): string {
  return `${sayMinor({ amountMinor, currency })} ${currency}`;
}

/** A quotient of money, rounded to the minor unit for reading: "4.28 USD". */
export function quotientWords(minor: number, currency: string): string {
  return `${grouped((minor / 10 ** currencyExponent(currency)).toFixed(currencyExponent(currency)))} ${currency}`;
}

const ACCURACY_WORDS: Record<ComparedBid['accuracy']['basis'], string> = {
  pilot: 'final labels of its pilot',
  pilot_reads: 'single reads of its pilot; final labels are right at least as often, as a rule',
  like_work: 'single reads of its like work here; final labels are right at least as often, as a rule',
  prior_like: 'not measured here: what all vendors’ like work was, counted as few reads',
  prior_any: 'not measured here: what all vendors’ work of any kind was, counted as few reads',
  none: 'nothing like it was measured here',
};

const PACE_WORDS: Record<ComparedBid['delivery']['basis'], string> = {
  pilot: 'pace of its pilot',
  like_work: 'pace of its like work here',
  promise: 'its promise; its pace was not measured here',
};

const MODEL_WORDS: Record<ComparedBid['priceModel'], string> = {
  per_label: 'per read',
  hourly: 'by the hour with a cap, paid per read',
  milestone: 'by milestones, paid per read',
};

const STANDING_WORDS: Record<ComparedBid['evidence'][number]['standing'], string> = {
  in_date: 'reviewed',
  ends_soon: 'ends soon',
  not_reviewed: 'not reviewed',
  expired: 'expired',
};

/** "2.61 USD [2.40, 2.95]", or why there is no such figure. */
export function costPerCorrectWords({ costPerCorrect, currency }: ComparedBid): string {
  const { value, interval } = costPerCorrect;
  if (value === null)
    return costPerCorrect.reason === 'none_correct'
      ? 'Not known: none of the checked labels was right'
      : 'Not known: accuracy was not measured';
  const only = (minor: number) => quotientWords(minor, currency).replace(` ${currency}`, '');
  const range = interval === null ? '' : ` [${only(interval[0])}, ${only(interval[1])}]`;
  return `${quotientWords(value, currency)}${range}`;
}

function accuracyWords({ accuracy }: ComparedBid): string {
  if (accuracy.share === null) return `Not known: ${ACCURACY_WORDS[accuracy.basis]}`;
  return `${percent(accuracy.share, 1)} right, n ${accuracy.checked} (${ACCURACY_WORDS[accuracy.basis]})`;
}

function deliveryWords({ delivery }: ComparedBid): string {
  const { expectedOn, earliestOn, latestOn, onTime } = delivery;
  return `${percent(onTime)} likely in time; ${sayDay(expectedOn)} (${sayDay(earliestOn)} to ${sayDay(latestOn)})`;
}

function paceWords({ delivery, readsPerDay }: ComparedBid): string {
  const count = (n: number) => grouped(String(Math.round(n)));
  const promise = `promises ${count(readsPerDay)} reads a day`;
  if (delivery.capacityPerDay === null) return `${promise} (${PACE_WORDS[delivery.basis]})`;
  return `${promise}; the named hours give ${count(delivery.capacityPerDay)} (${PACE_WORDS[delivery.basis]})`;
}

function locationWords({ locations, locationMix }: ComparedBid): string {
  const { onshore, nearshore, offshore } = locations;
  const mix = Object.entries(locationMix)
    .sort((a, b) => b[1] - a[1])
    .map(([country, share]) => `${country} ${share / 100} %`);
  return `onshore ${onshore / 100} %, nearshore ${nearshore / 100} %, offshore ${offshore / 100} % (${mix.join(', ')})`;
}

function expertWords({ experts }: ComparedBid): string {
  if (experts === null) return 'Nobody is named';
  return `${percent(experts.experts)} of the hours; ${percent(experts.checkedAtSource)} checked at the source`;
}

function evidenceWords({ evidence }: ComparedBid): string {
  if (evidence.length === 0) return 'None shown';
  return evidence
    .map((one) => {
      const reviewer = one.reviewer === null ? '' : ` by ${one.reviewer}`;
      return `${one.title}: ${STANDING_WORDS[one.standing]}${reviewer}, until ${sayDay(one.expiresOn)} (${one.scope})`;
    })
    .join('; ');
}

function referenceWords({ references }: ComparedBid): string {
  if (references.length === 0) return 'None named';
  return references
    .map(
      ({ client, work, yearFrom, yearTo }) =>
        `${client}, ${yearTo === yearFrom ? yearFrom : `${yearFrom} to ${yearTo ?? 'now'}`}: ${work}`,
    )
    .join('; ');
}

function totalWords({ wholeMinor, feeMinor, totalMinor, aboveBudgetMinor, currency }: ComparedBid): string {
  const only = (minor: bigint) => sayMinor({ amountMinor: minor, currency });
  const over =
    aboveBudgetMinor === null ? '' : `; above your budget by ${moneyWords(aboveBudgetMinor, currency)}`;
  return `${moneyWords(totalMinor, currency)} (bid ${only(wholeMinor)}, fee ${only(feeMinor)})${over}`;
}

function recordWords({ trackRecord }: ComparedBid): string {
  const { pilots, passed } = trackRecord;
  return pilots === 0
    ? 'No pilot decided yet'
    : `${pilots} ${pilots === 1 ? 'pilot' : 'pilots'} decided here, ${passed} passed`;
}

/** The lines of the comparison in order: the same words on the screen and in the exported document. */
export const COMPARISON_LINES: readonly ComparisonLine[] = [
  {
    key: 'cost_per_correct',
    label: 'Per correct label',
    says: 'Expected, with what is not known of the accuracy (95 %)',
    best: 'cost',
    words: costPerCorrectWords,
  },
  { key: 'accuracy', label: 'Right labels', words: accuracyWords },
  {
    key: 'per_label',
    label: 'Per final label',
    says: 'Reads, reviews and the platform fee; panel, gold, exams and the pilot come on top',
    words: (bid) => quotientWords(bid.perFinalLabelMinor, bid.currency),
  },
  {
    key: 'price',
    label: 'Price per read',
    words: (bid) =>
      `${moneyWords(bid.pricePerReadMinor, bid.currency)}, priced ${MODEL_WORDS[bid.priceModel]}`,
  },
  { key: 'total', label: 'Whole work', words: totalWords },
  {
    key: 'delivery',
    label: 'Delivery',
    says: 'By the deadline; the end with one in ten cases on either side',
    best: 'delivery',
    words: deliveryWords,
  },
  { key: 'pace', label: 'Pace', words: paceWords },
  { key: 'locations', label: 'Locations', best: 'onshore', words: locationWords },
  {
    key: 'experts',
    label: 'Experts',
    says: 'Physicians among the named people, by hours',
    best: 'experts',
    words: expertWords,
  },
  { key: 'evidence', label: 'Evidence', says: 'Documents on protecting data', words: evidenceWords },
  { key: 'record', label: 'Track record', words: recordWords },
  {
    key: 'references',
    label: 'References',
    says: 'Named by the vendor with the client’s leave',
    words: referenceWords,
  },
];

/** What a lead is worth: "lowest; decided over 2, not over Bright Reads"; null for a bid that does not lead. */
export function leadWords(compared: Comparison, key: BestKey, bidId: string): string | null {
  const lead = compared.best?.[key];
  if (!lead || lead.bidId !== bidId || compared.bids.length < 2) return null;
  const name = (id: string) =>
    compared.bids.find((bid) => bid.bidId === id)?.vendor.legalName ?? 'another bid';
  const word = key === 'cost' ? 'lowest' : key === 'delivery' ? 'surest' : 'most';
  const open = lead.undecidedWith.map(name);
  if (open.length === 0) return `${word}, decided`;
  // Of what is counted and not measured, only equals are undecided.
  return key === 'cost' ? `${word}, not decided against ${few(open)}` : `${word}, as ${few(open)}`;
}

/** Names while they are few, else their number. */
const few = (names: readonly (string | undefined)[]) =>
  names.length > 3 ? `${names.length} others` : names.join(', ');

/** The comparison in a sentence or two: who leads on cost per correct label and whether that is decided, who on time. */
export function comparisonAnswer(compared: Comparison): string {
  const { best, bids } = compared;
  const of = (id: string | null | undefined) => bids.find((bid) => bid.bidId === id);
  const cheapest = of(best?.cost.bidId);
  const surest = of(best?.delivery.bidId);
  const parts: string[] = [];
  if (cheapest) {
    const open = best?.cost.undecidedWith ?? [];
    const doubt =
      bids.length < 2
        ? ''
        : open.length === 0
          ? '; decided against all others'
          : `; not decided against ${few(open.map((id) => of(id)?.vendor.legalName))}`;
    parts.push(
      `${cheapest.vendor.legalName} is expected to give a correct label for ${costPerCorrectWords(cheapest)}${doubt}.`,
    );
  } else if (bids.length > 0) {
    parts.push('What a correct label costs is not known: no work like it was measured here.');
  }
  if (surest)
    parts.push(`${surest.vendor.legalName} is surest to be in time (${percent(surest.delivery.onTime)}).`);
  return parts.join(' ');
}

const place = (n: number) =>
  `${n}${n % 10 === 1 && n !== 11 ? 'st' : n % 10 === 2 && n !== 12 ? 'nd' : n % 10 === 3 && n !== 13 ? 'rd' : 'th'}`;

/**
 * Why a bid was not chosen, for its vendor: where it stood on what counts and whether the lead over it is decided. Names
 * nobody and tells no other bid's figures. For the sponsor to read over and change.
 */
export function lossWords(compared: Comparison, bid: ComparedBid): string {
  const of = compared.bids.length;
  const better = (is: (other: ComparedBid) => boolean) => 1 + compared.bids.filter(is).length;
  const parts: string[] = [];
  const { value } = bid.costPerCorrect;
  if (value === null)
    parts.push(
      'What a correct label of yours would cost is not known, because none of your work like it was measured here.',
    );
  else {
    const rank = better(({ costPerCorrect: other }) => other.value !== null && other.value < value);
    const lead = compared.best?.cost.decidedOver.includes(bid.bidId)
      ? '; the lead of the best bid is larger than what is uncertain'
      : '';
    parts.push(
      `On expected cost per correct label your bid was ${place(rank)} of ${of}${rank === 1 ? '' : lead}.`,
    );
  }
  const inTime = better((other) => other.delivery.onTime > bid.delivery.onTime);
  parts.push(
    `On delivery it was ${place(inTime)} of ${of}, with ${percent(bid.delivery.onTime)} likely to be in time.`,
  );
  return parts.join(' ');
}
