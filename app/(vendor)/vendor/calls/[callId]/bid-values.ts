import type { FormProblem } from '#app/_ui/form-error-summary.tsx';
import type { OfferInput } from '#server/bids/schemas.ts';
import { type PriceTerms, type PriceValues, readPrice } from './price-values.ts';

export type LocationRow = { id: number; country: string; share: string };
export type SeatValues = { role: 'annotator' | 'reviewer'; hours: string };

/** A bid as typed: shares in per cent, numbers as text, seats by person. */
export type BidValues = {
  price: PriceValues;
  readsPerDay: string;
  startOn: string;
  locations: readonly LocationRow[];
  seats: Readonly<Record<string, SeatValues>>;
  note: string;
};

export type BidTerms = PriceTerms & {
  overlap: number;
  /** People who may be named, by id. */
  names: ReadonlyMap<string, string>;
  today: string;
};

export type ReadBid = { offer: OfferInput; problems: [] } | { offer: null; problems: FormProblem[] };

/** The typed bid as the server takes it, or everything that is wrong with it at once, in the order of the form. */
export function readBid(values: BidValues, terms: BidTerms): ReadBid {
  const problems: FormProblem[] = [];
  const wrong = (name: string, message: string) => problems.push({ name, message });
  const pricing = readPrice(values.price, terms, wrong);
  const readsPerDay = wholeOf(values.readsPerDay);
  if (readsPerDay === null || readsPerDay < 1)
    wrong('readsPerDay', 'Say how many reads a day you deliver, as a whole number.');
  if (values.startOn === '') wrong('startOn', 'Choose the day you can start.');
  else if (values.startOn < terms.today) wrong('startOn', 'The start date is in the past.');
  const locationMix = locationsOf(values.locations, wrong);
  const seats = Object.entries(values.seats).map(([personId, seat]) => {
    const hoursPerWeek = wholeOf(seat.hours);
    if (hoursPerWeek === null || hoursPerWeek < 1 || hoursPerWeek > 80) {
      const who = terms.names.get(personId) ?? 'This person';
      wrong(`seats.${personId}`, `${who}: hours per week are a whole number from 1 to 80.`);
    }
    return { personId, role: seat.role, hoursPerWeek: hoursPerWeek ?? 0 };
  });
  const annotators = seats.filter((seat) => seat.role === 'annotator').length;
  if (annotators < terms.overlap) {
    wrong(
      'seats',
      `Each case is read by ${terms.overlap} different people; name at least ${terms.overlap} annotators (now ${annotators}).`,
    );
  }
  if (values.note.length > 4000) wrong('note', 'Keep the note under 4,000 characters.');
  if (problems.length > 0 || pricing === null || readsPerDay === null) return { offer: null, problems };
  const { currency } = terms;
  const { startOn, note } = values;
  return {
    offer: { pricing, currency, readsPerDay, startOn, locationMix, seats, note },
    problems: [],
  };
}

type Report = (name: string, message: string) => void;

const wholeOf = (text: string): number | null => (/^\s*\d{1,9}\s*$/.test(text) ? Number(text) : null);

function locationsOf(rows: readonly LocationRow[], wrong: Report): Record<string, number> {
  const mix: Record<string, number> = {};
  let isReadable = true;
  for (const [index, row] of rows.entries()) {
    const country = row.country.trim().toUpperCase();
    const share = Number(row.share.trim() || 'x');
    if (!/^[A-Z]{2}$/.test(country)) {
      wrong(`locationMix.${index}.country`, 'A country is its two-letter code, for example US.');
      isReadable = false;
    } else if (country in mix) {
      wrong(`locationMix.${index}.country`, `${country} is there twice. Add the shares up in one line.`);
      isReadable = false;
    }
    if (!(share > 0 && share <= 100)) {
      wrong(`locationMix.${index}.share`, 'A share is above 0 % and at most 100 %.');
      isReadable = false;
    }
    mix[country] = Math.round(share * 100);
  }
  const sum = Object.values(mix).reduce((total, share) => total + share, 0);
  if (isReadable && sum !== 10_000)
    wrong('locationMix', `The shares add up to ${sum / 100} %; they must add up to 100 %.`);
  return mix;
}
